"""What the two processes say to each other: a handful of shapes, checked when decoded.

Control goes with every message. The driver says `Run`, `Ask` or, in reply to a question,
`Answer`; the worker says `Idle`, `Ask` or `Answer`. Each side may ask while it owes an
answer itself, as function calls nest.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

# A value on the wire: plain JSON, or an array that begins with a tag; see `values`.
Wire = Any
Name = Annotated[str, msgspec.Meta(max_length=200)]
Text = Annotated[str, msgspec.Meta(max_length=20_000)]


class _Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of every shape: what it does not know, it refuses."""


class Place(_Shape, frozen=True):
    """A line of the answer that an exception came through.

    Attributes:
        path: the file.
        line: counted from 1.
        function: the name of the function that it stands in.
    """

    path: Text
    line: int
    function: Name


class Failure(_Shape, frozen=True):
    """An exception on its way.

    Attributes:
        kinds: its class and the bases of that, innermost first, as ``module.name``.
        arguments: what it was made with.
        text: what `str` gives for it.
        attributes: what else it holds, by name.
        places: the lines of the answer that it came through, innermost first.
        group: the exceptions in it, if it is a group.
    """

    kinds: Annotated[tuple[Name, ...], msgspec.Meta(min_length=1, max_length=20)]
    arguments: Wire = None
    text: Text = ""
    attributes: dict[Name, Wire] = {}
    places: Annotated[tuple[Place, ...], msgspec.Meta(max_length=30)] = ()
    group: tuple[Failure, ...] | None = None


class Outcome(_Shape, frozen=True):
    """What became of a question or of a task: a value or an exception."""

    value: Wire = None
    failure: Failure | None = None


class Done(_Shape, frozen=True):
    """What the other side had started has ended."""

    job: int
    outcome: Outcome


class Update(_Shape, frozen=True):
    """A container that both sides hold has changed."""

    token: int
    content: Wire


class Load(_Shape, frozen=True, tag="load"):
    """Import a module of the answer, by the name that tests import.

    The answer is a list: the number of the module, and None or why it could not be
    imported, as the id of a message, a text and a line.
    """

    module: Name


class Call(_Shape, frozen=True, tag="call"):
    """Call something, or a special method of something: ``__len__`` and the like."""

    target: int
    arguments: Wire = ()
    options: dict[str, Wire] = {}
    special: Name | None = None


class Get(_Shape, frozen=True, tag="get"):
    """Read an attribute."""

    target: int
    name: Name


class Set(_Shape, frozen=True, tag="set"):
    """Set an attribute, or delete it if there is no value."""

    target: int
    name: Name
    value: Wire = None
    delete: bool = False


class Start(_Shape, frozen=True, tag="start"):
    """Await something; that it is done will be told in a later message.

    Attributes:
        target: what to await.
        job: the number under which that will be told.
        task: the asker's own task. What one task awaits is awaited by one task on the
            other side, too: time-outs and task groups rely on that.
    """

    target: int
    job: int
    task: int


class Cancel(_Shape, frozen=True, tag="cancel"):
    """Cancel what was started."""

    job: int


class Discard(_Shape, frozen=True, tag="discard"):
    """Close a coroutine that nobody is going to await."""

    target: int


class NewLoop(_Shape, frozen=True, tag="new-loop"):
    """Begin a test: leave the old loop behind, and begin at time 0 with another."""


class Review(_Shape, frozen=True, tag="review"):
    """End a test; the answer is a list of what the worker found left behind."""


Operation = Load | Call | Get | Set | Start | Cancel | Discard | NewLoop | Review


class Run(_Shape, frozen=True, tag="run"):
    """Go on at the moment `now`, until nothing is left to do."""

    nonce: int
    now: float
    updates: tuple[Update, ...] = ()
    done: tuple[Done, ...] = ()


class Ask(_Shape, frozen=True, tag="ask"):
    """Do something at once, and answer.

    Attributes:
        in_loop: whether the asker is inside of a running event loop.
    """

    nonce: int
    now: float
    operation: Operation
    in_loop: bool = True
    updates: tuple[Update, ...] = ()
    done: tuple[Done, ...] = ()


class Answer(_Shape, frozen=True, tag="answer"):
    """What came of a question."""

    nonce: int
    now: float
    outcome: Outcome
    updates: tuple[Update, ...] = ()
    done: tuple[Done, ...] = ()


class Idle(_Shape, frozen=True, tag="idle"):
    """Nothing is left to do.

    Attributes:
        next_timer: when there will be, in virtual seconds; None for never by itself.
    """

    nonce: int
    now: float
    next_timer: float | None = None
    updates: tuple[Update, ...] = ()
    done: tuple[Done, ...] = ()


Message = Run | Ask | Answer | Idle
