"""The fixtures, for katas and for any project that installs the plugin."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from pytest_mlinfra.plugin.discovery import is_in_kata

if TYPE_CHECKING:
    import ssl

    import httpx

    from pytest_mlinfra.clock import VirtualClock
    from pytest_mlinfra.fleet import Journal, ModelFleet, ModelServer
    from pytest_mlinfra.fleet.network import Network

_fleet_key: pytest.StashKey[ModelFleet] = pytest.StashKey()
# Where the fleet of a test gets its sockets from, if not from this process's loopback.
NETWORK_KEY: pytest.StashKey[Network] = pytest.StashKey()
# Where the timeline is shown it may be indented, and has to fit into 80 columns.
_COLUMNS = 76


@pytest.fixture
def virtual_clock() -> VirtualClock:
    """The clock of the virtual loop; a test that asks for it runs on that loop.

    Example::

        async def test_backs_off_for_three_seconds(virtual_clock):
            with virtual_clock.elapsed() as elapsed:
                await call_with_retries()
            assert elapsed.seconds == 3.0
    """
    from pytest_mlinfra.clock import VirtualClock  # noqa: PLC0415 - imported when used

    return VirtualClock()


@pytest_asyncio.fixture
async def model_fleet(request: pytest.FixtureRequest) -> AsyncIterator[ModelFleet]:
    """A fleet of fake model servers on 127.0.0.1, stopped when the test ends.

    When the test fails, the requests that the servers saw are shown with the failure.

    Example::

        async def test_one_slow_model_delays_no_other(model_fleet):
            fast = await model_fleet.start("fast")
            slow = await model_fleet.start("slow", Latency(5))
            ...
            assert model_fleet.journal.peak_in_flight == 2
    """
    from pytest_mlinfra.fleet import ModelFleet  # noqa: PLC0415
    from pytest_mlinfra.fleet.protocols import BUILT_IN  # noqa: PLC0415

    further = request.config.hook.pytest_mlinfra_protocols()
    protocols = (*BUILT_IN, *(each for group in further for each in group))
    async with ModelFleet(protocols, request.node.stash.get(NETWORK_KEY, None)) as fleet:
        request.node.stash[_fleet_key] = fleet
        yield fleet


@pytest_asyncio.fixture
async def model_server(model_fleet: ModelFleet) -> ModelServer:
    """One fake model server, named ``model``, without faults: those may be added to it.

    Example::

        async def test_gives_up_after_a_reset(model_server):
            model_server.faults.append(Reset())
            ...
    """
    return await model_fleet.start("model")


@pytest.fixture
def journal(model_fleet: ModelFleet) -> Journal:
    """What the servers of `model_fleet` and `model_server` saw."""
    return model_fleet.journal


@pytest.fixture(scope="session")
def _ssl_context() -> ssl.SSLContext:
    import httpx  # noqa: PLC0415

    return httpx.create_ssl_context(verify=False)


@pytest_asyncio.fixture
async def http_client(_ssl_context: ssl.SSLContext) -> AsyncIterator[httpx.AsyncClient]:
    """An `httpx.AsyncClient` for asking the fakes, closed when the test ends.

    It heeds no proxy of the environment, and is quicker to build than one's own: it
    shares one TLS context over the whole session.
    """
    import httpx  # noqa: PLC0415

    async with httpx.AsyncClient(verify=_ssl_context, trust_env=False) as client:
        yield client


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show with a failure what the servers saw; for a kata, its message says so."""
    report = yield
    seen = timeline_of(item) if report.failed and not is_in_kata(item) else ""
    if seen:
        report.sections.append(("requests as the servers saw them", seen))
    return report


def timeline_of(item: pytest.Item) -> str:
    """What the fleet of `item` saw, as bars; empty if it had none or nothing was asked."""
    fleet = item.stash.get(_fleet_key, None)
    if fleet is None or not fleet.journal:
        return ""
    return fleet.journal.timeline(_COLUMNS)
