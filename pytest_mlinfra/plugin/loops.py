"""Which event loop a test runs on: the virtual one where it is asked for, and in katas.

The closest of these decides: the marker `virtual_time`; the fixture `virtual_clock`; being
in a kata; the option `mlinfra_virtual_time` of the configuration.
"""

from __future__ import annotations

import asyncio
import functools
import sys
from collections.abc import Callable, Generator, Mapping
from typing import TYPE_CHECKING, TypeVar
from weakref import ReferenceType, ref

import pytest

from pytest_mlinfra.plugin.discovery import is_in_kata
from pytest_mlinfra.plugin.repeating.marks import is_repeated

if TYPE_CHECKING:
    from pytest_mlinfra.clock import VirtualLoop

_Loop = TypeVar("_Loop", bound="VirtualLoop")
LoopFactory = Callable[[], asyncio.AbstractEventLoop]

_OPTION = "mlinfra_virtual_time"
_MARKER = "virtual_time"
_FIXTURE = "virtual_clock"

_latest: ReferenceType[VirtualLoop] | None = None


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option for a whole project."""
    parser.addini(
        _OPTION,
        type="bool",
        default=False,
        help="run every test of pytest-asyncio in virtual time: true or false (default: false)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker, and let `time` follow virtual loops before a test is imported."""
    config.addinivalue_line(
        "markers",
        "virtual_time(enabled=True): run the test in virtual time, or with enabled=False in "
        "real time",
    )
    if _is_on_for_all(config):
        from pytest_mlinfra.clock import patches  # noqa: PLC0415 - when it is used

        patches.install()


def pytest_unconfigure() -> None:
    """Give the standard library its own functions back."""
    patches = sys.modules.get("pytest_mlinfra.clock.patches")
    if patches is not None:
        patches.uninstall()


@pytest.hookimpl(optionalhook=True, wrapper=True)
def pytest_asyncio_loop_factories(
    config: pytest.Config,  # noqa: ARG001 - the hook's own signature
    item: pytest.Function,
) -> Generator[None, Mapping[str, LoopFactory] | None, Mapping[str, LoopFactory]]:
    """Choose the loop of `item`, unless another plugin or a conftest has chosen.

    A choice of theirs is kept, but if the test wants virtual time and the loop has none,
    it fails.
    """
    chosen = yield
    is_virtual = wants_virtual_time(item)
    if chosen is None and is_repeated(item):
        return _EXPLORING
    if chosen is None:
        return _named_in_marker(item) or (_VIRTUAL if is_virtual else _REAL)
    if is_virtual and isinstance(chosen, Mapping):
        return {name: _checked(name, factory) for name, factory in chosen.items()}
    return chosen


def wants_virtual_time(item: pytest.Item) -> bool:
    """Whether `item` is to run in virtual time.

    Raises:
        pytest.UsageError: the marker makes no sense.
    """
    marked = _marked(item)
    asks_for_clock = _FIXTURE in getattr(item, "fixturenames", ())
    if marked is False and asks_for_clock:
        raise pytest.UsageError(
            f"{item.nodeid}: virtual_time(enabled=False) contradicts the fixture {_FIXTURE}; "
            "drop one of them"
        )
    if marked is not None:
        return marked
    return asks_for_clock or is_in_kata(item) or _is_on_for_all(item.config)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse markers that make no sense before anything runs."""
    for item in items:
        if _marked(item) and item.get_closest_marker("anyio") is not None:
            raise pytest.UsageError(
                f"{item.nodeid}: virtual_time is for tests of pytest-asyncio, and this one runs "
                "under anyio's plugin. Give anyio the loop instead, with a fixture "
                "anyio_backend that returns ('asyncio', {'loop_factory': VirtualLoop})"
            )


def _marked(item: pytest.Item) -> bool | None:
    """What the marker says, or None without one."""
    marker = item.get_closest_marker(_MARKER)
    if marker is None:
        return None
    given = [*marker.args, *marker.kwargs.values()]
    is_known = len(given) <= 1 and set(marker.kwargs) <= {"enabled"}
    if not is_known or not all(isinstance(each, bool) for each in given):
        arguments = [repr(each) for each in marker.args]
        arguments += [f"{name}={value!r}" for name, value in marker.kwargs.items()]
        raise pytest.UsageError(
            f"{item.nodeid}: virtual_time({', '.join(arguments)}) takes nothing, or True or "
            "False, as in virtual_time(enabled=False)"
        )
    return bool(given[0]) if given else True


def _named_in_marker(item: pytest.Item) -> Mapping[str, LoopFactory] | None:
    """Both loops, if the marker `asyncio` chooses among them by name."""
    marker = item.get_closest_marker("asyncio")
    names = marker.kwargs.get("loop_factories") if marker is not None else None
    return {**_REAL, **_VIRTUAL} if names else None


def _is_on_for_all(config: pytest.Config) -> bool:
    try:
        return bool(config.getini(_OPTION))
    except (pytest.UsageError, TypeError, ValueError) as error:
        raise pytest.UsageError(f"{_OPTION} has to be true or false ({error})") from None


@functools.cache
def _checked(name: str, factory: LoopFactory) -> LoopFactory:
    """A factory that fails where `factory` makes a loop without virtual time.

    One for each, since pytest-asyncio takes a new one for a reason to make a new loop.
    """

    def make_loop() -> asyncio.AbstractEventLoop:
        from pytest_mlinfra.clock import VirtualLoop  # noqa: PLC0415 - when it is used

        loop = factory()
        if not isinstance(loop, VirtualLoop):
            loop.close()
            raise pytest.UsageError(
                "this test asks for virtual time, but the loop factory "
                f"{name!r} of a conftest or another plugin makes {type(loop).__module__}."
                f"{type(loop).__qualname__}, whose time is real. Let its "
                "pytest_asyncio_loop_factories leave this test out by returning None, or mark "
                "the test virtual_time(enabled=False)"
            )
        return loop

    return make_loop


def make_virtual_loop() -> VirtualLoop:
    """A new virtual loop, remembered as the latest."""
    from pytest_mlinfra.clock import VirtualLoop  # noqa: PLC0415 - when it is used

    return remember(VirtualLoop())


def make_exploring_loop() -> VirtualLoop:
    """A new virtual loop that runs steps in an order of choice, remembered as the latest."""
    from pytest_mlinfra.clock.exploration.loop import ExploringLoop  # noqa: PLC0415 - likewise

    return remember(ExploringLoop())


def remember(loop: _Loop) -> _Loop:
    """`loop`, from now on the latest."""
    global _latest  # noqa: PLW0603 - the one place that knows the loop of the running test
    _latest = ref(loop)
    return loop


def latest_virtual_loop() -> VirtualLoop | None:
    """The virtual loop that was made last, if it still exists."""
    return _latest() if _latest is not None else None


_REAL: Mapping[str, LoopFactory] = {"asyncio": asyncio.new_event_loop}
_VIRTUAL: Mapping[str, LoopFactory] = {"virtual": make_virtual_loop}
_EXPLORING: Mapping[str, LoopFactory] = {"exploring": make_exploring_loop}
