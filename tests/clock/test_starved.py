"""Seconds in which others had the processors are told from seconds of waiting."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pytest_mlinfra.clock.starved import seconds_starved

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/schedstat").exists(), reason="this kernel does not count it"
)
CROWD = """
import os, time
from pytest_mlinfra.clock.starved import seconds_starved

os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
rival = os.fork()
if rival == 0:
    os.execvp("python3", ["python3", "-c", "while True: pass"])
try:
    began, before = time.monotonic(), seconds_starved()
    while seconds_starved() - before < 0.05 and time.monotonic() - began < 20:
        pass
    print(seconds_starved() - before >= 0.05, seconds_starved(rival) > 0)
finally:
    os.kill(rival, 9)
    os.waitpid(rival, 0)
"""


def test_who_shares_a_processor_starves() -> None:
    done = subprocess.run([sys.executable, "-c", CROWD], capture_output=True, text=True, check=True)

    assert done.stdout == "True True\n"


def test_who_sleeps_does_not() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        before = seconds_starved(process.pid)
        time.sleep(0.05)
        assert seconds_starved(process.pid) >= before
    finally:
        process.communicate(b"\n")


def test_nothing_is_known_of_a_process_that_is_not_there() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()

    assert seconds_starved(process.pid) == 0
    assert seconds_starved() == pytest.approx(seconds_starved(os.getpid()), abs=1)
