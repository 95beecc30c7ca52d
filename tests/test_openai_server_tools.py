"""Claims on what OpenAI's own tools did: it is shown as it happens, never run here, and goes back exactly where it came from."""

import base64

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from inline_snapshot import snapshot

from nbagent.events import PartDelta, PartFinished, PartStarted
from nbagent.messages import Citation, FilePart, Message, ReasoningPart, ServerToolPart, TextPart, ToolCallPart, ToolResultPart, from_json, to_json
from nbagent.providers.openai.server_tools import answered, citation, given, is_error, named
from tests.responses_events import (
    CREATED,
    MESSAGE,
    OUTPUT,
    added,
    answer,
    completed,
    decoded,
    done,
    event,
    items,
    of_openai,
    parts_of,
    said,
    told,
)  # fmt: skip

CODE = {"type": "code_interpreter_call", "id": "ci_1", "container_id": "cntr_1"}
REASONED = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "gAAA"}


def code(*deltas):
    return [event("code_interpreter_call_code.delta", output_index=0, delta=delta) for delta in deltas]


def test_a_search_is_a_part_and_goes_back_in_its_place_with_the_text_it_stands_behind():
    search = {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"type": "search", "query": "x"}}
    note = {"type": "url_citation", "url": "https://x", "title": "X", "start_index": 0, "end_index": 5}
    cited = {"type": "output_text", "text": "Found.", "annotations": [note]}
    message = answer(
        CREATED, added(0, type="web_search_call", id="ws_1"), event("web_search_call.searching", output_index=0), done(0, **search, error=None),
        added(1, **MESSAGE), said(1, "Found."), done(1, **MESSAGE, phase="final_answer", content=[cited]), completed(),
    )  # fmt: skip
    assert message.text == "Found."
    assert not message.tool_calls
    tool, text = message.parts
    assert (tool.id, tool.name, tool.arguments, tool.is_error) == ("ws_1", "web_search", "x", False)
    assert text.citations == (Citation("https://x", "X", start=0, end=5),)
    (back,) = from_json(to_json([message]))
    assert items(back) == [search, {**MESSAGE, "status": "completed", "phase": "final_answer", "content": [cited]}]
    assert items(back, model="gpt-5.6-sol") == [{"role": "assistant", "content": "Found."}]


def test_code_streams_as_it_is_written_and_its_output_follows():
    whole = {**CODE, "status": "completed", "code": "n = 2\nn * n", "outputs": [{"type": "logs", "logs": "4"}, {"type": "image", "url": "https://i"}]}
    _, events = decoded(
        CREATED,
        added(0, **CODE, code="", outputs=None),
        *code("n = 2", "\nn "),
        event("code_interpreter_call.interpreting", output_index=0),
        done(0, **whole),
        completed(),
    )
    assert told(events)[1:-1] == snapshot(
        [
            ("PartStarted", 0, ServerToolPart(id="ci_1", name="code_interpreter")),
            ("PartDelta", 0, "n = 2"),
            ("PartDelta", 0, "\nn "),
            ("PartDelta", 0, "* n"),
            (
                "PartFinished",
                0,
                ServerToolPart(
                    id="ci_1",
                    name="code_interpreter",
                    arguments="n = 2\nn * n",
                    result="4\nhttps://i",
                    provider_metadata={
                        "openai": {
                            "model": "gpt-6.1-sol",
                            "item": {
                                "type": "code_interpreter_call",
                                "id": "ci_1",
                                "container_id": "cntr_1",
                                "status": "completed",
                                "code": "n = 2\nn * n",
                                "outputs": [{"type": "logs", "logs": "4"}, {"type": "image", "url": "https://i"}],
                            },
                        }
                    },
                ),
            ),
        ]
    )


