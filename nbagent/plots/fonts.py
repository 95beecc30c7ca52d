"""The fonts that a matplotlib Figure writes a text with: those of matplotlib's settings, and behind them others of this machine for the
letters that they lack.

The rule: a letter that no font has is a box, and one warning says so for the whole picture.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from functools import lru_cache
from unicodedata import category

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

_BOX = "□"
_ALWAYS = "DejaVu Sans"  # comes with matplotlib
_NO_LETTERS = ("cm", "STIXNonUni", "STIXSize", "Last Resort", "LastResort", "Apple Color Emoji")  # other signs stand where a letter should


def chosen(words: Iterable[str]) -> tuple[list[str], str]:
    """The families to write the words with, in the order that they are asked, and the letters that none of them has."""
    lacking = frozenset(letter for text in words for letter in text if category(letter) not in ("Cf", "Cc", "Zs", "Mn"))
    families = []
    for family in dict.fromkeys([*font_manager.FontProperties().get_family(), _ALWAYS]):
        try:
            path = str(font_manager.fontManager.findfont(font_manager.FontProperties(family=[family]), fallback_to_default=False))
        except ValueError:
            continue  # a family of the settings that this machine has not
        families.append(family)
        lacking -= _written(path, lacking)
    others, lacking = _searched(lacking, len(font_manager.fontManager.ttflist))
    return [*families, *others], "".join(sorted(lacking))


def boxed(words: str, lacking: str) -> str:
    """The words with a box for each letter that no font has."""
    return words.translate(dict.fromkeys(map(ord, lacking), _BOX))


def warn(lacking: str) -> None:
    """Say which letters are boxes, at the line of who called what called `figure`."""
    shown = " ".join(lacking[:12]) + (" ..." if len(lacking) > 12 else "")
    warnings.warn(f"No font of this machine that matplotlib can use has {shown}: drawn as {_BOX}.", UserWarning, stacklevel=4)


@lru_cache(100)
def _searched(lacking: frozenset[str], fonts: int) -> tuple[list[str], frozenset[str]]:  # noqa: ARG001  how many there are: one may be added
    """The families of this machine that have these letters, those without serifs first, and the letters that none has."""
    families = []
    upright = [each for each in font_manager.fontManager.ttflist if each.style == "normal" and not each.name.startswith(_NO_LETTERS)]
    for entry in sorted(upright, key=lambda each: ("Sans" not in each.name, each.name, each.weight not in ("normal", "regular", 400))):
        if not lacking:
            break
        if found := _written(str(entry.fname), lacking):
            families.append(entry.name)
            lacking -= found
    return families, lacking


def _written(path: str, letters: frozenset[str]) -> frozenset[str]:
    """Those of the letters that a font has; none where it is no longer there or cannot be read."""
    try:
        font = FT2Font(path)
    except (OSError, RuntimeError):
        return frozenset()
    return frozenset(letter for letter in letters if font.get_char_index(ord(letter)))
