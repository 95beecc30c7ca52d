"""A picture and the numbers behind it, and the forms that both are had in.

The rule: in a notebook it is SVG and words, never HTML, which nbconvert would take before the picture.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbagent.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from nbagent.plots.page import Html

DPI = 192  # of a PNG: two pixels for each of the SVG's
ENDINGS = (".svg", ".html", ".png", ".pdf")


class Plot:
    """A picture. `data` is the tidy DataFrame that it shows, `svg` its text, `text` what it says in a line.

    ::

        plot = trace.df.nbagent.waterfall()
        plot.save("run.pdf")  # or .png, .svg, .html
        plot.html()  # with tooltips, and the numbers in a table
        plot.data.plot.scatter("start_s", "duration_s")  # a picture of your own
    """

    def __init__(self, svg: str, data: pd.DataFrame, text: str) -> None:
        self.svg, self.data, self.text = svg, data, text

    def figure(self) -> Figure:
        """The same picture as a matplotlib Figure of its own, which pyplot knows nothing of: to change, to put into a paper, to save.

        Its one Axes measures in pixels of the SVG, from the upper left; the letters are those of ``rcParams["font.family"]``.
        Raises `MissingExtra` without matplotlib::

            figure = trace.calls().nbagent.cost().figure()
            figure.axes[0].texts[0].set_text("What two models cost")
            figure.savefig("cost.pdf")
        """
        from nbagent.plots.figure import figure

        return figure(self.svg)

    def png(self, *, dpi: float = DPI) -> bytes:
        """The picture as a PNG without a background. At 96 `dpi` it is as large as the SVG, at 300 it can be printed. Raises `MissingExtra`."""
        from nbagent.plots.figure import figure, written

        return written(figure(self.svg), "png", dpi)

    def html(self) -> Html:
        """The picture with its tooltips, and its numbers in a table below that opens: a `str` that a notebook shows, and that any page can
        hold. Nothing in it runs."""
        from nbagent.plots.page import html

        return html(self)

    def save(self, path: str | PathLike[str], *, dpi: float = DPI) -> None:
        """Write it to a file by its ending: ``.svg``, ``.html`` (a page with tooltips and numbers), or with matplotlib ``.png`` and ``.pdf``.

        Raises `ConfigError` for another ending, `MissingExtra` without matplotlib; then nothing is written.
        """
        path = Path(path).expanduser()
        match path.suffix.lower():
            case ".svg":
                content = self.svg.encode()
            case ".html":
                from nbagent.plots.page import page

                content = page(self).encode()
            case ".png" | ".pdf":
                from nbagent.plots.figure import figure, written

                content = written(figure(self.svg), path.suffix.lower()[1:], dpi)
            case _:
                raise ConfigError(f"A picture cannot be saved as {path.name!r}.", mend=f"End its name in {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}.")
        path.write_bytes(content)

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"image/svg+xml": self.svg, "text/plain": self.text}
