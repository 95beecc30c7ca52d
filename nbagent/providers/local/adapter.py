"""The embedded model: a small real one, in a process of its own on loopback, spoken to as any compatible server.

It is fetched and loaded when it is first asked, while the person is told what is going on; what its server does not
keep to (a named tool, one call at a time, a call that must come) is made good here.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, cast

from msgspec import Struct
from msgspec.structs import replace

from nbagent.errors import ConfigError, ConnectionFailed, IncompleteStream, LocalModelFailed, MissingExtra, ProviderError, RequestRefused
from nbagent.events import PartDelta, PartFinished, PartStarted, ProviderEvent, Retried, Waiting
from nbagent.messages import FilePart, Message, ToolCallPart, assistant
from nbagent.provider import Capabilities, Embeddings, ModelInfo, Request, connect
from nbagent.providers.carriers.http import Http
from nbagent.providers.carriers.transport import shown_url
from nbagent.providers.local.download import fetch, is_verified
from nbagent.providers.local.embed import Server, counted, embedded
from nbagent.providers.local.hold import Hold, end_all, obtain, running
from nbagent.providers.local.models import CALL_PREFIX, DEFAULT, MODELS, LocalModel, Weights, choose, models_dir, weights
from nbagent.providers.local.server import CONTEXT
from nbagent.providers.local.sources import Report

DEFAULTS: dict[str, Any] = {"temperature": 0, "seed": 42, "max_tokens": 512, "timeout": 600}
"""Reproducible, and bounded: a model this small may repeat itself without end. `timeout` is of silence: on a slow
machine it reads a long conversation for minutes, and another notebook may be before us."""

_CHAT = "openai-chat"
_TICK = 0.25  # seconds between two words on how far it is
_LOADING = 120.0  # seconds for which a server may say that it is still loading
_UNREAD = ("does not match the expected", "empty grammar stack")  # llama.cpp on a call of the model's that it cannot read


class Ready(Struct, frozen=True):
    """Loaded weights, and our hold on the process that answers for them."""

    weights: Weights
    hold: Hold


class Local:
    """The provider of ``local:``, ``local:qwen2.5-coder-1.5b`` and ``local:/path/to/any.gguf``.

    It runs on this machine and nowhere else: a `base_url` is a `ConfigError`. The parameter ``chat_template`` is the path of a
    template that replaces the model's own.
    """

    name = "local"

    @property
    def default_model(self) -> str:
        """The model of ``local:`` where none is named."""
        return os.environ.get("NBAGENT_LOCAL_MODEL") or DEFAULT

    def __init__(self, base_url: str | None = None, api_key: str | None = None) -> None:  # noqa: ARG002  what every provider is made with
        if base_url:
            raise ConfigError(
                "local: runs on this machine, and asks no other server.", f"The base URL {shown_url(base_url)} was given with it.",
                "Ask that server with -m openai-chat:MODEL, or leave the URL out.",
            )  # fmt: skip
        self._http = Http()
        self._ready: dict[Any, Ready] = {}

    def to_wire(self, request: Request) -> dict[str, Any]:
        """The JSON body as it would be sent; nothing is fetched or loaded for it."""
        chosen = choose(request.model)
        plan = weights(chosen, chosen if isinstance(chosen, Path) else models_dir() / chosen.file, request.params.get("chat_template"))
        return _chat("http://127.0.0.1/v1", "local").to_wire(_adapted(request, plan))

    async def stream(self, request: Request) -> AsyncGenerator[list[ProviderEvent], None]:
        """One batch of events a network read, after `Waiting` for as long as the model is fetched and loaded."""
        wish = (choose(request.model), request.params.get("chat_template"))
        ready = self._ready.get(wish)
        if ready is None or not ready.hold.alive:
            work = _Loading(*wish)
            async with aclosing(work.waiting()) as waiting:
                async for event in waiting:
                    yield [event]
            ready = self._keep(wish, work.ready)
        async with aclosing(_answer(request, ready)) as batches:
            async for batch in batches:
                yield batch

    def capabilities(self, model: str) -> Capabilities:
        """What a model can do; of a file of the user's, what its server makes of any."""
        chosen = MODELS.get(model or self.default_model)
        return Capabilities(tools=chosen is None or chosen.tools, output_schema=True, context_window=CONTEXT)

    async def models(self) -> list[ModelInfo]:
        """The models that can be fetched."""
        return [ModelInfo(name, entry.title, self.capabilities(name), size=entry.size, family="qwen2.5-coder") for name, entry in MODELS.items()]

    async def embed(self, model: str, texts: Sequence[str]) -> Embeddings:
        """Vectors, each the mean over its text's tokens; the model is fetched and loaded for it. Raises `ProviderError`."""
        return await embedded(self._server(await self._loaded((choose(model), None))), texts)

    async def count_tokens(self, request: Request) -> int:
        """The tokens of a request as its own template writes it. Raises `ProviderError`."""
        ready = await self._loaded((choose(request.model), request.params.get("chat_template")))
        return await counted(self._server(ready), _chat(*_at(ready)).to_wire(_adapted(request, ready.weights)))

    async def aclose(self) -> None:
        """Let go of the processes, which end when no other kernel holds them. A kernel that ends does so by itself."""
        for ready in self._ready.values():
            ready.hold.close()
            await _chat(*_at(ready)).aclose()
        self._ready.clear()
        await self._http.aclose()

    def _server(self, ready: Ready) -> Server:
        return Server(self._http, ready.hold.serving.address, ready.hold.serving.key)

    async def _loaded(self, wish: Any) -> Ready:
        ready = self._ready.get(wish)
        if ready is None or not ready.hold.alive:
            work = _Loading(*wish)
            async with aclosing(work.waiting()) as waiting:
                async for _ in waiting:
                    pass
            ready = self._keep(wish, work.ready)
        return ready

    def _keep(self, wish: Any, ready: Ready | None) -> Ready:
        assert ready is not None
        before = self._ready.get(wish)
        if before is not None and before.hold.alive:  # another session of this kernel was as quick
            ready.hold.close()
            return before
        if before is not None:
            before.hold.close()
        self._ready[wish] = ready
        return ready


