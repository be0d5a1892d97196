"""Which event loop a test runs on: the virtual one in katas and where its clock is asked for."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar
from weakref import ReferenceType, ref

import pytest

from pytest_mlinfra.plugin.discovery import is_in_kata

if TYPE_CHECKING:
    from pytest_mlinfra.clock import VirtualLoop

_Loop = TypeVar("_Loop", bound="VirtualLoop")
LoopFactory = Callable[[], asyncio.AbstractEventLoop]

_latest: ReferenceType[VirtualLoop] | None = None


@pytest.hookimpl(optionalhook=True, trylast=True)
def pytest_asyncio_loop_factories(
    config: pytest.Config,  # noqa: ARG001 - the hook's own signature
    item: pytest.Function,
) -> Mapping[str, LoopFactory]:
    """Choose the loop of `item`, unless another plugin or a conftest has chosen before."""
    if is_in_kata(item) or "virtual_clock" in item.fixturenames:
        return {"virtual": make_virtual_loop}
    return {"asyncio": asyncio.new_event_loop}


def make_virtual_loop() -> VirtualLoop:
    """A new virtual loop, remembered as the latest."""
    from pytest_mlinfra.clock import VirtualLoop, patched_time  # noqa: PLC0415 - when it is used

    patched_time.install()
    return remember(VirtualLoop())


def remember(loop: _Loop) -> _Loop:
    """`loop`, from now on the latest."""
    global _latest  # noqa: PLW0603 - the one place that knows the loop of the running test
    _latest = ref(loop)
    return loop


def pytest_unconfigure() -> None:
    """Give `time` its own functions back."""
    patched_time = sys.modules.get("pytest_mlinfra.clock.patched_time")
    if patched_time is not None:
        patched_time.uninstall()


def latest_virtual_loop() -> VirtualLoop | None:
    """The virtual loop that was made last, if it still exists."""
    return _latest() if _latest is not None else None
