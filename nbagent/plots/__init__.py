"""Pictures of the tables of a trace: ``df.nbagent.waterfall()`` and its kin, as SVG that a saved notebook keeps, and in the forms of `Plot`."""
