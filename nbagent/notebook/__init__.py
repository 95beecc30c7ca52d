"""The notebook face: the only place that knows IPython, ipywidgets and anywidget."""
