"""What was said and is in no table yet: a journal beside the tables, so that a kernel that is killed has lost nothing.

The rule: an entry is written at once and costs little. It is what a tree of runs said in a moment, as it was said, each message once a
tree. The tables are made of it later, when nobody waits for the processor, and it goes when all runs of its tree have ended and are in
the tables: what is read again begins where the tree began.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple, get_args

import msgspec
from msgspec.structs import astuple

from nbagent.errors import known_keys
from nbagent.events import RunFinished, RunStarted, Stamp, StepFinished, StepStarted
from nbagent.messages import Message, Usage
from nbagent.observers.redaction import clean
from nbagent.observers.spans import Note, Span, outermost
from nbagent.observers.sql_keeping import this_process
from nbagent.observers.sql_reading import from_json
from nbagent.observers.sql_schema import Connection, transaction
from nbagent.observers.values import as_json, masked, without_secret_fields

LONGEST = 4_000_000
"""Characters of an entry; what is longer goes to the tables at once, which keep long texts compressed."""

_WRITE = "INSERT INTO journal (writer, number, entry) VALUES (?, ?, ?)"
_FORGET = "DELETE FROM journal WHERE writer = ? AND number = ?"

_KINDS: dict[str, type[Note]] = {kind.__name__: kind for kind in get_args(Note)}
_NAMES = {kind: [name for name in kind.__struct_fields__ if name != "stamp"] for kind in _KINDS.values()}
_ENTRY = msgspec.json.Decoder(tuple[str, int, list[Any], list[list[Any]]])
_GIVEN = msgspec.json.Decoder(dict[str, Any])
_NUMBERS = {int, float, bool, type(None)}


def _fields(names: Sequence[str]) -> Callable[[Note], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    (name,) = names
    return lambda note: (getattr(note, name),)


_FIELDS = {kind: _fields(names) for kind, names in _NAMES.items()}


class Moment(NamedTuple):
    """What a recorder made of the events of a moment: the spans that began or ended in them, and the notes."""

    spans: list[Span]
    notes: list[Note]


class _Tree:
    """A tree of runs that is under way: the numbers of its entries, and the messages that they hold."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.entries: list[int] = []
        self.known = 0  # how many of its messages are in entries
        self.left = False  # it is no longer written here: the tables have it
        self.runs: set[str] = set()  # that have not ended, as far as the tables know: one may outlast the run that began it
        self.messages: list[Message] = []
        self._places: dict[int, int] = {}

    def place(self, messages: Iterable[Message]) -> list[int]:
        """Where messages stand among the tree's."""
        places = self._places
        try:
            return [places[id(message)] for message in messages]
        except KeyError:
            return [self.place_one(message) for message in messages]

    def place_one(self, message: Message) -> int:
        found = self._places.get(id(message))
        if found is None:
            found = self._places[id(message)] = len(self.messages)
            self.messages.append(message)
        return found

    def entry(self, notes: Sequence[Note], keys: Sequence[str]) -> str:
        """What was said, as JSON: the outermost run, the place of the first new message, the new messages, the notes."""
        rows = [_row(note, self) for note in notes]
        return clean("message", as_json((self.root, self.known, self.messages[self.known :], rows)), keys, None)