def test_a_tool_that_was_cut_in_the_middle_shows_what_came_and_is_not_sent_back():
    decoder, events = decoded(CREATED, added(0, **CODE), *code("n = "))
    assert decoder.failure is not None
    assert [type(event) for event in events[1:]] == [PartStarted, PartDelta]
    message = answer(CREATED, added(0, **CODE), *code("n = "), completed())
    assert message.parts == (ServerToolPart("ci_1", "code_interpreter", "n = "),)
    assert items(message) == []


def test_commands_of_a_shell_stand_in_lines_and_a_bad_end_is_an_error():
    shell = {"type": "shell_call", "id": "sh_1", "call_id": "call_1", "action": {"commands": ["ls", "cat x"]}}
    out = {
        "type": "shell_call_output",
        "id": "sho_1",
        "call_id": "call_1",
        "output": [{"stdout": "a\n", "stderr": "no x", "outcome": {"type": "exit", "exit_code": 1}}],
    }
    deltas = [event("shell_call_command.delta", output_index=0, command_index=at, delta=text) for at, text in ((0, "l"), (0, "s"), (1, "cat x"))]
    message = answer(CREATED, added(0, **{**shell, "action": {}}), *deltas, done(0, **shell), added(1, **out), done(1, **out), completed())
    ran, ended = message.parts
    assert (ran.arguments, ended.result, ended.is_error) == ("ls\ncat x", "a\nno x\nexit code 1", True)
    assert items(message) == [shell, out]


@pytest.mark.parametrize(
    "kind", ["shell_call", "apply_patch_call", "computer_call", "local_shell_call", "custom_tool_call", "tool_search_call", "mcp_approval_request"]
)
def test_a_call_that_our_side_would_have_to_answer_is_shown_and_not_sent_back_alone(kind):
    call = {"type": kind, "id": "x_1", "call_id": "call_1", "status": "completed"}
    message = answer(CREATED, added(0, **REASONED), done(0, **REASONED), added(1, **call), done(1, **call), completed())
    assert [type(part) for part in message.parts] == [ReasoningPart, ServerToolPart]
    assert items(message) == [], "its thought is not sent without it"


def test_an_image_that_is_made_is_a_file_and_goes_back_whole():
    image = base64.b64encode(b"\x89PNG whole").decode()
    call = {"type": "image_generation_call", "id": "ig_1", "status": "completed", "output_format": "webp", "revised_prompt": "A cat", "result": image}
    partials = [
        event("image_generation_call.partial_image", output_index=0, partial_image_index=at, partial_image_b64=base64.b64encode(text).decode())
        for at, text in enumerate((b"first", b"second"))
    ]
    begun = added(0, type="image_generation_call", id="ig_1")
    message = answer(CREATED, begun, *partials, done(0, **call), added(1, **MESSAGE), said(1, "Hello"), done(1, **MESSAGE, content=[OUTPUT]), completed())
    tool, file, text = message.parts
    assert (tool.arguments, file.media_type, file.data, text.text) == ("A cat", "image/webp", b"\x89PNG whole", "Hello")
    assert "result" not in tool.provider_metadata["openai"]["item"], "the bytes are kept once"
    (back,) = from_json(to_json([message]))
    assert items(back)[0] == call
    assert [item["content"] for item in items(back, model="other")] == ["[a file of the type image/webp was made here]", "Hello"]
    partial = answer(CREATED, begun, *partials, completed())
    assert [part.data for part in partial.parts if isinstance(part, FilePart)] == [b"second"]


def test_an_image_without_bytes_is_only_shown():
    call = {"type": "image_generation_call", "id": "ig_1", "status": "failed", "error": {"message": "Not this."}}
    message = answer(CREATED, added(0, type="image_generation_call", id="ig_1"), done(0, **call), completed())
    assert [(part.result, part.is_error) for part in message.parts] == [("Not this.", True)]
    assert items(message) == []


