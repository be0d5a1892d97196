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


class Submit(_Shape, frozen=True, tag="submit"):
    """Call something in a thread, since a thread asks; that it is done will be told later.

    Attributes:
        target: what to call.
        job: the number under which that will be told.
        task: the asker's own thread, whose calls come one after the other.
        arguments: by position.
        options: by name.
    """

    target: int
    job: int
    task: int
    arguments: Wire = ()
    options: dict[str, Wire] = {}


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


class NewLoop(_Shape, frozen=True, tag="new-loop"):
    """Begin a test: leave the old loop behind, and begin at time 0 with another."""


class Watch(_Shape, frozen=True, tag="watch"):
    """Begin to watch for what the answer blocks and leaves behind, until the next `Review`.

    Attributes:
        blocking: whether to look for calls that block a loop.
        leaks: whether to look for what is left behind.
        allow: ids of findings, and names of functions, that are not told of.
        cpu_seconds: seconds of processor time that one step of a loop may take.
    """

    blocking: bool
    leaks: bool
    allow: tuple[str, ...] = ()
    cpu_seconds: float = 0.1


class Unwatch(_Shape, frozen=True, tag="unwatch"):
    """Take note of nothing that happens from now on."""


class Review(_Shape, frozen=True, tag="review"):
    """End what the answer has left behind; what was found is the answer, as a list.

    Attributes:
        held: the connections that servers see open: the host and the port of each client's
            end, and a description.
        failed: whether the test has failed, so that what failed is still held on to.
    """

    held: tuple[tuple[Name, int, Text], ...] = ()
    failed: bool = False


class Describe(_Shape, frozen=True, tag="describe"):
    """Draw who waits for what, now that nobody will ever wake anybody."""


Operation = (
    Load
    | Call
    | Submit
    | Get
    | Set
    | Start
    | Cancel
    | NewLoop
    | Watch
    | Unwatch
    | Review
    | Describe
)


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
