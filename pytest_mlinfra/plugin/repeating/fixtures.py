"""The fixtures `explore` and `cancel_everywhere`, for a part of a test."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

import pytest

from pytest_mlinfra.plugin.repeating.options import CANCEL, SCHEDULE, asked_for, command

if TYPE_CHECKING:
    from pytest_mlinfra.clock.exploration import Cancellations, Exploration

Scenario = Callable[..., Coroutine[Any, Any, object]]


@pytest.fixture
def explore(request: pytest.FixtureRequest) -> Callable[..., Exploration]:
    """Runs an async function in many orders of its tasks' steps; for tests of every kind.

    Example::

        def test_no_update_is_lost(explore):
            async def scenario():
                counter = Counter()
                await asyncio.gather(counter.add(1), counter.add(1))
                assert counter.value == 2

            explore(scenario, seeds=50)
    """
    return _Explore(request.node)


@pytest.fixture
def cancel_everywhere(request: pytest.FixtureRequest) -> Callable[..., Cancellations]:
    """Runs an async function once for each of its awaits, cancelled there.

    Example::

        def test_a_transfer_is_done_or_not(cancel_everywhere):
            async def scenario(bank):
                await bank.transfer("a", "b", 10)

            cancel_everywhere(scenario, given=Bank, invariant=lambda bank: bank.total == 100)
    """
    return _CancelEverywhere(request.node)


class _Explore:
    def __init__(self, item: pytest.Item) -> None:
        self._item = item
        self._calls = 0

    def __call__(self, scenario: Scenario, **options: Any) -> Exploration:
        """See `pytest_mlinfra.clock.exploration.explore`."""
        __tracebackhide__ = True
        from pytest_mlinfra.clock.exploration import explore  # noqa: PLC0415 - when it is used

        self._calls += 1
        asked = asked_for(self._item.config, SCHEDULE)
        if asked is not None:
            options["schedule"] = asked.text if asked.number == self._calls else "plain"
        options.setdefault("command", command(self._item, SCHEDULE, self._calls))
        return explore(scenario, **options)


class _CancelEverywhere:
    def __init__(self, item: pytest.Item) -> None:
        self._item = item
        self._calls = 0

    def __call__(self, scenario: Scenario, **options: Any) -> Cancellations:
        """See `pytest_mlinfra.clock.exploration.cancel_everywhere`."""
        __tracebackhide__ = True
        from pytest_mlinfra.clock.exploration import (  # noqa: PLC0415 - when they are used
            Cancellations,
            cancel_everywhere,
        )

        self._calls += 1
        asked = asked_for(self._item.config, CANCEL)
        if asked is not None:
            if asked.number != self._calls:
                # Another part of the test is asked for.
                return Cancellations(suspensions=0, points=0)
            options["point"] = asked.text
        options.setdefault("command", command(self._item, CANCEL, self._calls))
        return cancel_everywhere(scenario, **options)