def test_an_item_that_is_only_in_the_end_of_the_stream_is_not_lost():
    output = [{"type": "mcp_list_tools", "id": "mcpl_1", "server_label": "git", "tools": [{"name": "fetch"}]}, {**MESSAGE, "content": [OUTPUT]}]
    kept = answer(CREATED, added(0, type="mcp_list_tools", id="mcpl_1"), added(1, **MESSAGE), said(1, "Hello"), completed(output=output))
    assert [item["id"] for item in items(kept)] == ["mcpl_1", "msg_1"]
    assert kept.parts[0].result == "fetch"
    assert answer(completed(output=output)).text == "Hello"


def test_an_item_of_a_kind_that_is_not_known_goes_back_too():
    item = {"type": "telepathy_call", "id": "t_1", "thought": "hm"}
    message = answer(CREATED, added(0, **item), done(0, **item), completed())
    assert (message.parts[0].name, items(message)) == ("telepathy", [item])


def test_what_a_remote_tool_is_given_streams():
    call = {"type": "mcp_call", "id": "mcp_1", "name": "search", "server_label": "git", "arguments": '{"q": 1}', "output": "found"}
    deltas = [event("mcp_call_arguments.delta", output_index=0, delta=text) for text in ('{"q"', ": 1}")]
    _, events = decoded(CREATED, added(0, **{**call, "arguments": ""}), *deltas, done(0, **call), completed())
    assert [delta.delta for delta in events if isinstance(delta, PartDelta)] == ['{"q"', ": 1}"]
    (tool,) = parts_of(events)
    assert (tool.name, tool.arguments, tool.result) == ("git.search", '{"q": 1}', "found")


def test_the_results_of_calls_that_a_program_made_name_it_again():
    program = {"type": "program", "id": "cm_1", "call_id": "call_p", "code": "await tools.f({})", "fingerprint": "gAAA"}
    caller = {"type": "program", "caller_id": "call_p"}
    call = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "f", "arguments": "{}", "caller": caller}
    message = answer(CREATED, added(0, **program), done(0, **program), added(1, **call), done(1, **call), completed())
    assert [type(part) for part in message.parts] == [ServerToolPart, ToolCallPart]
    results = Message("tool", (ToolResultPart("call_1", "f", "4"),))
    assert items(message, results) == [program, call, {"type": "function_call_output", "call_id": "call_1", "output": "4", "caller": caller}]
    assert all("caller" not in item for item in items(message, results, model="other"))


def test_a_server_tool_of_another_provider_breaks_no_request():
    foreign = ServerToolPart("srv_1", "web_search", "x", "y", provider_metadata={"anthropic": {"model": "claude", "block": {}}})
    assert items(Message("assistant", (foreign, TextPart("Found.")))) == [{"role": "assistant", "content": "Found."}]
    assert items(Message("assistant", (foreign,))) == []


def test_a_tool_after_thought_that_cannot_be_sent_stays_here_with_it():
    thought = ReasoningPart("", provider_metadata=of_openai(item={"type": "reasoning", "id": "rs_1", "summary": []}))
    tool = ServerToolPart("ws_1", "web_search", provider_metadata=of_openai(item={"type": "web_search_call", "id": "ws_1"}))
    assert items(Message("assistant", (thought, tool, TextPart("x", of_openai(id="msg_1"))))) == [{"role": "assistant", "content": "x"}]


