"""``df.nbagent``: pictures that hold what the table holds, whatever is in it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pandas as pd
import pytest

from nbagent import Agent, Session
from nbagent.errors import ConfigError
from nbagent.events import ErrorInfo, PartDelta, PartStarted
from nbagent.messages import TextPart, ToolCallPart, Usage
from nbagent.observers.trace import Trace
from nbagent.plots.plot import Plot
from nbagent.plots.svg import count, money, seconds, ticks
from nbagent.providers.scripted import Scripted
from tests.stories import Story

CALL = ToolCallPart("c", "get_weather <b>&", '{"city": "Oslo"}')


def told(model: str = "claude-haiku-5-5", *, wait: float = 2.0, cost: float | None = 0.004) -> Trace:
    story = Story()
    story.begin(agent="advisor")
    for number in range(2):
        step = story.ask(model=model)
        story.wait(0.5)
        story.say("r", step, "r.run", PartStarted(index=0, part=TextPart("")), PartDelta(index=0, delta="x"))
        story.wait(wait)
        story.answer(step, TextPart("Wear a coat"), *([CALL] if number == 0 else []), usage=Usage(1000, 100, 400, 0, 30), cost=cost, model=model)
        if number == 0:
            tool = story.call(CALL)
            story.wait(0.25)
            story.result(tool, CALL, "boom", "error", error=ErrorInfo("LookupError", "no such city"))
    story.end()
    return story.trace


def drawn(plot: Plot) -> list[str]:
    """The words in a picture, which is sound XML."""
    return [node.text or "" for node in ET.fromstring(plot.svg).iter() if node.tag.endswith("text") and node.text is not None]


def test_a_waterfall_has_a_bar_for_each_span_inside_what_it_is_part_of() -> None:
    plot = told().df.nbagent.waterfall()
    assert list(plot.data["depth"]) == [0, 1, 1, 1]
    assert plot.data["start_s"].tolist() == pytest.approx([0, 0, 2.5, 2.75])
    words = drawn(plot)
    assert "execute_tool get_weather <b>&" in words
    assert any("1,000 → 100" in each and "$0.004" in each for each in words)
    assert "no such city" in plot.svg


def test_what_this_machine_answered_is_local_and_has_no_price() -> None:
    trace = Trace()
    Session(Agent(model=Scripted(["Hello."])), trace=trace).run("Hi")
    for shown in (trace.df.nbagent.waterfall().svg, trace.df.nbagent.tree().text):
        assert "1 → 2 · local" in shown
        assert "$0" not in shown


def test_beyond_its_limit_a_picture_says_how_much_more_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nbagent.plots.waterfall.MOST", 2)
    plot = told().df.nbagent.waterfall()
    assert any("and 2 more spans" in words for words in drawn(plot))
    assert len(plot.data) == 4


def test_tokens_are_parts_that_add_up() -> None:
    plot = told().calls().nbagent.tokens()
    row = plot.data.iloc[0]
    assert (row["cached input"], row["input"], row["reasoning"], row["output"]) == (800, 1200, 60, 140)
    assert row["model"] == "claude-haiku-5-5"


def test_a_cost_that_is_not_known_is_said_and_not_drawn_as_nothing() -> None:
    known, unknown = told().calls(), told("other", cost=None).calls()
    plot = pd.concat([known, unknown]).nbagent.cost()
    assert plot.data.set_index("model")["cost"].isna().to_dict() == {"claude-haiku-5-5": False, "other": True}
    assert "the price of 2 calls is not known" in plot.text
    assert "unknown" in drawn(plot)


def test_latency_has_a_lane_for_the_answer_and_one_for_its_first_token() -> None:
    plot = told().calls().nbagent.latency()
    assert plot.data.groupby("measure")["seconds"].median().to_dict() == pytest.approx({"duration": 2.5, "first token": 0.5})


def test_a_timeline_has_a_lane_for_each_value() -> None:
    plot = told().df.nbagent.timeline(by="kind")
    assert {"chat", "execute_tool"} <= set(drawn(plot))


def test_a_tree_is_lines_that_say_what_went_wrong() -> None:
    lines = repr(told().df.nbagent.tree()).splitlines()
    assert lines[0].startswith("invoke_agent advisor")
    assert lines[2].startswith("├─ ✗ execute_tool get_weather")
    assert "no such city" in lines[2]
    assert told().df.nbagent.tree().data["depth"].tolist() == [0, 1, 1, 1]
    assert "&lt;b&gt;" in told().df.nbagent.tree()._repr_mimebundle_()["text/html"]


def test_two_runs_are_aligned_and_subtracted_and_changed_texts_are_diffs() -> None:
    one, other = told().calls(payload=True), told("gpt-6-luna", wait=4.0).calls(payload=True)
    compared = one.nbagent.compare(other, on="kind")
    assert compared.data["d_duration_s"].tolist() == pytest.approx([2.0, 2.0])
    assert compared.data["d_duration_s_pct"].tolist() == pytest.approx([80.0, 80.0])
    other.loc[0, "output_messages"] = "Stay in"
    assert any("+Stay in" in diff for diff in one.nbagent.compare(other, on="kind").diffs.values())
    assert "duration_s" in compared._repr_html_()


def test_what_only_one_of_them_has_stands_alone() -> None:
    spans = told().df
    compared = spans.nbagent.compare(spans[spans["kind"] != "execute_tool"])
    assert len(compared.data) == 4
    assert compared.data["duration_s_b"].isna().sum() == 1


@pytest.mark.parametrize("name", ["waterfall", "timeline", "tree", "tokens", "cost", "latency", "style"])
def test_an_empty_table_is_an_empty_picture(name: str) -> None:
    trace = Trace()
    table = trace.df if name in ("waterfall", "timeline", "tree", "style") else trace.calls()
    shown = getattr(table.nbagent, name)()
    if isinstance(shown, Plot):
        drawn(shown)


def test_a_picture_is_saved_as_svg_and_never_as_html(tmp_path: Path) -> None:
    plot = told().df.nbagent.waterfall()
    assert set(plot._repr_mimebundle_()) == {"image/svg+xml", "text/plain"}
    plot.save(str(tmp_path / "a.svg"))
    assert (tmp_path / "a.svg").read_text() == plot.svg
    assert "<script" not in plot.svg
    assert "href" not in plot.svg


def test_a_filtered_table_or_one_from_a_file_can_be_drawn(tmp_path: Path) -> None:
    spans = told().df
    spans.to_csv(tmp_path / "spans.csv", index=False)
    back = pd.read_csv(tmp_path / "spans.csv", parse_dates=["started_at", "ended_at"])
    assert len(back[back["kind"] != "chat"].nbagent.waterfall().data) == 2


def test_a_table_without_the_columns_says_which() -> None:
    with pytest.raises(ConfigError, match="span_id"):
        told().runs().nbagent.waterfall()
    with pytest.raises(ConfigError, match="modle"):
        told().calls().nbagent.tokens("modle")
    with pytest.raises(AttributeError):
        pd.DataFrame({"a": [1]}).nbagent  # noqa: B018  the look is the claim


def test_style_is_for_the_eye_and_leaves_the_numbers() -> None:
    table = told().calls()
    html = table.nbagent.style().to_html()
    assert "2.5 s" in html
    assert "$0.004" in html
    assert table["duration_s"].dtype == "float64"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (seconds(0.34), "340 ms"), (seconds(2.06), "2.1 s"), (seconds(200), "3 min 20 s"), (count(950), "950"), (count(12_345), "12.3k"),
        (count(4_500_000), "4.5M"), (money(0), "$0"), (money(1.2), "$1.20"), (money(0.0123), "$0.012"), (money(0.00042), "$0.00042"),
        (money(float("nan")), "unknown"),
    ],
)  # fmt: skip
def test_numbers_are_said_as_people_read_them(said: str, words: str) -> None:
    assert said == words


def test_ticks_are_round_and_cover_the_axis() -> None:
    assert ticks(12.6) == [0, 5, 10]
    assert ticks(0) == [0]
    assert ticks(1) == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1.0])
