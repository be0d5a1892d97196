"""The fixtures, for katas and for any project that installs the plugin."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

if TYPE_CHECKING:
    import ssl

    import httpx

    from pytest_mlinfra.clock import VirtualClock
    from pytest_mlinfra.fleet import Journal, ModelFleet, ModelServer
    from pytest_mlinfra.fleet.network import Network

_fleet_key: pytest.StashKey[ModelFleet] = pytest.StashKey()
# Where the fleet of a test gets its sockets from, if not from this process's network.
NETWORK_KEY: pytest.StashKey[Network] = pytest.StashKey()


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

    A server is started with a name, or with a whole `Model`: how it answers, how many
    requests at once, how fast. It speaks every protocol that is built in, and those that
    the hook `pytest_mlinfra_protocols` adds. When the test fails, the requests that the
    servers saw are shown with the failure.

    Example::

        async def test_one_slow_model_delays_no_other(model_fleet):
            fast = await model_fleet.start("fast")
            slow = await model_fleet.start("slow", Latency(5))
            ...
            assert model_fleet.journal.peak_in_flight == 2

        async def test_a_chat_takes_its_time(model_fleet, virtual_clock):
            serving = Serving(slots=2, time_to_first_token=0.2, time_between_tokens=0.05)
            llama = await model_fleet.start(Model("llama", Canned("Hello there."), serving))
            ...
            assert virtual_clock.now == 0.3
    """
    from pytest_mlinfra.fleet import ModelFleet  # noqa: PLC0415

    further = request.config.hook.pytest_mlinfra_protocols()
    protocols = None
    if further:
        from pytest_mlinfra.fleet.protocols.built_in import BUILT_IN  # noqa: PLC0415

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


def fleet_of(item: pytest.Item) -> ModelFleet | None:
    """The fleet that `item` was given, if it was given one."""
    return item.stash.get(_fleet_key, None)


def held_connections_of(item: pytest.Item) -> dict[tuple[str, int], str]:
    """The connections that clients of `item`'s fleet hold open.

    Returns:
        For the address of each client's end, what the server knows of it.
    """
    fleet = fleet_of(item)
    held = fleet.held_connections() if fleet is not None else {}
    return {
        client: (
            f"{server}, last asked {last.method} {last.path}" if last else f"{server}, never asked"
        )
        for client, (server, last) in held.items()
    }
