"""Sources of an answer as citations of its text, Google's searches as parts; bytes become characters."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbagent.messages import Citation, ServerToolPart, TextPart
from nbagent.providers.google.sources import citations, lookups
from tests.test_google_decode import parts
from tests.wire_lines_google import call, chunk, last

TEXT = "Grüße aus Zürich 😀. Es regnet."
WEB = {"web": {"uri": "https://a.example/x", "title": "a.example"}}


def segment(said: str, text: str = TEXT, **more: Any) -> dict[str, Any]:
    """Where Google says that this stands: in bytes."""
    start = len(text[: text.index(said)].encode())
    return {"startIndex": start, "endIndex": start + len(said.encode()), "text": said, **more}


def support(said: Any, *chunks: int) -> dict[str, Any]:
    return {"segment": said, "groundingChunkIndices": list(chunks)}


def test_a_source_stands_behind_the_characters_that_google_named_in_bytes() -> None:
    grounding = {"groundingChunks": [WEB], "groundingSupports": [support(segment("Es regnet."), 0)]}
    ((citation,),) = citations([TEXT], grounding, {})
    assert citation == Citation("https://a.example/x", "a.example", "", 20, 30)
    assert TEXT[20:30] == "Es regnet."


@given(st.text(min_size=1, max_size=30), st.data())
def test_any_place_in_any_text_is_found_again(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    place = {"startIndex": len(text[:start].encode()), "endIndex": len(text[:end].encode())}
    ((citation,),) = citations([text], {"groundingChunks": [WEB], "groundingSupports": [support(place, 0)]}, {})
    assert (citation.start, citation.end) == (start, end)


def test_a_segment_that_counts_in_all_texts_or_in_its_own_is_found_by_its_text() -> None:
    first, second = "Ä eins. ", "Ö zwei."
    in_all = {"startIndex": len(first.encode()), "endIndex": len((first + second).encode()), "text": second}
    in_own = {"startIndex": 0, "endIndex": len(second.encode()), "text": second, "partIndex": 1}
    moved = {"startIndex": 3, "endIndex": 9, "text": "zwei"}
    grounding = {"groundingChunks": [WEB], "groundingSupports": [support(in_all, 0), support(in_own, 0), support(moved, 0)]}
    assert citations([first, second], grounding, {}) == [
        [],
        [
            Citation(WEB["web"]["uri"], "a.example", "", 0, 7),
            Citation(WEB["web"]["uri"], "a.example", "", 0, 7),
            Citation(WEB["web"]["uri"], "a.example", "", 2, 6),
        ],
    ]


@pytest.mark.parametrize(
    "place", [None, {}, {"startIndex": 5, "endIndex": 900}, {"startIndex": -1, "endIndex": 2, "text": "nowhere"}, "text", {"endIndex": "3"}]
)
def test_a_place_that_cannot_be_found_leaves_the_source(place: Any) -> None:
    ((citation,),) = citations(["a b"], {"groundingChunks": [WEB], "groundingSupports": [support(place, 0, 7)]}, {})
    assert (citation.url, citation.start, citation.end) == ("https://a.example/x", None, None)


def test_what_was_quoted_has_its_source_under_both_of_its_names() -> None:
    quoted = {"startIndex": 0, "endIndex": 7, "uri": "https://b.example", "title": "B"}
    for key in ("citations", "citationSources"):
        assert citations([TEXT], {}, {key: [quoted]}) == [[Citation("https://b.example", "B", "", 0, 5)]]


def test_sources_of_every_kind_without_places_are_those_of_the_last_text() -> None:
    chunks = [
        WEB,
        {"maps": {"uri": "https://maps.example", "title": "Café", "text": "Good."}},
        {"retrievedContext": {"title": "Doc", "text": "quote"}},
        {"new": {}},
    ]
    assert citations(["a", "b"], {"groundingChunks": chunks}, {})[1] == [
        Citation("https://a.example/x", "a.example"), Citation("https://maps.example", "Café", "Good."), Citation(None, "Doc", "quote"), Citation(),
    ]  # fmt: skip


def test_an_answer_without_text_has_no_citations() -> None:
    assert citations([], {"groundingChunks": [WEB]}, {"citations": [{}]}) == []


def test_a_search_is_a_part_with_its_queries_and_what_it_found() -> None:
    found = parts(
        chunk({"text": TEXT}),
        last(groundingMetadata={"webSearchQueries": ["Wetter Zürich"], "groundingChunks": [WEB], "groundingSupports": [support(segment("Es regnet."), 0)]}),
    )
    text, search = found
    assert isinstance(text, TextPart)
    assert [citation.start for citation in text.citations] == [20]
    assert isinstance(search, ServerToolPart)
    assert (search.name, search.arguments, search.result) == ("google_search", '["Wetter Zürich"]', "a.example: https://a.example/x")
    assert search.provider_metadata is None


def test_sources_that_come_after_a_call_still_belong_to_the_text_before_it() -> None:
    text, _ = parts(chunk({"text": "A."}), chunk(call(id="c", name="f")), last(groundingMetadata={"groundingChunks": [WEB]}))
    assert isinstance(text, TextPart)
    assert [citation.url for citation in text.citations] == ["https://a.example/x"]


def test_pages_and_places_that_were_looked_up_are_parts() -> None:
    pages = [
        {"retrievedUrl": "https://a.example", "urlRetrievalStatus": "URL_RETRIEVAL_STATUS_SUCCESS"},
        {"retrievedUrl": "https://b.example", "urlRetrievalStatus": "URL_RETRIEVAL_STATUS_ERROR"},
    ]
    fetched, mapped = lookups({"groundingChunks": [{"maps": {"uri": "https://m", "title": "Café"}}]}, {"urlMetadata": pages}, set())
    assert (fetched.name, fetched.result) == ("google_maps", "Café: https://m")
    assert (mapped.name, mapped.result, mapped.is_error) == ("url_context", "https://a.example: success\nhttps://b.example: error", False)
    (failed,) = lookups({}, {"urlMetadata": pages[1:]}, set())
    assert failed.is_error


def test_a_search_that_was_a_part_of_the_answer_is_not_shown_twice() -> None:
    assert list(lookups({"webSearchQueries": ["q"]}, {}, {"google_search_web"})) == []


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["groundingChunks", "groundingSupports", "segment", "groundingChunkIndices", "web", "uri", "startIndex", "endIndex", "text", "urlMetadata"]
                ),
                inner,
            )
        ),
        max_leaves=15,
    )
)
def test_nothing_that_google_may_say_of_its_sources_breaks_the_answer(value: Any) -> None:
    given_ = value if isinstance(value, dict) else {"groundingChunks": value, "groundingSupports": value, "citations": value, "webSearchQueries": value}
    assert len(citations(["a", "ü"], given_, given_)) == 2
    list(lookups(given_, given_, set()))
