"""A transcript is plain values: it goes to JSON and back, and what is pending is read off its end."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbagent.messages import (
    Annotations,
    FilePart,
    Message,
    ReasoningPart,
    ServerToolPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
    Usage,
    from_json,
    pending_calls,
    to_json,
    tool_message,
    user,
)

texts = st.text(max_size=20)
metadata = st.none() | st.dictionaries(texts, st.recursive(texts | st.integers() | st.booleans(), lambda inner: st.lists(inner, max_size=2)), max_size=2)
parts = (
    st.builds(TextPart, texts, metadata)
    | st.builds(ReasoningPart, texts, st.booleans(), metadata)
    | st.builds(ToolCallPart, texts, texts, texts, metadata)
    | st.builds(ToolResultPart, texts, texts, texts, st.booleans())
    | st.builds(FilePart, texts, st.none() | st.binary(max_size=8), st.none() | texts)
)
messages = st.builds(
    Message,
    st.sampled_from(["system", "user", "assistant", "tool"]),
    st.lists(parts, max_size=3).map(tuple),
    usage=st.none() | st.builds(Usage, st.integers(0, 9)),
)


@given(st.lists(messages, max_size=3))
def test_a_transcript_goes_to_json_and_back_without_loss(transcript):
    assert from_json(to_json(transcript)) == transcript


def test_a_file_that_is_no_transcript_names_the_place():
    with pytest.raises(msgspec.ValidationError, match="role"):
        from_json('[{"role": 3}]')


def test_calls_are_pending_until_their_results_stand_after_them():
    first, second = ToolCallPart("a", "f"), ToolCallPart("b", "f")
    asked = Message("assistant", (first, second))
    assert pending_calls([user("x"), asked]) == (first, second)
    assert pending_calls([asked, tool_message([ToolResultPart("a", "f")])]) == (second,)
    assert pending_calls([asked, tool_message([ToolResultPart("a", "f")]), tool_message([ToolResultPart("b", "f")])]) == ()
    assert pending_calls([asked, user("never mind")]) == ()
    assert pending_calls([]) == ()


def test_usage_adds_up():
    total = Usage(1, 2, 3, 4, 5) + Usage(10, 20, 30, 40, 50)
    assert total == Usage(11, 22, 33, 44, 55)
    assert total.total_tokens == 33


def test_a_file_part_reads_a_file_and_knows_its_type(tmp_path):
    path = tmp_path / "cat.png"
    path.write_bytes(b"\x89PNG")
    part = FilePart.from_path(path)
    assert (part.media_type, part.data, part.name) == ("image/png", b"\x89PNG", "cat.png")
    assert part.data_url() == "data:image/png;base64,iVBORw=="
    with pytest.raises(ValueError, match="type is not known"):
        FilePart.from_path(tmp_path / "x.unknownkind")


@pytest.mark.parametrize(("role", "known"), [("human", "user"), ("developer", "system"), ("model", "assistant"), ("Tool_Result", "tool"), ("function", "tool")])
def test_what_others_call_our_roles_is_read_as_ours(role, known):
    assert from_json(json.dumps([{"role": role}])) == [Message(known)]


@pytest.mark.parametrize(
    ("parts", "known"),
    [
        ([{"type": "text", "text": "hm"}], "user"), ([{"type": "tool_result", "id": "c", "name": "t"}], "tool"),
        ([{"type": "text", "text": "hm"}, {"type": "tool_call", "id": "c", "name": "t"}], "assistant"), ([], "user"),
    ],
)  # fmt: skip
def test_a_role_that_nobody_knows_is_read_with_a_warning_and_kept_as_the_name(parts, known):
    with pytest.warns(UserWarning, match=f"the role 'critic', which is not known: it is read as one of the role {known}"):
        (message,) = from_json(json.dumps([{"role": "critic", "parts": parts}]))
    assert (message.role, message.name, len(message.parts)) == (known, "critic", len(parts))


def test_files_and_annotations_are_read_beside_a_role_that_nobody_knows():
    said = [Message("user", (FilePart("image/png", b"\x89PNG", annotations=Annotations(("user",), 0.5)),)), user("x")]
    raw = json.loads(to_json(said))
    raw[1]["role"] = "critic"
    with pytest.warns(UserWarning, match="critic"):
        read = from_json(json.dumps(raw))
    assert read[0] == said[0]


def test_a_message_reads_well_in_a_cell_and_shows_no_key():
    image = FilePart("image/png", b"\x89PNG" + bytes(9996), name="plot.png")
    said = Message(
        "assistant", (ReasoningPart("Let me\nsee."), TextPart("*Hi* sk-ant-api03-abcdefghijklmnop1234"), ToolCallPart("c", "f", '{"a": "```"}')), model="m"
    )
    shown = said._repr_markdown_()
    assert shown.startswith("**assistant** (m)\n\n> Let me\n> see.\n\n*Hi* ")
    assert "abcdefghijklmnop" not in shown
    assert shown.endswith('````\nf({"a": "```"})\n````')
    assert repr(user("Hi", image)) == "Message(role='user', parts=(TextPart(text='Hi'), FilePart('image/png', <10,000 bytes>, name='plot.png')))"
    assert set(image._repr_mimebundle_()) == {"image/png", "text/plain"}
    assert set(FilePart("application/pdf", b"%PDF")._repr_mimebundle_()) == {"text/plain"}
    whole = tool_message([ToolResultPart("c", "f", "ok", files=(image,)), ServerToolPart("s", "search", "q", "found")])
    assert all(text in whole._repr_markdown_() for text in ("f: ok", "<10,000 bytes>", "search(q)\nfound"))
