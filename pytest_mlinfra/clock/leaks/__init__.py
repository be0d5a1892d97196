"""What code leaves behind: found, charged to the line that made it, and put an end to."""

from pytest_mlinfra.clock.leaks.cancellations import CANCELLATION_SWALLOWED
from pytest_mlinfra.clock.leaks.clients import CLIENT_LEFT_OPEN
from pytest_mlinfra.clock.leaks.coroutines import COROUTINE_NEVER_AWAITED
from pytest_mlinfra.clock.leaks.exceptions import EXCEPTION_NEVER_RETRIEVED
from pytest_mlinfra.clock.leaks.executors import EXECUTOR_LEFT_RUNNING
from pytest_mlinfra.clock.leaks.generators import GENERATOR_LEFT_OPEN
from pytest_mlinfra.clock.leaks.processes import PROCESS_LEFT_RUNNING
from pytest_mlinfra.clock.leaks.sockets import (
    CONNECTION_LEFT_OPEN,
    SERVER_LEFT_OPEN,
    SOCKET_LEFT_OPEN,
    SeenConnection,
    ServersView,
)
from pytest_mlinfra.clock.leaks.tasks import TASK_LEFT_PENDING
from pytest_mlinfra.clock.leaks.watch import LeakWatch, no_servers

__all__ = [
    "CANCELLATION_SWALLOWED",
    "CLIENT_LEFT_OPEN",
    "CONNECTION_LEFT_OPEN",
    "COROUTINE_NEVER_AWAITED",
    "EXCEPTION_NEVER_RETRIEVED",
    "EXECUTOR_LEFT_RUNNING",
    "GENERATOR_LEFT_OPEN",
    "PROCESS_LEFT_RUNNING",
    "SERVER_LEFT_OPEN",
    "SOCKET_LEFT_OPEN",
    "TASK_LEFT_PENDING",
    "LeakWatch",
    "SeenConnection",
    "ServersView",
    "no_servers",
]
