"""Running a marked test: as often as its marker wants, with one report."""

from __future__ import annotations

import pytest

from pytest_mlinfra.plugin.repeating.marks import CANCEL, EXPLORE, arguments


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Run `item` many times, if it is marked so."""
    exploring, cancelling = arguments(item, EXPLORE), arguments(item, CANCEL)
    if exploring is None and cancelling is None:
        return None
    if item.config.getoption("setuponly", False):
        return None
    assert isinstance(item, pytest.Function)
    from pytest_mlinfra.plugin.repeating.cancelling import cancel  # noqa: PLC0415
    from pytest_mlinfra.plugin.repeating.exploring import explore  # noqa: PLC0415
    from pytest_mlinfra.plugin.repeating.runs import (  # noqa: PLC0415 - when they are used
        Repetition,
        StopRepeating,
    )

    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    repetition = Repetition(item)
    try:
        if exploring is not None:
            run = explore(repetition, **exploring)
        else:
            run = cancel(repetition, **(cancelling or {}))
    except StopRepeating as stop:
        run = stop.run
    repetition.report(run, nextitem)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True
