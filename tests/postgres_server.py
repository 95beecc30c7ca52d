"""A PostgreSQL server of the test's own, on a socket in a folder that goes away with it."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def programs() -> Path | None:
    """Where initdb and postgres are."""
    found = shutil.which("initdb")
    places = [Path(found).parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "initdb").exists() and (place / "postgres").exists()), None)


@contextmanager
def postgres() -> Iterator[str]:
    """Its URL. It refuses to run as root: then it runs as somebody who owns nothing else."""
    where = programs()
    assert where is not None
    who = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    folder = Path(tempfile.mkdtemp(prefix="nbagent-pg-", dir="/tmp"))
    os.chown(folder, who.pw_uid, who.pw_gid)
    user = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/", "env": {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}}
    try:
        make = [where / "initdb", "-D", folder / "data", "-U", "nbagent", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(make, check=True, **user, **quiet)  # type: ignore[call-overload]
        serve = [where / "postgres", "-D", folder / "data", "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"]
        with subprocess.Popen(serve, **user, **quiet) as server:  # type: ignore[call-overload]
            try:
                yield _ready(f"postgresql://nbagent@/postgres?host={folder}")
            finally:
                server.send_signal(signal.SIGINT)  # does not wait for those who are connected
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _ready(url: str) -> str:
    import psycopg

    for _ in range(200):
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return url
    raise TimeoutError(url)