def status(model: str | None = None) -> dict[str, Any]:
    """What is known of a model: the one that is named, or runs, or is the default. Sizes in bytes; None for what is not there."""
    processes = running()
    known = {str(models_dir() / entry.file): entry for entry in MODELS.values()}
    chosen = choose(model or "") if model or not processes else known.get(processes[0].file) or Path(processes[0].file)
    file = chosen if isinstance(chosen, Path) else models_dir() / chosen.file
    serving = next((process for process in processes if process.file == str(file)), None)
    entry, verified = (None, None) if isinstance(chosen, Path) else (chosen, is_verified(chosen))
    return {
        "model": entry.name if entry else file.stem,
        "title": entry.title if entry else file.name,
        "licence": entry.licence if entry else None,
        "file": str(file) if entry is None or verified else None,
        "size": entry.size if entry else file.stat().st_size,
        "source": (verified.source if verified else None) if entry else "your file",
        "address": serving.address if serving else None,
        "pid": serving.pid if serving else None,
        "memory": _memory(serving.pid) if serving else None,
    }


def stop() -> list[str]:
    """End the local models of this user, also where another notebook uses them (they load again when asked); their names."""
    return [serving.name for serving in end_all()]


def _memory(pid: int) -> int | None:
    import psutil  # type: ignore[import-untyped]

    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return None


# --- until it is there -----------------------------------------------------------------------------------------------


class _Loading:
    """Fetching and loading, in a thread that is told when nobody waits for it any more."""

    def __init__(self, chosen: LocalModel | Path, template: str | None) -> None:
        self.ready: Ready | None = None
        self._chosen, self._template = chosen, template
        self._said, self._stop = Waiting(what="starting the local model"), threading.Event()

    async def waiting(self) -> AsyncGenerator[Waiting, None]:
        """What is going on, at most four times a second. Raises what went wrong."""
        task = asyncio.ensure_future(asyncio.to_thread(_load, self._chosen, self._template, self._report, self._stop))
        shown = None
        try:
            while not (await asyncio.wait({task}, timeout=_TICK))[0]:
                if self._said is not shown:
                    shown = self._said
                    yield shown
            self.ready = task.result()
        finally:
            if self.ready is None:
                self._stop.set()
                task.add_done_callback(_let_go)

    def _report(self, what: str, fraction: float | None) -> None:
        self._said = Waiting(what=what, fraction=fraction)


def _let_go(task: asyncio.Future[Ready]) -> None:
    """The end of a thread that nobody waits for any more: its error was raised or is of no interest, its hold is let go."""
    if not task.cancelled() and task.exception() is None:
        task.result().hold.close()


def _load(chosen: LocalModel | Path, template: str | None, report: Report, stop: threading.Event) -> Ready:
    for module in ("xllamacpp", "filelock"):
        if find_spec(module) is None:
            raise MissingExtra(f'The local model needs {module}: pip install "nbagent[local]"')
    try:
        file = chosen if isinstance(chosen, Path) else fetch(chosen, report=report, stop=stop)
        loaded = weights(chosen, file, template)
        return Ready(loaded, obtain(loaded, report=report, stop=stop))
    except OSError as error:
        raise LocalModelFailed(f"The local model could not be started: {error}.") from error


# --- asking ----------------------------------------------------------------------------------------------------------


