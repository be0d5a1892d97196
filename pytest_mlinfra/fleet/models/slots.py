"""Slots, the queue for them, and batches: who is worked on when, and with whom."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

from pytest_mlinfra.fleet.exchange import current_exchange
from pytest_mlinfra.fleet.models.serving import Serving
from pytest_mlinfra.fleet.refusal import Refusal

# How many batches are remembered one by one.
_REMEMBERED = 10_000


@dataclass(eq=False)
class Batch:
    """Requests that share a slot, mostly one.

    Attributes:
        rows: how many rows they have, all together.
        requests: how many are still being worked on.
        since: when it began, in seconds of the loop's clock.
    """

    rows: int
    requests: int
    since: float


@dataclass(eq=False)
class _Waiting:
    """A request that waits for a slot.

    Attributes:
        rows: how many rows it has.
        may_share: whether it may be worked on in one batch with others.
        since: when it came, in seconds of the loop's clock.
        batch: where it learns of its batch.
    """

    rows: int
    may_share: bool
    since: float
    batch: asyncio.Future[Batch] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Slots:
    """The slots of one model, given to requests in the order in which they came.

    As in Triton's dynamic batcher, a batch is put together when a slot is free: of all
    who wait, as many as it holds; if they do not fill it, once the first has waited for
    `Serving.max_wait`.

    Attributes:
        in_use: how many slots are taken.
        batches: the rows of each of the last batches, in order.
        batch_sizes: how many batches there were, by their rows.
        batch_seconds: how long those that have ended took together, by their rows.
    """

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._waiting: deque[_Waiting] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self.in_use = 0
        self.batches: deque[int] = deque(maxlen=_REMEMBERED)
        self.batch_sizes: Counter[int] = Counter()
        self.batch_seconds: dict[int, float] = {}

    @property
    def waiting(self) -> int:
        """How many requests wait for a slot."""
        return len(self._waiting)

    def refuse_if_full(self) -> None:
        """Turn a request away whom neither a slot nor the queue would take.

        Raises:
            Refusal: all slots are taken and the queue is full.
        """
        queue = self._serving.queue
        if queue is None or self._has_free_slot or self.waiting < queue:
            return
        retry_after = self._serving.retry_after
        headers = {} if retry_after is None else {"retry-after": f"{retry_after:g}"}
        raise Refusal(
            "overloaded",
            f"all {self._serving.slots} slots are in use and {self.waiting} of {queue} places "
            "in the queue are taken; try again later",
            headers=headers,
        )

    @contextlib.asynccontextmanager
    async def turn(self, rows: int = 1, *, may_share: bool = False) -> AsyncIterator[Batch]:
        """Wait for a slot, and have it as long as the ``async with`` block runs.

        Args:
            rows: how many rows the request has.
            may_share: whether it may be worked on in one batch with others.
        """
        request = _Waiting(rows, may_share, asyncio.get_running_loop().time())
        self._waiting.append(request)
        self._give_out()
        try:
            batch = await request.batch
        except asyncio.CancelledError:
            if request in self._waiting:
                self._waiting.remove(request)
                self._give_out()
            elif not request.batch.cancelled():
                # It was given a slot and cancelled before it could take it.
                self._leave(request.batch.result())
            raise
        if (exchange := current_exchange()) is not None and batch.since > request.since:
            exchange.queued(request.since, batch.since)
        try:
            yield batch
        finally:
            self._leave(batch)

    @property
    def _has_free_slot(self) -> bool:
        return self._serving.slots is None or self.in_use < self._serving.slots

    def _leave(self, batch: Batch) -> None:
        batch.requests -= 1
        if batch.requests == 0:
            self.in_use -= 1
            seconds = asyncio.get_running_loop().time() - batch.since
            self.batch_seconds[batch.rows] = self.batch_seconds.get(batch.rows, 0) + seconds
            self._give_out()

    def _give_out(self) -> None:
        """Give every free slot to those who are next, if they need not wait for company."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        loop = asyncio.get_running_loop()
        while self._waiting and self._has_free_slot:
            members = list(self._next_members())
            rows = sum(member.rows for member in members)
            due = members[0].since + self._serving.max_wait
            may_wait = members[0].may_share and rows < self._serving.max_batch
            if may_wait and len(members) == self.waiting and loop.time() < due:
                self._timer = loop.call_at(due, self._give_out)
                return
            self._start(members, rows)

    def _next_members(self) -> Iterator[_Waiting]:
        """Those who would be worked on together if a slot were given out now."""
        rows = 0
        for request in self._waiting:
            rows += request.rows
            alone = not rows > request.rows
            if not alone and (rows > self._serving.max_batch or not request.may_share):
                return
            yield request
            if not request.may_share:
                return

    def _start(self, members: list[_Waiting], rows: int) -> None:
        batch = Batch(rows, len(members), asyncio.get_running_loop().time())
        self.in_use += 1
        self.batches.append(rows)
        self.batch_sizes[rows] += 1
        for member in members:
            self._waiting.popleft()
            member.batch.set_result(batch)
