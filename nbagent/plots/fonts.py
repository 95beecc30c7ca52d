"""The fonts that a matplotlib Figure writes a text with: those of matplotlib's settings, and behind them others of this machine for the
letters that they lack.

The rule: a letter that no font has is a box, and one warning says so for the whole picture.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from functools import lru_cache
from unicodedata import category

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

_BOX = "□"
_ALWAYS = "DejaVu Sans"  # comes with matplotlib
_NO_LETTERS = ("cm", "STIXNonUni", "STIXSize", "Last Resort", "LastResort", "Apple Color Emoji")  # other signs stand where a letter should


def chosen(words: Iterable[str]) -> tuple[list[str], str]:
    """The families to write the words with, in the order that they are asked, and the letters that none of them has."""
    lacking = {letter for text in words for letter in text if category(letter) not in ("Cf", "Cc", "Zs", "Mn")}
    families = []
    for family in dict.fromkeys([*font_manager.FontProperties().get_family(), _ALWAYS]):
        try:
            path = str(font_manager.fontManager.findfont(font_manager.FontProperties(family=[family]), fallback_to_default=False))
        except ValueError:
            continue  # a family of the settings that this machine has not
        families.append(family)
        lacking -= _letters(path)
    for family, path in _others():
        if not lacking:
            break
        if more := lacking & _letters(path):
            families.append(family)
            lacking -= more
    return families, "".join(sorted(lacking))


def boxed(words: str, lacking: str) -> str:
    """The words with a box for each letter that no font has."""
    return words.translate(dict.fromkeys(map(ord, lacking), _BOX))


def warn(lacking: str) -> None:
    """Say which letters are boxes, at the line of who called what called `figure`."""
    shown = " ".join(lacking[:12]) + (" ..." if len(lacking) > 12 else "")
    warnings.warn(f"No font of this machine that matplotlib can use has {shown}: drawn as {_BOX}.", UserWarning, stacklevel=4)


def _others() -> Iterator[tuple[str, str]]:
    """All other upright fonts by name, those without serifs first."""
    upright = [each for each in font_manager.fontManager.ttflist if each.style == "normal" and not each.name.startswith(_NO_LETTERS)]
    for entry in sorted(upright, key=lambda each: ("Sans" not in each.name, each.name, each.weight not in ("normal", "regular", 400))):
        yield entry.name, str(entry.fname)


@lru_cache(512)
def _letters(path: str) -> frozenset[str]:
    """What a font can write; nothing where it is no longer there or cannot be read."""
    try:
        return frozenset(map(chr, FT2Font(path).get_charmap()))
    except (OSError, RuntimeError):
        return frozenset()
