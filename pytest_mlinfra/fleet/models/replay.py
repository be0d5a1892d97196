"""Answers taken from a recorded conversation."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from pytest_mlinfra.errors import ModelError
from pytest_mlinfra.fleet.models.question import Question
from pytest_mlinfra.fleet.refusal import Refusal

_SHOWN = 200  # characters of a request in an error


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One request and its response.

    Attributes:
        request: the input of a question (for a chat, the text of the user's last
            message); or an object, all of whose keys the request's body must have
            with these values.
        response: the answer.
    """

    request: Any
    response: Any


class Replay(
    msgspec.Struct,
    frozen=True,
    tag_field="kind",
    tag="replay",
    forbid_unknown_fields=True,
    dict=True,
):
    """Answers as a file says: JSON with a list of records, or NDJSON with one a line.

    Where several records have one request, they answer in turn; the last one stays.

    Attributes:
        path: the file.

    Raises:
        ModelError: the file cannot be read, or a record is not as it has to be.
    """

    path: str

    def __post_init__(self) -> None:
        # A frozen struct has a place for what it works out, but no way to set it.
        self.__dict__.update(records=_read(Path(self.path)), given=Counter())

    def answer(self, question: Question) -> Any:
        """The recorded response.

        Raises:
            Refusal: no record has this request.
        """
        records: list[Record] = self.__dict__["records"]
        matching = [at for at, each in enumerate(records) if _matches(each.request, question)]
        if not matching:
            raise Refusal("not found", _complain(self.path, records, question))
        request = msgspec.json.encode(records[matching[0]].request, order="sorted")
        given: Counter[bytes] = self.__dict__["given"]
        turn = min(given[request], len(matching) - 1)
        given[request] += 1
        return records[matching[turn]].response


def _read(path: Path) -> list[Record]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}") from error
    if content.lstrip().startswith(b"["):
        try:
            records = msgspec.json.decode(content, type=list[Record])
        except msgspec.MsgspecError as error:
            raise ModelError(f"{path}: {error}") from error
    else:
        records = [
            _read_line(path, number, line)
            for number, line in enumerate(content.splitlines(), start=1)
            if line.strip()
        ]
    if not records:
        raise ModelError(f"{path} holds no record")
    return records


def _read_line(path: Path, number: int, line: bytes) -> Record:
    try:
        return msgspec.json.decode(line, type=Record)
    except msgspec.MsgspecError as error:
        raise ModelError(f"{path}, line {number}: {error}") from error


def _matches(recorded: Any, question: Question) -> bool:
    return recorded == question.input or _is_part(recorded, question.body)


def _is_part(part: Any, whole: Any) -> bool:
    """Whether every key of `part`, and of the objects in it, is in `whole` likewise."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(
            key in whole and _is_part(value, whole[key]) for key, value in part.items()
        )
    return bool(part == whole)


def _complain(path: str, records: list[Record], question: Question) -> str:
    known = [_short(each.request) for each in records[:3]]
    more = f" and {len(records) - len(known)} more" if len(records) > len(known) else ""
    return (
        f"{path} has no record for the request {_short(question.input)}; "
        f"it has records for {', '.join(known)}{more}"
    )


def _short(content: Any) -> str:
    text = msgspec.json.encode(content, enc_hook=dict).decode()
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
