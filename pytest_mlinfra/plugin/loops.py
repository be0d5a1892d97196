"""Which event loop a test runs on: the virtual one in katas and where its clock is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from weakref import ReferenceType, ref

import pytest

from pytest_mlinfra.clock import VirtualLoop, patched_time
from pytest_mlinfra.plugin.kata_folder import kata_folder_of

LoopFactory = Callable[[], asyncio.AbstractEventLoop]

_latest: ReferenceType[VirtualLoop] | None = None


@pytest.hookimpl(optionalhook=True, trylast=True)
def pytest_asyncio_loop_factories(
    config: pytest.Config,  # noqa: ARG001 - the hook's own signature
    item: pytest.Function,
) -> Mapping[str, LoopFactory]:
    """Choose the loop of `item`, unless another plugin or a conftest has chosen before."""
    if kata_folder_of(item) is not None or "virtual_clock" in item.fixturenames:
        patched_time.install()
        return {"virtual": make_virtual_loop}
    return {"asyncio": asyncio.new_event_loop}


def make_virtual_loop() -> VirtualLoop:
    """A new virtual loop, remembered as the latest."""
    global _latest  # noqa: PLW0603 - the one place that knows the loop of the running test
    loop = VirtualLoop()
    _latest = ref(loop)
    return loop


def latest_virtual_loop() -> VirtualLoop | None:
    """The virtual loop that was made last, if it still exists."""
    return _latest() if _latest is not None else None
