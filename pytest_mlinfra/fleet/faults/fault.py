"""What a fault is: what goes wrong, as data, and which requests it befalls."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Literal

import msgspec

from pytest_mlinfra.errors import FaultError
from pytest_mlinfra.fleet.faults.fields import Count, Number, Probability, Seconds, check_fields
from pytest_mlinfra.fleet.faults.moment import Moment
from pytest_mlinfra.fleet.http import Pieces, Request, Response
from pytest_mlinfra.fleet.paths import match_path

Answer = Callable[[], Awaitable[Response]]
Ending = Literal["reset", "closed", "half-closed"]


class BrokenOffError(Exception):
    """Raised by a fault that ends the connection instead of the answer.

    Attributes:
        ending: ``reset`` by a packet that says so; ``closed`` without another byte;
            ``half-closed``: nothing more is sent, but the client may go on.
    """

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending)
        self.ending = ending


def _kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


class Fault(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    repr_omit_defaults=True,
    tag_field="kind",
    tag=_kebab,
):
    """Base of every fault: from when to when there is one.

    Times count from when it was put in place: for the faults that a server starts with
    from its start, for others from when they were added.

    Attributes:
        since: from this second on.
        until: before this second; None for ever.

    Raises:
        FaultError: a field is something that it cannot be; so for every fault.
    """

    since: Seconds = 0
    until: Seconds | None = None

    def __post_init__(self) -> None:
        check_fields(self)
        self.check()

    def check(self) -> None:
        """Hold the fields to each other.

        Raises:
            FaultError: they contradict each other.
        """
        if self.until is not None and self.until <= self.since:
            raise self.wrong(f"'until' is {self.until:g}, which is not after {self.since:g}")

    def wrong(self, reason: str) -> FaultError:
        """The error that says what is wrong with this fault."""
        return FaultError(f"{type(self).__name__}: {reason}")

    @property
    def spoils(self) -> bool:
        """Whether an answer that it befalls is not the model's own any more."""
        return True

    @property
    def kind(self) -> str:
        """What a person calls it, for instance ``empty-reply``."""
        return str(self.__struct_config__.tag)

    @property
    def edges(self) -> tuple[float, ...]:
        """When it comes and goes, in seconds after it was put in place."""
        return (self.since,) if self.until is None else (self.since, self.until)

    def is_due(self, elapsed: float) -> bool:
        """Whether it is there, so many seconds after it was put in place."""
        return self.since <= elapsed and (self.until is None or elapsed < self.until)


class ListenerFault(Fault, frozen=True):
    """Base of the faults that nobody gets past: they befall every attempt to connect."""

    @property
    def mode(self) -> Literal["refusing", "full"]:
        """What happens to whoever tries to connect."""
        raise NotImplementedError


class CountedFault(Fault, frozen=True, kw_only=True):
    """Base of the faults that befall some of those whom they meet.

    Attributes:
        first: only the first so many, behind those of `after`; None for all.
        after: the first so many are spared.
        every: only every second (2), third (3) and so on, behind those of `after`.
        numbers: only the ones with these numbers, counted from 1; none for all.
        probability: for each of these, how likely it is. Chance is the same at each run.
        seed: another seed draws other chances.
    """

    first: Number | None = None
    after: Count = 0
    every: Number = 1
    numbers: tuple[Number, ...] = ()
    probability: Probability = 1
    seed: int = 0

    def check(self) -> None:
        """Hold the fields to each other."""
        super().check()
        if self.first is not None and self.every > self.first:
            raise self.wrong(f"'every' is {self.every}, which is beyond the first {self.first}")

    def picks(self, moment: Moment) -> bool:
        """Whether it befalls this one of those that it meets."""
        place = moment.number - self.after
        if place < 1 or (self.first is not None and place > self.first):
            return False
        if place % self.every or (self.numbers and moment.number not in self.numbers):
            return False
        return self.probability == 1 or moment.random.random() < self.probability


class ConnectionFault(CountedFault, frozen=True):
    """Base of the faults that befall connections, before anything is read from them."""

    async def before(self, moment: Moment) -> None:
        """Do something before the connection is let in."""


class RequestFault(CountedFault, frozen=True, kw_only=True):
    """Base of the faults that befall requests.

    Attributes:
        path: only requests for this path; ``{name}`` in it stands for any one segment,
            ``{name:path}`` for any number of them. None for all.
        method: only requests with this method; None for all.
        model: only requests for the model of this name; None for all.
    """

    path: str | None = None
    method: str | None = None
    model: str | None = None

    def matches(self, request: Request, model: str) -> bool:
        """Whether it is meant for such a request."""
        return (
            (self.method is None or self.method == request.method)
            and (self.model is None or self.model == model)
            and (self.path is None or match_path(self.path, request.path) is not None)
        )

    def acts(self, moment: Moment) -> bool:
        """Whether it does anything at this moment."""
        return True

    async def around(self, moment: Moment, answer: Answer) -> Response:
        """Answer in place of `answer`, or by it.

        Raises:
            BrokenOffError: to end the connection instead.
        """
        return await answer()


class EarlyFault(RequestFault, frozen=True):
    """Base of the faults that befall a request as soon as its head has arrived.

    The body is never read. So of a model that is named in the body nothing is known.
    """


class AnswerFault(RequestFault, frozen=True):
    """Base of the faults that befall a request when all of it has arrived."""


class WireFault(AnswerFault, frozen=True):
    """Base of the faults that befall an answer on its way."""

    def through(self, moment: Moment, pieces: Pieces) -> AsyncGenerator[bytes]:
        """The bytes that reach the client.

        Args:
            moment: which request it befalls.
            pieces: what the server sends: the whole head first, then the rest.

        Raises:
            BrokenOffError: to end the connection at this point.
        """
        raise NotImplementedError


# Those that are no fault by themselves.
BASES = (
    ListenerFault,
    CountedFault,
    ConnectionFault,
    RequestFault,
    AnswerFault,
    EarlyFault,
    WireFault,
)