async def _answer(request: Request, ready: Ready) -> AsyncGenerator[list[ProviderEvent], None]:
    """What the model answers. Before its first part, a server that still loads is waited for, an answer that llama.cpp could
    not read as a call is asked for once more without tools, and a connection that it had closed is replaced."""
    only_one = request.params.get("parallel_tool_calls") is False or request.tool_choice not in ("auto", "none", "required")
    asked, until = _adapted(request, ready.weights), time.monotonic() + _LOADING
    connections = 3
    yield [Waiting(what=f"{ready.weights.name} reads the conversation")]
    while True:
        begun, calls = False, _FirstCall()
        async with aclosing(_chat(*_at(ready)).stream(asked)) as batches:
            try:
                async for batch in batches:
                    kept = calls.only(batch) if only_one else batch
                    begun = begun or any(type(event) is PartStarted for event in kept)
                    if kept:
                        yield kept
            except ProviderError as error:
                failure = error
            else:
                return
        if not begun and failure.status == 503 and time.monotonic() < until:
            yield [Waiting(what=f"loading {ready.weights.name}")]
            await asyncio.sleep(_TICK)
        elif not begun and isinstance(failure, ConnectionFailed) and ready.hold.alive and connections:
            connections -= 1  # its server promises to keep connections and closes them now and then after a streamed answer
        elif not begun and asked.tools and asked.tool_choice == "auto" and any(words in failure.why for words in _UNREAD):
            yield [Retried(attempt=1, wait=0.0, reason="The model began a call that cannot be read. It is asked again without tools.")]
            asked = replace(asked, tools=())
        else:
            raise await _ours(failure, ready.hold, begun) from failure


async def _ours(error: ProviderError, hold: Hold, begun: bool) -> ProviderError:
    """The error as one of the local model's, and the plain one where its process is gone."""
    if isinstance(error, (ConnectionFailed, IncompleteStream)):
        until = time.monotonic() + 0.5  # of a process that ends, the connections do not end at the same moment
        while hold.alive and time.monotonic() < until:
            await asyncio.sleep(0.02)
        if not hold.alive:
            kind = IncompleteStream if begun else ConnectionFailed
            return kind("The local model's process ended in mid-answer.", "It was stopped or crashed.", "Run the cell again: it is started anew.")
    what, why, mend = (text.replace(_CHAT, Local.name) for text in (error.what, error.why, error.mend))
    return type(error)(what, why, mend, status=error.status, retry_after=error.retry_after, request_id=error.request_id)


class _Chat(Protocol):
    """What is used of the adapter for Chat Completions, which is found by its name as any other is."""

    def to_wire(self, request: Request) -> dict[str, Any]: ...
    def stream(self, request: Request) -> AsyncGenerator[list[ProviderEvent], None]: ...
    async def aclose(self) -> None: ...


def _chat(base_url: str, key: str | None) -> _Chat:
    return cast(_Chat, connect(_CHAT, base_url, key))


def _at(ready: Ready) -> tuple[str, str]:
    return f"{ready.hold.serving.address}/v1", ready.hold.serving.key


def _adapted(request: Request, loaded: Weights) -> Request:
    """The request as this server keeps to it.

    A named tool is the only one offered, and must be called; with ``none`` none is offered. A call that must come is
    begun for the model: the server's grammar alone lets it talk without end before it calls.
    """
    params = {key: value for key, value in (DEFAULTS | request.params).items() if key != "chat_template"}
    if "max_completion_tokens" in request.params and "max_tokens" not in request.params:
        del params["max_tokens"]
    tools, choice = request.tools, request.tool_choice
    if choice == "none":
        tools, choice = (), "auto"
    elif choice not in ("auto", "required"):
        tools, choice = tuple(tool for tool in tools if tool.name == choice), "required"
        if not tools:
            raise RequestRefused(f"tool_choice names {request.tool_choice!r}, which is no tool of this request.")
    messages = tuple(_readable(message) for message in request.messages)
    output = request.output
    if output is not None and tools:  # llama.cpp holds an answer to a schema or lets it call, not both
        tools, output = ((), output) if request.messages[-1].role == "tool" else (tools, None)
    if choice == "required" and tools and loaded.ours:
        messages += (assistant(CALL_PREFIX),)
    return replace(request, model=loaded.name, messages=messages, tools=tools, tool_choice=choice, params=params, output=output)


def _readable(message: Message) -> Message:
    """A message without the pictures that tools made, which a person sees anyway; a user's own are refused, not dropped."""
    for part in message.parts:
        if isinstance(part, FilePart) and not (part.media_type.startswith("text/") and part.data is not None):
            raise RequestRefused(
                f"The local model reads text only, and the conversation holds a file of the type {part.media_type}.", mend="Start over (--new) without it."
            )
    if not any(result.files for result in message.tool_results):
        return message
    return replace(message, parts=tuple(replace(result, files=()) for result in message.tool_results))


class _FirstCall:
    """An answer's text and its first call; the calls after it are dropped, as if the model had waited for the result."""

    def __init__(self) -> None:
        self._first: int | None = None
        self._dropped: set[int] = set()

    def only(self, batch: Sequence[ProviderEvent]) -> list[ProviderEvent]:
        return [event for event in batch if self._wanted(event)]

    def _wanted(self, event: ProviderEvent) -> bool:
        match event:
            case PartStarted(index=index, part=ToolCallPart()) if self._first is None:
                self._first = index
            case PartStarted(index=index, part=ToolCallPart()):
                self._dropped.add(index)
        return not (isinstance(event, (PartStarted, PartDelta, PartFinished)) and event.index in self._dropped)
