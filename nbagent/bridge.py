"""The only file that knows threads and event loops: one engine thread for all runs, and the caller's thread that waits.

The engine thread runs one event loop for the life of the process. The thread that asked for a run empties a queue that
carries events *and work*: plain tools are run there, as they would be in a cell. The same pump waits in two ways: it
blocks (scripts, ordinary magics), or it awaits in short ticks (cells that the kernel awaits, so that clicks arrive).
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import os
import signal
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence
from concurrent.futures import Future
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from nbagent.errors import ConfigError
from nbagent.events import RunEvent

T = TypeVar("T")
V = TypeVar("V")
TICK = 0.1  # seconds; an awaiting cell notices an interrupt only when its loop wakes (measured: 6 to 20 s without ticks)
GRACE = 0.8  # seconds that a cancelled run may take to close its streams and say what it kept: whoever stops it has the prompt within one

_engine: tuple[int, asyncio.AbstractEventLoop] | None = None
_engine_lock = threading.Lock()


def engine() -> asyncio.AbstractEventLoop:
    """The engine's loop, started on first use, and again in a forked child."""
    global _engine  # noqa: PLW0603  the one piece of module state: the loop of this process
    with _engine_lock:
        if _engine is None or _engine[0] != os.getpid():
            loop = asyncio.new_event_loop()
            threading.Thread(target=_forever, args=(loop,), name="nbagent-engine", daemon=True).start()
            _engine = (os.getpid(), loop)
        return _engine[1]


def _forever(loop: asyncio.AbstractEventLoop) -> None:
    while True:
        with contextlib.suppress(SystemExit, KeyboardInterrupt):  # of a task that some code of the user's began: asyncio lets these two end the loop
            loop.run_forever()


def on_engine() -> bool:
    """Whether this is the engine's own thread, where nothing may block."""
    return threading.current_thread().name == "nbagent-engine"


