"""Calls that block a running event loop: noticed, charged to a line, or allowed."""

from pytest_mlinfra.clock.blocking.allowed import allow_blocking
from pytest_mlinfra.clock.blocking.installation import install, uninstall
from pytest_mlinfra.clock.blocking.watch import BLOCKING_CALL, CPU_HOG, BlockingWatch

__all__ = [
    "BLOCKING_CALL",
    "CPU_HOG",
    "BlockingWatch",
    "allow_blocking",
    "install",
    "uninstall",
]
