"""A model's verified file: from the cache, or brought there from the first source that delivers.

Nothing is opened as a model before its size and SHA-256 are right; until then it has another name. What was fetched
in part is kept, and the next try carries on from there.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from nbagent.errors import ConfigError, LocalModelFailed, did_you_mean
from nbagent.providers.local.models import LocalModel, models_dir
from nbagent.providers.local.sources import CHUNK, SOURCES, Fetch, Report, SourceFailed, scratch_prefix


class Verified(Struct, frozen=True):
    """What is written beside a file whose SHA-256 was right, so that it is computed once and not at every start."""

    sha256: str
    size: int
    mtime_ns: int
    source: str


def fetch(
    model: LocalModel, *, report: Report = lambda _what, _done: None, stop: threading.Event | None = None, folder: Path | None = None,
    sources: str | None = None, free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
) -> Path:  # fmt: skip
    """The model's verified file, fetched where it is not there yet. Blocks; call it in a thread.

    `sources` is ``hub,index`` or fewer, in the order they are tried (``NBAGENT_LOCAL_SOURCES``). Raises
    `LocalModelFailed` where none delivers, `Interrupted` once `stop` is set: what has arrived is kept.
    """
    chosen = _sources(sources)
    folder = folder or models_dir()
    job = Fetch(model, folder, report, stop or threading.Event(), free)
    if is_verified(model, folder) or _verify(job, job.path, "a copy that was there"):
        return job.path
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(job):
            if not is_verified(model, folder):  # another kernel may have fetched it meanwhile
                _fetch(job, chosen)
    except OSError as error:
        raise LocalModelFailed(
            f"{model.name} could not be written: {error.strerror or error}.", f"It is kept in {folder}.", "NBAGENT_CACHE names another directory."
        ) from error
    return job.path


def is_verified(model: LocalModel, folder: Path | None = None) -> Verified | None:
    """What is known of the model's file, or None where it is missing or was not checked as it is now."""
    path = (folder or models_dir()) / model.file
    try:
        status, note = path.stat(), msgspec.json.decode(path.with_name(f"{path.name}.json").read_bytes(), type=Verified)
    except (OSError, msgspec.DecodeError):
        return None
    return note if (note.sha256, note.size, note.mtime_ns) == (model.sha256, status.st_size, status.st_mtime_ns) else None


def _sources(chosen: str | None) -> list[str]:
    names = [name.strip() for name in (chosen if chosen is not None else os.environ.get("NBAGENT_LOCAL_SOURCES", "hub,index")).split(",")]
    for name in names:
        if name and name not in SOURCES:
            raise ConfigError(f"NBAGENT_LOCAL_SOURCES: no source {name!r}.", did_you_mean(name, list(SOURCES)), "Sources: " + ", ".join(SOURCES))
    return [name for name in names if name]


@contextmanager
def _alone(job: Fetch) -> Iterator[None]:
    """Hold the folder's lock for this model; two kernels fetch once."""
    from filelock import FileLock, Timeout

    lock = FileLock(job.folder / f"{job.model.file}.lock")
    while True:
        try:
            lock.acquire(timeout=0.25)
            break
        except Timeout:
            job.tell(f"another notebook fetches {job.model.name}", job.have)
    try:
        yield
    finally:
        lock.release()


def _fetch(job: Fetch, sources: list[str]) -> None:
    for left in job.folder.glob(f"{scratch_prefix(job.model)}*"):  # of a kernel that was killed
        shutil.rmtree(left, ignore_errors=True)
    failures = []
    for name in sources:
        resumed = job.have > 0
        try:
            SOURCES[name](job)
            if _finish(job, name):
                return
            if resumed:  # the part that was there may have been the wrong one
                SOURCES[name](job)
                if _finish(job, name):
                    return
            failures.append(f"{name}: what it sent is not the model (its SHA-256 differs)")
        except SourceFailed as failure:
            failures.append(f"{name}: {failure}")
    raise LocalModelFailed(
        f"{job.model.name} ({job.model.size // 1_000_000} MB) could not be fetched.", "; ".join(failures) or "NBAGENT_LOCAL_SOURCES names no source.",
        "Run the cell again to carry on, or set NBAGENT_LOCAL_MODEL to the path of a .gguf file.",
    )  # fmt: skip


def _finish(job: Fetch, source: str) -> bool:
    """Give a partial file that is whole and right its name; drop it where it is wrong."""
    if not _verify(job, job.partial, source):
        job.partial.unlink(missing_ok=True)
        return False
    with job.partial.open("rb+") as file:
        os.fsync(file.fileno())  # a name that outlives a power cut must not stand for bytes that do not
    job.partial.replace(job.path)
    return True


def _verify(job: Fetch, path: Path, source: str) -> bool:
    """Whether `path` holds the model's very bytes; if so that is noted."""
    if not path.exists() or path.stat().st_size != job.model.size:
        return False
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(8 * CHUNK):
            digest.update(block)
            job.tell(f"checking {job.model.name}", file.tell())
    if digest.hexdigest() != job.model.sha256:
        return False
    with suppress(OSError):  # a directory that is shared and read-only: then it is computed at every start
        job.note.write_bytes(msgspec.json.encode(Verified(digest.hexdigest(), job.model.size, path.stat().st_mtime_ns, source)))
    return True
