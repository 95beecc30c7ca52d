"""An output type, compiled once: what a model is told of it, what its answer becomes, and what the beginning of one is already.

Any type that pydantic can validate. Where a type is no JSON object (a list, a union, a number) the models' own JSON modes
get it as ``{"result": ...}``; who reads the value never sees that.
"""

from __future__ import annotations

import json
import re
from functools import cached_property, lru_cache
from typing import Any, Literal, NamedTuple, TypeVar, overload

from nbagent import partial_json
from nbagent.errors import ConfigError, OutputInvalid
from nbagent.partial_values import NOTHING, Shape, shape
from nbagent.provider import Capabilities, OutputSpec
from nbagent.schema import schema_of, strict, with_defaults
from nbagent.tool_arguments import wrong
from nbagent.tools import ToolSpec
from nbagent.type_guide import readable
from nbagent.typed_dicts import acceptable

T = TypeVar("T")
Mode = Literal["native", "tool", "text"]

FINAL_TOOL = "final_result"
_MODULES = re.compile(r"(?:[A-Za-z_<][\w<>]*\.)+(?=[A-Za-z_])")
_FOREIGN = re.compile(r"[^A-Za-z0-9_-]+")


class Parsed(NamedTuple):
    """An answer as the value that it is, that value as JSON text, and whether the answer's JSON had to be mended."""

    value: Any
    json: str
    repaired: bool


class Output:
    """What an answer is to be. ``Agent(output_type=City)`` makes one; ``Output(dict[str, Any], strict=False)`` never asks a provider
    to hold the model to the schema. Raises `ConfigError` for a type that JSON cannot hold."""

    def __init__(self, kind: Any, *, strict: bool = True) -> None:
        from pydantic import TypeAdapter, create_model

        self.type_name, self._may_be_strict = _name(kind), strict
        why = "Use types that JSON can hold: pydantic models, dataclasses, TypedDicts, list, dict, Literal, str, int, float, bool."
        try:
            self.kind = kind = acceptable(kind)
            self._adapter: TypeAdapter[Any] = TypeAdapter(kind)
            self._adapter.rebuild()  # which does nothing, unless a name in it is not there yet
            self.own_schema = schema_of(self._adapter.json_schema, self.type_name)
            root = self.own_schema
            if "$ref" in root:  # a type that holds itself
                root = {**root["$defs"][root["$ref"].rpartition("/")[2]], "$defs": root["$defs"]}
            self.wrapped = root.get("type") != "object"
            self.schema = _wrapped(self.own_schema) if self.wrapped else root
            self._envelope = create_model("Answer", result=(kind, ...)) if self.wrapped else None
        except NameError as error:
            raise ConfigError(
                f"{self.type_name} cannot be an output type.", f"{error.name!r} is not defined.", "Run the cell that defines it first."
            ) from error
        except Exception as error:  # pydantic raises what it likes of what is no type
            raise ConfigError(f"{self.type_name} cannot be an output type.", str(error).splitlines()[0], why) from error

    @staticmethod
    def of(kind: Any) -> Output | None:
        """The output of an agent's `output_type`; None for text. The same one for the same type."""
        if kind is None or kind is str or isinstance(kind, Output):
            return kind if isinstance(kind, Output) else None
        try:
            return _kept(kind)
        except TypeError:  # a type with something in it that has no hash
            return Output(kind)

    def __repr__(self) -> str:
        return f"Output({self.type_name})"

    # -- what the model is told -----------------------------------------------------------------------------------------

    @cached_property
    def strict(self) -> bool:
        """Whether a provider can hold the model to the schema to the letter."""
        return self._may_be_strict and strict(self.schema) is not None

    @cached_property
    def spec(self) -> OutputSpec:
        """For a model's own JSON mode."""
        return OutputSpec(_FOREIGN.sub("_", self.type_name).strip("_")[:64] or "answer", self.schema, self.strict)

    def final_tool(self, taken: set[str] | frozenset[str] = frozenset()) -> ToolSpec:
        """The tool by which the answer is given; its name is none of those that are `taken`."""
        name, number = FINAL_TOOL, 1
        while name in taken:
            number += 1
            name = f"{FINAL_TOOL}_{number}"
        said = f" {self.schema['description']}" if self.schema.get("description") else ""
        return ToolSpec(
            name,
            f"Gives the final answer and ends the work: call it once, when the answer is complete.{said}",
            self.schema,
            self.strict or (None if self._may_be_strict else False),
        )

    def instructions(self) -> str:
        """For a model that has neither."""
        return f"Answer with one JSON document and nothing else: no words around it, no code fence. It is of this type:\n{readable(self.own_schema)}"

    # -- what comes of its answer ---------------------------------------------------------------------------------------

    def validate(self, text: str, *, mend: bool = True) -> Parsed:
        """The answer as a value. Raises `OutputInvalid`, whose words a model can act on.

        Code fences and prose around the JSON are passed over; broken JSON is mended where it can be told what was meant.
        Without `mend` only JSON that is right as it is counts.
        """
        document = partial_json.mended(text)
        if document is None or (not mend and document != text):
            return self._bare(text, mend)
        try:
            value = self._value(document)
        except OutputInvalid:
            if mend and (inner := _said_within(document)) is not None:
                return self.validate(inner)._replace(repaired=True)
            if document == text or not mend or self.own_schema.get("type") in ("object", "array"):
                raise
            return self._bare(text, mend)
        return self._parsed(value, document, repaired=document != text and document not in text)

    def of_value(self, value: Any) -> Parsed:
        """A value of Python's own as the answer. Raises `OutputInvalid` where it is none."""
        try:
            held = self._adapter.validate_python(value)
            return Parsed(held, self._adapter.dump_json(held, by_alias=True, warnings=False).decode(), repaired=False)
        except Exception as error:  # a validator or a serializer of the user's own may raise anything
            raise OutputInvalid(f"{type(value).__name__} is not of the type {self.type_name}.", wrong(error, [*self.schema.get("properties", ())])) from error

    def _bare(self, text: str, mend: bool) -> Parsed:
        """A word or a number that was said without JSON's quotes, for the types that are no more than that."""
        said = text.strip().strip("`\"'")
        if mend and said and self.wrapped and self.own_schema.get("type") not in ("array", "object"):
            try:
                return self._parsed(self._adapter.validate_python(said), json.dumps(said), repaired=True)
            except Exception:  # noqa: BLE001, S110  it was no such word: what is wrong is that it is no JSON
                pass
        why = "It is empty." if not text.strip() else "It is no JSON document, or one that was cut off."
        raise OutputInvalid(f"The answer is not of the type {self.type_name}.", why)

    def _value(self, document: str) -> Any:
        """The value of a JSON text, wrapped or, where the model left the wrapping out, not."""
        first: BaseException | None = None
        for validate in (self._unwrapped, self._adapter.validate_json) if self._envelope else (self._adapter.validate_json,):
            try:
                return with_defaults(validate, document)
            except BaseException as error:  # noqa: BLE001  a validator of the user's own may raise anything
                first = first if first is not None and '"result"' in document else error
        assert first is not None
        raise OutputInvalid(f"The answer is not of the type {self.type_name}.", wrong(first, [*self.schema.get("properties", ())])) from first

    def _unwrapped(self, text: str) -> Any:
        assert self._envelope is not None
        return self._envelope.model_validate_json(text).result  # type: ignore[attr-defined]

    def _parsed(self, value: Any, document: str, *, repaired: bool) -> Parsed:
        try:
            whole = self._adapter.dump_json(value, by_alias=True, warnings=False).decode()
        except Exception:  # noqa: BLE001  a serializer of the user's own: what the model wrote says the same
            whole = document
        return Parsed(value, whole, repaired)

    @cached_property
    def _shape(self) -> Shape:
        return shape(self.kind)

    def partial(self, text: str) -> Any:
        """The beginning of an answer as the beginning of its value, an object of its own type; None while there is nothing. Never raises."""
        try:
            return self._unwrapped(text) if self._envelope else self._adapter.validate_json(text)
        except (Exception, SystemExit):  # noqa: BLE001  it is not whole
            value = partial_json.partial(text)
        if self.wrapped and isinstance(value, dict):
            value = value.get("result", value or NOTHING)
        got = NOTHING if value is NOTHING else self._shape(value)
        return None if got is NOTHING else got


