"""What an answer's lists and its foot look like on a page: numbers are whole, and nothing sticks out."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.browser]

SETUP = """%load_ext nbagent
from nbagent.providers.scripted import Scripted
n = Scripted(["1024.", "98. one\\n99. two\\n100. three\\n101. four"], name="n")"""
ROOM = """() => [...document.querySelectorAll('.nba-text ol')].map(list => {
  const canvas = document.createElement('canvas').getContext('2d');
  canvas.font = getComputedStyle(list).font;
  const last = `${list.start + list.children.length - 1}. `;
  return parseFloat(getComputedStyle(list).paddingLeft) - canvas.measureText(last).width;
})"""
STICKS_OUT = """() => [...document.querySelectorAll('.jp-OutputArea-output')].filter(e => e.querySelector('.nba') && e.scrollWidth > e.clientWidth).length"""


def test_numbers_of_a_list_are_whole_and_the_buttons_stay_inside_the_output(page, picture):
    page.notebook("numbers.ipynb", [SETUP, "%%agent -m n\nHow much is 2^10?", "%%agent -m n\nCount."])
    for index in range(3):
        page.run(index)
    page.page.locator(".nba-text ol").nth(1).wait_for(timeout=20_000)
    room = page.page.evaluate(ROOM)
    assert len(room) == 2
    assert min(room) >= 0
    for width in (1000, 1100, 1280, 1400):
        page.page.set_viewport_size({"width": width, "height": 900})
        page.page.wait_for_timeout(300)
        assert page.page.evaluate(STICKS_OUT) == 0
        picture(page, str(width))
