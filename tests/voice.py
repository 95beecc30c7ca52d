"""A real speech service of Linux, which browsers speak through: it writes down what it is given to say, and is silent.

Its voices make no sound (no sound device is needed): each sentence is a line of a file, and lasts while a test wants it to.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SPEAKS = shutil.which("speech-dispatcher")
CONFIG = """AudioOutputMethod "alsa"
AudioALSADevice "null"
AddModule "page" "sd_generic" "page.conf"
DefaultModule page
DefaultLanguage "en"
"""
MODULE = """GenericExecuteSynth \\
"echo \\'$VOICE: $DATA\\' >> {said}; while test -e {held}; do sleep 0.02; done"
GenericLanguage "en" "en" "utf-8"
GenericLanguage "de" "de" "utf-8"
AddVoice "en" "MALE1" "English"
AddVoice "de" "MALE1" "German"
DefaultVoice "English"
GenericMaxChunkLength 300
GenericDelimiters "."
"""


class Speech:
    """The service, in a folder of its own. A browser finds it by `env` and the flag --enable-speech-dispatcher."""

    def __init__(self, folder: Path) -> None:
        assert SPEAKS, "speech-dispatcher is not installed"
        self._said, self._held, self._socket = folder / "said", folder / "held", folder / "socket"
        (folder / "modules").mkdir(parents=True)
        (folder / "speechd.conf").write_text(CONFIG)
        (folder / "modules" / "page.conf").write_text(MODULE.format(said=self._said, held=self._held))
        self.env = {"SPEECHD_ADDRESS": f"unix_socket:{self._socket}"}
        command = [SPEAKS, "-s", "-t", "0", "-C", str(folder), "-L", str(folder), "-P", str(folder / "pid"), "-c", "unix_socket", "-S", str(self._socket)]
        with (folder / "log").open("wb") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        until = time.monotonic() + 30
        while not self._socket.exists():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((folder / "log").read_text()[-2000:])
            time.sleep(0.05)

    def said(self) -> list[str]:
        """What it was given to say so far, each as ``voice: words``."""
        return self._said.read_text().splitlines() if self._said.exists() else []

    @contextmanager
    def held(self) -> Iterator[None]:
        """What is said within this lasts until its end, or until it is stopped."""
        self._held.touch()
        try:
            yield
        finally:
            self._held.unlink()

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(20)