def _said_within(document: str) -> str | None:
    """The JSON that a model wrote as the text of a JSON string."""
    value = json.loads(document) if document.lstrip()[:1] == '"' else None
    return value if isinstance(value, str) and value.lstrip()[:1] in ("{", "[") else None


def _name(kind: Any) -> str:
    return kind.__name__ if isinstance(kind, type) and not hasattr(kind, "__origin__") else _MODULES.sub("", repr(kind))


@lru_cache(maxsize=64)
def _kept(kind: Any) -> Output:
    return Output(kind)


def _wrapped(schema: dict[str, Any]) -> dict[str, Any]:
    inner = {key: value for key, value in schema.items() if key != "$defs"}
    made: dict[str, Any] = {"type": "object", "properties": {"result": inner}, "required": ["result"], "additionalProperties": False}
    return made | ({"$defs": schema["$defs"]} if "$defs" in schema else {})


def mode_of(asked: str, can: Capabilities | None) -> Mode:
    """How a model is to give the answer: `asked` is an agent's `output_mode`, `can` what is known of the model, None where nothing is.

    What is asked for is done, also where the table says nothing of it: servers by URL can more than is known of them.
    """
    if asked in ("native", "tool", "text"):
        return asked  # type: ignore[return-value]  # mypy does not narrow a str by `in`
    if asked != "auto":
        raise ConfigError(f"There is no output_mode {asked!r}.", mend="It is 'auto', 'native', 'tool' or 'text'.")
    if can is not None and can.output_schema:
        return "native"
    return "tool" if can is None or can.tools else "text"


@overload
def parse(text: str, kind: type[T]) -> T: ...
@overload
def parse(text: str, kind: Any) -> Any: ...
def parse(text: str, kind: Any) -> Any:
    """Text as a value of a type: JSON, also with prose or a code fence around it, or slightly broken.

    Raises `OutputInvalid`. For text that is still coming: ``Output(kind).partial(text)``.

    >>> parse('Here they are: [1, 2, "3"]', list[int])
    [1, 2, 3]
    """
    output = Output.of(kind)
    return text if output is None else output.validate(text).value


def guide(kind: Any) -> str:
    """A type as people and models read it, for prompts: ``{{ return_type }}``."""
    output = Output.of(kind)
    return "text" if output is None else readable(output.own_schema)