async def in_thread(function: Callable[[], V]) -> V:
    """Run a function on a daemon thread of its own; when the waiting is cancelled the thread is abandoned, not killed."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[V] = loop.create_future()
    context = contextvars.copy_context()

    def target() -> None:
        try:
            value = context.run(function)
        except BaseException as error:  # noqa: BLE001  whatever the function raised belongs to who awaits it
            _settle(loop, future, error=error)
        else:
            _settle(loop, future, value=value)

    threading.Thread(target=target, name="nbagent-tool", daemon=True).start()
    return await future


def _settle(loop: asyncio.AbstractEventLoop, future: asyncio.Future[Any], *, value: Any = None, error: BaseException | None = None) -> None:
    """Give an engine future its end from another thread, unless nobody waits for it any more."""

    def settle() -> None:
        if future.done():
            return
        if error is None:
            future.set_result(value)
        elif isinstance(error, asyncio.CancelledError):
            future.cancel()
        else:
            # these two end the coroutine that they are thrown into
            lost = isinstance(error, StopIteration | GeneratorExit)
            future.set_exception(RuntimeError(f"{type(error).__name__}: {error}") if lost else error)

    with contextlib.suppress(RuntimeError):  # the loop is gone: the process is ending
        loop.call_soon_threadsafe(settle)


_around: contextvars.ContextVar[Link[Any] | None] = contextvars.ContextVar("nbagent_link", default=None)


class _Stopped(BaseException):
    """The run was stopped before this tool of it began."""


class Link(Generic[T]):
    """One run's wire between the engine, where it runs, and the thread that asked for it."""

    def __init__(self, main: Callable[[Link[T]], Awaitable[T]]) -> None:
        self._main = main
        self._queue: SimpleQueue[Sequence[RunEvent] | Callable[[], None] | None] = SimpleQueue()
        self._unsent: list[RunEvent] = []
        self._task: asyncio.Task[None] | None = None
        self._done: Future[T] = Future()
        self._ready: Callable[[], None] = lambda: None
        self._held = threading.Lock()  # around the two below: an interrupt hits the tool that it is meant for, or nothing
        self._holds_main = self._stopped = False
        self._loop = engine()
        self._outer = _around.get()
        self._around = self._outer if on_engine() else None

    # --- on the engine's thread ------------------------------------------------------------------------------------

    def post(self, events: Sequence[RunEvent]) -> None:
        """Send events to the caller's thread: one hop for a network read, however many batches were in it."""
        if not self._unsent:
            self._loop.call_soon(self._send)  # which is after all that can be read without waiting
        self._unsent.extend(events)

    def _send(self) -> None:
        if self._unsent:
            self._queue.put(self._unsent)
            self._unsent = []
            self._ready()

    async def on_caller(self, function: Callable[[], V]) -> V:
        """Run `function` on the caller's thread, in its turn, and wait for what it returns."""
        if self._around is not None:  # a run inside an async tool: its caller is the engine itself, which must not block
            return await self._around.on_caller(function)
        future: asyncio.Future[V] = self._loop.create_future()
        context = contextvars.copy_context()

        def work() -> None:
            if future.cancelled():
                return
            try:
                value = interruptible(lambda: context.run(self._hold, function))
            except _Stopped:
                return  # whoever waits for the future is being cancelled
            except KeyboardInterrupt:
                self._cancel_all()  # which reaches whoever waits for the future
            except BaseException as error:  # noqa: BLE001  a tool's own error is the tool call's result
                _settle(self._loop, future, error=error)
            else:
                _settle(self._loop, future, value=value)
            finally:
                self._holds_main = False  # where the interrupt came while it was let go

        self._put(work)
        return await future

    def _hold(self, function: Callable[[], V]) -> V:
        """Run a plain tool such that `cancel` can end it: it holds the main thread from its first line to its last, and no longer."""
        with self._held:
            if self._stopped:
                raise _Stopped
            self._holds_main = threading.current_thread() is threading.main_thread()
        try:
            return function()
        finally:
            with self._held:
                self._holds_main = False

    def _put(self, item: Callable[[], None] | None) -> None:
        self._send()
        self._queue.put(item)
        self._ready()

    async def in_thread(self, function: Callable[[], V]) -> V:
        """Run `function` beside everything else, on a thread of its own."""
        return await in_thread(function)

    def soon(self, function: Callable[[], None]) -> None:
        """Run a short `function` on the engine's thread, from any thread."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(function)

    # --- on the caller's thread ------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin on the engine's thread, in a copy of the caller's context (its cell, its span)."""

        def begin() -> None:
            self._task = self._loop.create_task(self._run())

        self._loop.call_soon_threadsafe(begin, context=contextvars.copy_context())

    async def _run(self) -> None:
        _around.set(self)
        try:
            value = await self._main(self)
        except BaseException as error:  # noqa: BLE001  it is raised again on the caller's thread
            self._done.set_exception(error)
        else:
            self._done.set_result(value)
        self._put(None)

    def cancel(self) -> None:
        """Stop the run, from any thread."""

        def stop() -> None:
            if self._task is not None:
                self._loop.call_soon(self._task.cancel)  # after its first step: a task that is cancelled before never says how it ended

        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(stop)
        if threading.current_thread() is threading.main_thread():
            self._stopped = True
            return
        with self._held:
            self._stopped = True
            if self._holds_main:  # a plain tool has the main thread: only an interrupt ends it, as the kernel's own stop would
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    def _cancel_all(self) -> None:
        """Stop this run and those whose tools it runs in: an interrupt is meant for all that the cell does."""
        link: Link[Any] | None = self
        while link is not None:
            link.cancel()
            link = link._outer

    @property
    def running(self) -> bool:
        return not self._done.done()

    def _take(self, timeout: float | None) -> tuple[bool, Sequence[RunEvent]]:
        """One item: work is done here and now. Returns (whether the run is over, events)."""
        item = self._queue.get(timeout=timeout) if timeout is None or timeout > 0 else self._queue.get_nowait()
        if item is None:
            return True, ()
        if callable(item):
            item()
            return False, ()
        return False, item

    def events(self) -> Generator[Sequence[RunEvent]]:
        """Batches of events, blocking between them; ends when the run does. Leaving early cancels the run and waits for its end."""
        _refuse_on_engine()
        self.start()
        over = interrupted = False
        try:
            while not over:
                try:
                    over, batch = interruptible(partial(self._take, GRACE if interrupted else None))
                except KeyboardInterrupt:
                    if interrupted:  # the second: it is not waited for any longer
                        return
                    interrupted = True
                    self._cancel_all()
                    continue
                except Empty:  # cancelled, and it does not end: whatever holds it is left behind
                    return
                if batch:
                    yield batch
        finally:
            if not over:
                self.cancel()
                if not (interrupted or on_engine()):  # an abandoned generator may be collected there, which must not wait for itself
                    self._drain()

    def _drain(self) -> None:
        with contextlib.suppress(Empty):
            while not self._take(GRACE)[0]:
                pass

    async def aevents(self) -> AsyncGenerator[Sequence[RunEvent]]:
        """The same for a caller that awaits. On the engine's own loop, work is handed on to the run around this one. A caller that
        is cancelled stays so: `CancelledError` is raised when the run has ended."""
        here = asyncio.get_running_loop()
        arrived = asyncio.Event()
        waking = False

        def wake() -> None:
            nonlocal waking
            waking = False  # first: what is put from now on asks for a wake-up of its own
            arrived.set()

        def ready() -> None:
            nonlocal waking
            if not waking:  # one wake-up, a system call, is enough for all that is in the queue by then
                waking = True
                with contextlib.suppress(RuntimeError):
                    here.call_soon_threadsafe(wake)

        self._ready = ready
        self.start()
        over, until = False, None
        try:
            while not over:
                try:
                    async with asyncio.timeout(TICK):
                        await arrived.wait()
                except TimeoutError:
                    pass
                except asyncio.CancelledError:
                    self.cancel()
                    if until is not None:
                        raise
                    until = here.time() + GRACE - TICK
                arrived.clear()
                while not over:
                    try:
                        over, batch = self._take(0)
                    except Empty:
                        break
                    if batch:
                        yield batch
                if until is not None and (over or here.time() > until):
                    raise asyncio.CancelledError
        finally:
            if not over:
                self.cancel()
                if until is None:
                    await self._adrain(arrived)

    async def _adrain(self, arrived: asyncio.Event) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                while True:
                    try:
                        while not self._take(0)[0]:
                            pass
                    except Empty:
                        arrived.clear()
                        await arrived.wait()
                    else:
                        return

    def result(self) -> T:
        """What the run's coroutine returned or raised. Only after its events ended."""
        return self._done.result(timeout=0)


def wait_for(ask: Callable[[], Awaitable[T]]) -> T:
    """What a coroutine on the engine's thread returns or raises; an interrupt ends it, and is raised."""
    link: Link[T] = Link(lambda _: ask())
    with contextlib.closing(link.events()) as batches:
        for _ in batches:
            pass
    try:
        return link.result()
    except (asyncio.CancelledError, TimeoutError):  # stopped, or still on its way after all patience
        raise KeyboardInterrupt from None


def _refuse_on_engine() -> None:
    if on_engine():
        raise ConfigError(
            "A blocking call on the engine's own thread would wait for itself.",
            "This is an async tool or a @tool(thread=False) hook that runs on the engine.",
            "Use `await session.arun(...)` there, or make the tool a plain function.",
        )


def interruptible(function: Callable[[], T]) -> T:
    """Run what blocks so that the kernel's interrupt stops it with a `KeyboardInterrupt`, also in an awaited cell, where the
    kernel's own handler would wait for the loop that this blocks."""
    old = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not _loop_runs() or old in (signal.default_int_handler, None):
        return function()
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        return function()
    finally:
        signal.signal(signal.SIGINT, old)


def _loop_runs() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
