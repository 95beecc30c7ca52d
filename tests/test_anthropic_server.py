"""What Anthropic's own tools did: one part a call, words for a person, and the same blocks in the same places when it goes back."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from nbagent.events import PartDelta, PartFinished, PartStarted
from nbagent.messages import Citation, Message, ServerToolPart, TextPart, ToolCallPart, ToolResultPart, from_json, to_json, tool_message, user
from nbagent.providers.anthropic.server import told
from nbagent.providers.anthropic.wire import to_wire
from tests.anthropic_events import START, STOP, TEXT, answer, block, close, decoded, delta, ending, parts_of, request, turns
from tests.contract import check_pairs


def use(index, id_, name, text, kind="server_tool_use", **more):
    return block(index, type=kind, id=id_, name=name, input={}, **more), delta(index, "input_json_delta", partial_json=text), close(index)


def result(index, kind, id_, content, **more):
    return block(index, type=f"{kind}_tool_result", tool_use_id=id_, content=content, **more), close(index)


def said(index, text):
    return block(index, type="text", text=""), delta(index, "text_delta", text=text), close(index)


def back(message):
    """What goes back of an answer that was saved and read again."""
    return turns(user("?"), *from_json(to_json([message])))[1]["content"]


FOUND = [{"type": "web_search_result", "title": "Oslo", "url": "https://o.no", "encrypted_content": "e", "page_age": None}]
SEARCH = (
    *said(0, "I search. "),
    *use(1, "srvtoolu_1", "web_search", '{"query": "x"}'),
    *result(2, "web_search", "srvtoolu_1", FOUND),
    block(3, type="text", text=""),
    delta(
        3,
        "citations_delta",
        citation={"type": "web_search_result_location", "url": "https://o.no", "title": "Oslo", "cited_text": "Rain.", "encrypted_index": "i"},
    ),
    delta(3, "text_delta", text="Found."),
    close(3),
)


def test_a_search_is_one_part_that_streams_its_arguments_and_ends_with_its_result():
    _, events = decoded(START, *SEARCH, ending(), STOP)
    assert [event for event in events if isinstance(event, (PartStarted, PartDelta)) and event.index == 1] == [
        PartStarted(1, ServerToolPart("srvtoolu_1", "web_search")),
        PartDelta(1, '{"query": "x"}'),
    ]
    part = parts_of(events)[1]
    assert (part.name, part.arguments, part.result, part.is_error) == ("web_search", '{"query": "x"}', "Oslo <https://o.no>", False)


def test_the_part_is_open_until_its_result_is_there():
    _, events = decoded(START, *SEARCH[:6])
    assert [event.index for event in events if isinstance(event, PartFinished)] == [0]


def test_what_anthropics_own_tools_did_goes_back_and_is_no_text():
    message = answer(START, *SEARCH, ending(), STOP)
    assert message.text == "I search. Found."
    assert not message.tool_calls
    assert back(message) == snapshot(
        [
            {"type": "text", "text": "I search. "},
            {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "x"}},
            {
                "type": "web_search_tool_result",
                "tool_use_id": "srvtoolu_1",
                "content": [{"type": "web_search_result", "title": "Oslo", "url": "https://o.no", "encrypted_content": "e", "page_age": None}],
            },
            {
                "type": "text",
                "text": "Found.",
                "citations": [{"type": "web_search_result_location", "url": "https://o.no", "title": "Oslo", "cited_text": "Rain.", "encrypted_index": "i"}],
            },
        ]
    )
    assert [part["type"] for part in turns(user("?"), message, model="claude-opus-5-5")[1]["content"]] == ["text", "text"]


def test_a_search_without_its_result_is_sent_back_only_where_the_answer_paused():
    parts = answer(START, *SEARCH[:6], ending("pause_turn"), STOP).parts
    assert [part["type"] for part in turns(user("?"), Message("assistant", parts, finish_reason="pause"))[1]["content"]] == ["text", "server_tool_use"]
    assert [part["type"] for part in turns(user("?"), Message("assistant", parts, finish_reason="error"))[1]["content"]] == ["text"]


def test_a_paused_answer_and_what_followed_are_one_turn():
    paused, rest = answer(START, *SEARCH[:6], ending("pause_turn"), STOP), answer(START, *SEARCH[6:], ending(), STOP)
    (_, turn) = turns(user("?"), paused, rest)
    assert [part["type"] for part in turn["content"]] == ["text", "server_tool_use", "web_search_tool_result", "text"]
    assert rest.parts[0].result == "Oslo <https://o.no>", "a result whose call was in the answer before has a part of its own"


TWO = (*use(0, "a", "web_search", "{}"), *use(1, "b", "web_search", "{}"))
PAGE = {"type": "web_fetch_result", "url": "https://o.no", "content": {"title": "Oslo", "source": {"type": "text", "data": "It rains."}}}
FAILED = {"type": "bash_code_execution_result", "stdout": "a\n", "stderr": "b\n", "return_code": 2, "content": [{"file_id": "file_1"}]}
SECRET = {"type": "encrypted_code_execution_result", "encrypted_stdout": "e", "stderr": "", "return_code": 0, "content": []}
RUN = {"type": "code_execution_result", "stdout": "42\n", "stderr": "", "return_code": 0, "content": []}


@pytest.mark.parametrize(
    "blocks",
    [
        # two searches side by side, their results in the same order, and in the other one
        (
            *use(0, "a", "web_search", "{}"),
            *use(1, "b", "web_search", "{}"),
            *result(2, "web_search", "a", FOUND),
            *result(3, "web_search", "b", FOUND),
            *said(4, "x"),
        ),
        (
            *use(0, "a", "web_search", "{}"),
            *use(1, "b", "web_search", "{}"),
            *result(2, "web_search", "b", FOUND),
            *result(3, "web_search", "a", FOUND),
            *said(4, "x"),
        ),
        # code that fetches: a call in the middle of another one
        (
            *use(0, "code", "code_execution", "{}"),
            *use(1, "fetch", "web_fetch", "{}", caller={"type": "code_execution_20260120", "tool_id": "code"}),
            *result(2, "web_fetch", "fetch", {"type": "web_fetch_tool_result_error", "error_code": "unavailable"}),
            *result(3, "code_execution", "code", RUN),
            *said(4, "x"),
        ),
        # texts between a call and its result, an empty one too, which no message holds
        (*use(0, "a", "web_search", "{}"), *said(1, "I wait. "), *said(2, ""), *result(3, "web_search", "a", FOUND), *said(4, "x")),
        (*said(0, "m"), *use(1, "a", "x", "{}", kind="mcp_tool_use", server_name="s"), *result(2, "mcp", "a", [{"type": "text", "text": "y"}], is_error=False)),
    ],
)
def test_every_block_goes_back_in_its_place(blocks):
    sent = [event["content_block"] for event in blocks if event["type"] == "content_block_start"]
    texts = {event["index"]: event["delta"]["text"] for event in blocks if event.get("delta", {}).get("type") == "text_delta"}
    whole = [given | {"text": texts[place]} if given["type"] == "text" else given for place, given in enumerate(sent)]
    message = answer(START, *blocks, ending(), STOP)
    kept = Message("assistant", tuple(part for part in message.parts if part != TextPart("")))  # as the loop keeps it
    assert back(kept) == [given for given in whole if given.get("text") != ""]


def test_a_call_of_ours_from_anthropics_code_goes_back_with_its_caller_and_the_codes_result_stands_in_the_next_answer():
    caller = {"type": "code_execution_20260120", "tool_id": "code"}
    asked = answer(
        START, *use(0, "code", "code_execution", '{"code": "roll()"}'), block(1, type="tool_use", id="t", name="roll", input={"n": 1}, caller=caller), close(1),
        ending("tool_use", container={"id": "box", "expires_at": "later"}), STOP,
    )  # fmt: skip
    rest = answer(START, *result(0, "code_execution", "code", RUN), *said(1, "42."), ending(), STOP)
    wire = to_wire(request(user("?"), asked, tool_message([ToolResultPart("t", "roll", "42")]), rest))
    assert wire["container"] == "box"
    assert wire["messages"][1:] == snapshot(
        [
            {
                "role": "assistant",
                "content": [
                    {"type": "server_tool_use", "id": "code", "name": "code_execution", "input": {"code": "roll()"}},
                    {"type": "tool_use", "id": "t", "name": "roll", "input": {"n": 1}, "caller": {"type": "code_execution_20260120", "tool_id": "code"}},
                ],
            },
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": "42"}]},
            {
                "role": "assistant",
                "content": [
                    {
                        "type": "code_execution_tool_result",
                        "tool_use_id": "code",
                        "content": {"type": "code_execution_result", "stdout": "42\n", "stderr": "", "return_code": 0, "content": []},
                    },
                    {"type": "text", "text": "42."},
                ],
            },
        ]
    )


def test_what_was_cut_off_in_the_middle_of_anthropics_code_keeps_only_what_stands_by_itself():
    inside = {"caller": {"type": "code_execution_20260120", "tool_id": "code"}}
    parts = answer(
        START, *said(0, "m"), *use(1, "code", "code_execution", "{}"), *use(2, "f", "web_fetch", "{}", **inside), *result(3, "web_fetch", "f", {}, **inside),
        block(4, type="tool_use", id="t", name="roll", input={}, **inside), close(4), ending("tool_use"), STOP,
    ).parts  # fmt: skip
    assert turns(user("?"), Message("assistant", parts, finish_reason="cancelled"))[1]["content"] == [
        {"type": "text", "text": "m"},
        {"type": "tool_use", "id": "t", "name": "roll", "input": {}},
    ]


def test_what_other_providers_tools_did_is_left_out():
    message = Message("assistant", (ServerToolPart("ws_1", "web_search", "{}", "Oslo", provider_metadata={"openai": {"item": {}}}), TextPart("Rain.")))
    assert turns(user("?"), message)[1]["content"] == [{"type": "text", "text": "Rain."}]
    only = Message("assistant", message.parts[:1])
    assert [turn["role"] for turn in turns(user("?"), only, user("!"))] == ["user"]


def test_the_container_of_anthropics_tools_is_used_again():
    message = answer(START, *TEXT, ending(container={"id": "container_1", "expires_at": "later"}), STOP)
    assert message.text == "Hello"
    assert to_wire(request(user("?"), message, user("again")))["container"] == "container_1"
    assert "container" not in to_wire(request(user("?"), message, user("again"), model="claude-opus-5-5"))


@pytest.mark.parametrize(
    ("content", "text", "wrong"),
    [
        (FOUND, "Oslo <https://o.no>", False),
        ({"type": "web_search_tool_result_error", "error_code": "max_uses_exceeded"}, "max_uses_exceeded", True),
        ({"type": "tool_search_tool_result_error", "error_code": "unavailable", "error_message": "Later."}, "unavailable: Later.", True),
        (
            {
                "type": "web_fetch_result",
                "url": "https://o.no",
                "content": {"type": "document", "title": "Oslo", "source": {"type": "text", "data": "It rains."}},
            },
            "Oslo <https://o.no>\nIt rains.",
            False,
        ),
        ({"type": "web_fetch_result", "url": "https://o.no", "content": {"source": {"type": "base64", "data": "JVBE"}}}, "<https://o.no>\n(a PDF)", False),
        (RUN, "42", False),
        (
            {
                "type": "bash_code_execution_result",
                "stdout": "a\n",
                "stderr": "b\n",
                "return_code": 2,
                "content": [{"type": "bash_code_execution_output", "file_id": "file_1"}],
            },
            "a\nb\nfile: file_1\nreturn code 2",
            True,
        ),
        (
            SECRET,
            "(its output is for the model only)",
            False,
        ),
        ({"type": "text_editor_code_execution_view_result", "content": "x = 1", "file_type": "text"}, "x = 1", False),
        ({"type": "text_editor_code_execution_create_result", "is_file_update": False}, "The file was made.", False),
        ({"type": "text_editor_code_execution_str_replace_result", "lines": ["-a", "+b"]}, "-a\n+b", False),
        ({"type": "tool_search_tool_search_result", "tool_references": [{"type": "tool_reference", "tool_name": "get_weather"}]}, "get_weather", False),
        ({"type": "tool_search_tool_search_result", "tool_references": []}, "(no tool fits)", False),
        ([{"type": "text", "text": "from MCP"}], "from MCP", False),
        ("plain", "plain", False),
        ({"type": "advisor_result", "text": "Do it."}, "Do it.", False),
        ({"type": "advisor_redacted_result", "encrypted_content": "e"}, "(its output is for the model only)", False),
        ({"type": "news", "n": 1}, '{"type": "news", "n": 1}', False),
        ([3, {"type": "odd"}], '{"type": "odd"}', False),
        (None, "", False),
        ({"return_code": 0, "content": 5, "stdout": None}, "", False),
    ],
)
def test_a_result_in_words(content, text, wrong):
    assert told({"content": content}) == (text, wrong)
    json.dumps(told({"content": content}))


def test_a_result_that_says_it_is_an_error_is_one():
    assert told({"content": [{"type": "text", "text": "no"}], "is_error": True}) == ("no", True)


def test_a_long_result_is_shown_cut_and_kept_whole():
    page = {"type": "web_fetch_result", "url": "u", "content": {"source": {"type": "text", "data": "x" * 9_000}}}
    part = answer(START, *use(0, "a", "web_fetch", "{}"), *result(1, "web_fetch", "a", page), ending(), STOP).parts[0]
    assert part.result.endswith("characters more)")
    assert len(part.result) < 4_100
    assert part.provider_metadata["anthropic"]["result"]["content"] == page


def page(title, first, behind):
    return {"type": "page_location", "document_title": title, "cited_text": "Rain.", "start_page_number": first, "end_page_number": behind}


@pytest.mark.parametrize(
    ("raw", "citation"),
    [
        ({"type": "web_search_result_location", "url": "https://o.no", "title": "Oslo", "cited_text": "Rain."}, Citation("https://o.no", "Oslo", "Rain.")),
        ({"type": "search_result_location", "source": "kb://1", "title": None, "cited_text": "Rain."}, Citation("kb://1", "", "Rain.")),
        (
            {"type": "char_location", "document_title": "a.txt", "cited_text": "Rain.", "start_char_index": 3},
            Citation(None, "a.txt", "Rain."),
        ),
        (
            page("a.pdf", 2, 3),
            Citation(None, "a.pdf, page 2", "Rain."),
        ),
        (
            page(None, 2, 5),
            Citation(None, "page 2-4", "Rain."),
        ),
        ({"type": "content_block_location", "document_title": "a", "cited_text": "Rain."}, Citation(None, "a", "Rain.")),
    ],
)
def test_every_kind_of_citation_is_read_and_goes_back_as_it_came(raw, citation):
    message = answer(
        START, block(0, type="text", text=""), delta(0, "citations_delta", citation=raw), delta(0, "text_delta", text="It rains."), close(0), ending(), STOP
    )
    assert message.parts[0].citations == (citation,)
    assert back(message) == [{"type": "text", "text": "It rains.", "citations": [raw]}]


def test_a_call_of_ours_beside_a_tool_search_whose_result_comes_later():
    first = answer(
        START, block(0, type="tool_use", id="t", name="f", input={}), close(0), *use(1, "s", "tool_search_tool_bm25", "{}"), ending("tool_use"), STOP
    )
    assert first.tool_calls == (ToolCallPart("t", "f", "{}"),)
    assert [part["type"] for part in turns(user("?"), first)[1]["content"]] == ["tool_use", "server_tool_use"]


KEYS = st.sampled_from(["type", "content", "error_code", "return_code", "text", "title", "source", "lines", "tool_references", "tool_id"])
LEAVES = st.none() | st.integers(-2, 2) | st.text("ax", max_size=3)
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=6)
IDS, PLACES = st.sampled_from(["a", "b", "c"]), st.integers(0, 3)
USE = {"type": "server_tool_use", "name": "web_search", "input": {}}
BLOCKS = st.one_of(
    st.builds(lambda place, id_, more: block(place, **more, **USE, id=id_), PLACES, IDS, st.dictionaries(st.just("caller"), JSON)),
    st.builds(lambda place, id_, content: block(place, type="web_search_tool_result", tool_use_id=id_, content=content), PLACES, IDS, JSON),
    st.builds(lambda place, text: block(place, type="text", text=text), PLACES, st.sampled_from(["", "x"])),
    st.builds(lambda place: block(place, type="fallback"), PLACES),
    st.builds(lambda place, citation: delta(place, "citations_delta", citation=citation), PLACES, JSON),
    st.builds(lambda place, text: delta(place, "input_json_delta", partial_json=text), PLACES, st.sampled_from(["", "{", "}", '{"q": 1}'])),
    st.builds(close, PLACES),
)


def contents(given):
    """The results among blocks."""
    return [(each["tool_use_id"], each["content"]) for each in given if each["type"] == "web_search_tool_result"]


@given(st.lists(BLOCKS, max_size=14))
def test_whatever_order_blocks_come_in_every_result_is_kept_once_and_nothing_is_raised(events):
    decoder, heard = decoded(START, *events, ending(), STOP)
    assert decoder.failure is None
    check_pairs(heard)
    parts = parts_of(heard)
    came = [event["content_block"] for event in events if event["type"] == "content_block_start"]
    message = Message("assistant", tuple(part for part in parts if part != TextPart("")))
    went = [given for turn in turns(user("?"), *from_json(to_json([message])))[1:] for given in turn["content"]]
    assert sorted(map(repr, contents(went))) == sorted(map(repr, contents(came)))


def test_a_result_is_told_whatever_it_holds():
    @given(JSON)
    def tell(content):
        json.dumps(told({"content": content}))

    tell()