class Journal:
    """Writes entries, and takes them out again. Only the writer's thread calls it."""

    def __init__(self) -> None:
        self._writer = f"{this_process()}:{secrets.token_hex(4)}"
        self._number = 0
        self._trees: dict[str, _Tree] = {}  # by the outermost run
        self._tree_of: dict[str, _Tree] = {}  # by a run that has not ended

    def write(self, connection: Connection, moment: Moment, *, leave: bool = False) -> bool:
        """One transaction. Says whether the moment is in the journal now. One that is too long is not, or what a person wants to be
        looked through: then all that comes of its trees is for the tables at once (`leave`)."""
        for span in moment.spans:
            if isinstance(span.started, RunStarted) and span.run_id not in self._tree_of:
                root = outermost(span).run_id
                tree = self._tree_of[span.run_id] = self._trees.get(root) or self._trees.setdefault(root, _Tree(root))
                tree.runs.add(span.run_id)
        said: dict[str, list[Note]] = {}
        for note in moment.notes:
            if (found := self._tree_of.get(note.stamp.run_id)) is None:
                leave = True  # its start is not here
            else:
                said.setdefault(found.root, []).append(note)
        trees = [self._trees[root] for root in said]
        if leave or any(tree.left for tree in trees) or not self._put(connection, trees, list(said.values())):
            for tree in trees:
                tree.left = True
            return False
        return True

    def _put(self, connection: Connection, trees: Sequence[_Tree], said: Sequence[Sequence[Note]]) -> bool:
        keys = known_keys()
        entries = [tree.entry(notes, keys) for tree, notes in zip(trees, said, strict=True)]
        if max(map(len, entries), default=0) > LONGEST or not all(entry.startswith("[") for entry in entries):  # one that JSON has not
            return False
        numbers = range(self._number, self._number + len(entries))
        self._number = numbers.stop
        with transaction(connection):
            connection.executemany(_WRITE, [(self._writer, number, entry) for number, entry in zip(numbers, entries, strict=True)])
        for tree, number in zip(trees, numbers, strict=True):
            tree.entries.append(number)
            tree.known = len(tree.messages)
        return True

    def leave(self) -> None:
        """What is under way is for the tables alone from now on."""
        for tree in self._trees.values():
            tree.left = True

    def forget(self, connection: Connection, notes: Sequence[Note], *, left: bool) -> None:
        """Take out the trees that these notes end, in the transaction that was begun, and where all that was said is in the tables
        then (`left`) those that are only written there. Say `forgotten` when it is done."""
        gone = [tree for tree in self._trees.values() if left and tree.left] + self._ended(notes)
        numbers = {number for tree in gone for number in tree.entries}
        if numbers:
            connection.executemany(_FORGET, [(self._writer, number) for number in sorted(numbers)])

    def forgotten(self, notes: Sequence[Note], *, left: bool) -> None:
        """The transaction is done."""
        for tree in self._trees.values():
            if left and tree.left:
                tree.entries.clear()
        for tree in self._ended(notes):
            self._trees.pop(tree.root, None)
        for run in _ended(notes):
            if (found := self._tree_of.pop(run, None)) is not None:
                found.runs.discard(run)

    def _ended(self, notes: Sequence[Note]) -> list[_Tree]:
        """The trees of which no run is under way after these notes."""
        ended = _ended(notes)
        trees = {tree.root: tree for run in ended if (tree := self._tree_of.get(run)) is not None}
        return [tree for tree in trees.values() if tree.runs <= ended]


def _ended(notes: Iterable[Note]) -> set[str]:
    """The runs whose ends are among the notes."""
    return {note.stamp.run_id for note in notes if isinstance(note, RunFinished)}


def _row(note: Note, tree: _Tree) -> tuple[Any, ...]:
    """A note as its kind's name, where and when it was, and its fields in their order: messages as where they stand in the tree."""
    stamp, kind = note.stamp, type(note)
    said = list(_FIELDS[kind](note))
    if kind is StepStarted:
        said[4], said[6] = tree.place(said[4]), _safe(said[6])
    elif kind is StepFinished:
        said[0], said[2], said[-1] = tree.place_one(said[0]), said[2] and astuple(said[2]), None  # the exchange
    elif kind is RunStarted:
        said[2], said[-1] = said[2] and tree.place_one(said[2]), _safe(said[-1])
    elif kind is RunFinished:
        said[1], said[-1] = tree.place(said[1]), _safe(said[-1])
    run_id = None if stamp.run_id == tree.root else stamp.run_id
    return kind.__name__, run_id, stamp.span_id, stamp.parent_id, stamp.time, stamp.clock, said


def _safe(given: dict[str, Any]) -> dict[str, Any]:
    """Parameters without what may be secret."""
    if not given or (set(map(type, given.values())) <= _NUMBERS):
        return given
    return from_json(_GIVEN, without_secret_fields(as_json(masked(given))))


def notes_of(entries: Iterable[str]) -> tuple[list[Note], list[str]]:
    """The notes of a writer's entries, in order, and why some of them cannot be read, which are left out."""
    messages: dict[str, dict[int, Any]] = {}
    found: list[Note] = []
    wrong: list[str] = []
    for entry in entries:
        try:
            tree, first, fresh, rows = from_json(_ENTRY, entry)
            messages.setdefault(tree, {}).update(enumerate(fresh, first))
        except (ValueError, TypeError) as error:
            wrong.append(str(error))
            continue
        for row in rows:
            try:
                found.append(_note(row, tree, messages[tree]))
            except (ValueError, TypeError, LookupError) as error:  # what it tells of is not whole, as when others were taken out
                wrong.append(f"{type(error).__name__}: {error}")
    return found, wrong


def _note(row: Sequence[Any], root: str, messages: Mapping[int, Any]) -> Note:
    name, run_id, span_id, parent_id, time, clock, said = row
    kind = _KINDS[name]
    fields = dict(zip(_NAMES[kind], said, strict=True)) | {"type": name, "stamp": Stamp(run_id or root, span_id, parent_id, time, clock)}
    if issubclass(kind, StepStarted | RunFinished):
        fields["messages"] = [messages[place] for place in fields["messages"]]
    elif issubclass(kind, StepFinished):
        fields["message"] = messages[fields["message"]]
        fields["usage"] = fields["usage"] and Usage(*fields["usage"])
    elif issubclass(kind, RunStarted) and fields["prompt"] is not None:
        fields["prompt"] = messages[fields["prompt"]]
    return msgspec.convert(fields, kind)
