"""The fork server serves many at once, and ends with whoever started it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from offences import Offences, children_of, is_alive, soon, start_server
from pytest_mlinfra.errors import RunError
from pytest_mlinfra.runs.forkserver.client import ServerGoneError
from pytest_mlinfra.runs.forkserver.server import next_job

# Starts a server, lets it run a daemon and wait, and says who is who.
_OWNER = """
import sys, threading, time
from pathlib import Path
from offences import Offences, start_server
offences = Offences(start_server(), Path(sys.argv[1]))
threading.Thread(target=offences.commit, args=("stays_with_a_daemon",), daemon=True).start()
while not offences.pid_file.exists():
    time.sleep(0.01)
print(offences.server.pid, offences.server.address.parent, flush=True)
time.sleep(20)
"""


def test_runs_jobs_side_by_side(offences: Offences) -> None:
    started = time.monotonic()

    with ThreadPoolExecutor(8) as pool:
        endings = list(pool.map(offences.commit, ["sleeps_half_a_second"] * 8))

    assert [ending.exit_code for ending in endings] == [0] * 8
    assert time.monotonic() - started < 8 * 0.5


def test_a_hundred_jobs_leave_nothing_behind(offences: Offences) -> None:
    offences.commit("ends")
    assert offences.leaves_nothing()
    before = _descriptors(offences), _resident(offences)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(offences.commit, ["ends"] * 100))

    assert offences.leaves_nothing()
    assert soon(lambda: _descriptors(offences) == before[0])
    assert _resident(offences) < before[1] + 2**20


def test_a_client_that_makes_no_sense_does_no_harm(offences: Offences) -> None:
    for content in (b"", b"\xff\xff\xff\xffnonsense", b"\x00\x00\x00\x03abc", b"\x00\x00"):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(offences.server.address))
            client.sendall(content)

    assert offences.commit("ends").exit_code == 3
    assert offences.leaves_nothing()


def test_closing_ends_what_is_being_run(tmp_path: Path) -> None:
    offences = Offences(start_server(), tmp_path)
    running = threading.Thread(target=_in_vain, args=(offences, "stays_with_a_daemon"))
    running.start()
    assert soon(offences.pid_file.exists)

    offences.server.close()
    running.join()

    assert not is_alive(int(offences.pid_file.read_text()))
    assert not offences.server.address.parent.exists()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP, signal.SIGTERM])
def test_everything_ends_when_its_owner_is_killed(tmp_path: Path, number: int) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", _OWNER, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert owner.stdout is not None
    server, folder = owner.stdout.readline().split()
    daemon = int((tmp_path / "pid").read_text())
    assert is_alive(daemon)

    owner.send_signal(number)
    owner.communicate()

    assert soon(lambda: not is_alive(int(server)))
    assert soon(lambda: not is_alive(daemon))
    assert soon(lambda: not Path(folder).exists())


def test_runs_end_when_the_server_is_killed(tmp_path: Path) -> None:
    offences = Offences(start_server(), tmp_path)
    running = threading.Thread(target=_in_vain, args=(offences, "stays_with_a_daemon"))
    running.start()
    assert soon(offences.pid_file.exists)
    supervisors = children_of(offences.server.pid)

    os.kill(offences.server.pid, signal.SIGKILL)
    running.join()

    assert soon(lambda: not any(map(is_alive, supervisors)))
    assert soon(lambda: not is_alive(int(offences.pid_file.read_text())))
    offences.server.close()
    assert not offences.server.address.parent.exists()


def test_refuses_to_fork_a_process_with_threads() -> None:
    release = threading.Event()
    threading.Thread(target=release.wait, name="busy").start()

    with socket.socket(socket.AF_UNIX) as listener, pytest.raises(RunError, match="busy"):
        next_job(listener)
    release.set()


def _in_vain(offences: Offences, name: str) -> None:
    with pytest.raises(ServerGoneError):
        offences.commit(name)


def _descriptors(offences: Offences) -> int:
    return len(list(Path(f"/proc/{offences.server.pid}/fd").iterdir()))


def _resident(offences: Offences) -> int:
    status = Path(f"/proc/{offences.server.pid}/statm").read_text()
    return int(status.split()[1]) * os.sysconf("SC_PAGESIZE")