@pytest.mark.parametrize(
    ("item", "name", "arguments", "result"),
    [
        ({"type": "web_search_call", "action": {"type": "search", "queries": ["a", "b"], "sources": [{"url": "https://s"}]}}, "web_search", "a\nb", "https://s"),
        ({"type": "web_search_call", "action": {"type": "open_page", "url": "https://x"}}, "web_search", "https://x", ""),
        ({"type": "web_search_call", "action": {"type": "find_in_page", "pattern": "p", "url": "https://x"}}, "web_search", "p in https://x", ""),
        ({"type": "file_search_call", "queries": ["q"], "results": [{"filename": "f.txt", "text": "t"}]}, "file_search", "q", "f.txt: t"),
        ({"type": "apply_patch_call", "operation": {"type": "update_file", "path": "a", "diff": "+b"}}, "apply_patch", "update_file a\n+b", ""),
        ({"type": "computer_call", "action": {"type": "click", "x": 1}}, "computer", '{"type": "click", "x": 1}', ""),
        ({"type": "local_shell_call", "action": {"command": ["ls", "-l"]}}, "local_shell", "ls -l", ""),
        ({"type": "custom_tool_call", "name": "grep", "input": "x"}, "grep", "x", ""),
        ({"type": "tool_search_call", "arguments": {"goal": "ü"}}, "tool_search", '{"goal": "ü"}', ""),
        ({"type": "tool_search_output", "tools": [{"name": "a"}, {"name": "b"}]}, "tool_search_output", "", "a\nb"),
        ({"type": "program_output", "result": "4"}, "program_output", "", "4"),
        ({"type": "mcp_approval_request", "name": "rm", "server_label": "s", "arguments": "{}"}, "mcp_approval_request", "{}",
         "s asks to be allowed to run rm: require_approval of the tool says whether it must."),
        ({"type": "compaction", "encrypted_content": "gAAA"}, "compaction", "", ""),
        ({"type": "mcp_call", "name": 3, "error": {"code": 1}, "output": None}, "mcp", "", '{"code": 1}'),
    ],
)  # fmt: skip
def test_every_kind_of_tool_is_said_in_words(item, name, arguments, result):
    assert (named(item), given(item), answered(item)) == (name, arguments, result)
    assert is_error(item) == ("error" in item)


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ({"type": "file_citation", "file_id": "f", "filename": "a.pdf", "index": 3}, Citation(title="a.pdf")),
        ({"type": "container_file_citation", "filename": "a.csv", "start_index": 1, "end_index": 2}, Citation(title="a.csv", start=1, end=2)),
        ({"type": "file_path", "file_id": "file-1", "index": 0}, Citation(title="file-1")),
        ({"type": "url_citation", "url_citation": {"url": "https://x", "title": "X", "content": "said", "start_index": 0, "end_index": 4}},
         Citation("https://x", "X", "said", 0, 4)),
        ({"type": "mystery"}, None),
    ],
)  # fmt: skip
def test_sources_are_told_in_our_words(note, expected):
    assert citation(note) == expected


def test_every_part_is_finished_once():
    call = {"type": "image_generation_call", "id": "ig_1", "result": base64.b64encode(b"x").decode()}
    _, events = decoded(CREATED, added(0, type="image_generation_call", id="ig_1"), done(0, **call), done(0, **call), completed())
    started, finished = ([event.index for event in events if isinstance(event, kind)] for kind in (PartStarted, PartFinished))
    assert sorted(started) == sorted(finished)
    assert len(set(started)) == len(started)


KINDS = (
    "web_search_call", "file_search_call", "code_interpreter_call", "mcp_call", "mcp_list_tools", "image_generation_call", "shell_call", "shell_call_output",
    "apply_patch_call", "computer_call", "custom_tool_call", "tool_search_call", "program", "program_output", "message", "function_call", "x",
)  # fmt: skip
FIELDS = (
    "action",
    "queries",
    "results",
    "code",
    "outputs",
    "output",
    "operation",
    "tools",
    "call_id",
    "id",
    "name",
    "arguments",
    "error",
    "result",
    "content",
    "status",
)
ANY = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None, max_examples=200)
@drawn(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(FIELDS), ANY, max_size=6))
def test_an_item_with_anything_in_it_is_a_part_and_can_be_sent_on(kind, fields):
    item = {**fields, "type": kind}
    message = answer(CREATED, added(0, **item), done(0, **item), completed())
    (back,) = from_json(to_json([message]))
    assert len(items(back, Message("user", (TextPart("Well?"),)))) <= 4
