"""A run ends within its limits, says which it went beyond, and takes all its processes along."""

from __future__ import annotations

import socket

import pytest

from offences import Offences, is_alive, soon
from pytest_mlinfra.runs.forkserver import wire
from pytest_mlinfra.runs.forkserver.client import ServerGoneError
from pytest_mlinfra.runs.limits import Hit, Limit


@pytest.mark.parametrize(
    ("name", "limits", "hit", "words"),
    [
        (
            "endless_loop_that_ignores_signals",
            {"kata": 0.3},
            Hit(Limit.TIME, 0.3),
            "ran longer than 0.3 s",
        ),
        (
            "expression_that_holds_the_gil",
            {"kata": 0.3},
            Hit(Limit.TIME, 0.3),
            "ran longer than 0.3 s",
        ),
        (
            "busy_children",
            {"cpu": 0.5},
            Hit(Limit.CPU, 0.5),
            "used more than 0.5 s of processor time",
        ),
        (
            "fork_bomb",
            {"processes": 16},
            Hit(Limit.PROCESSES, 16),
            "started more than 16 processes",
        ),
        ("threads", {"threads": 20}, Hit(Limit.THREADS, 20), "started more than 20 threads"),
        (
            "memory_bomb",
            {"memory": 100},
            Hit(Limit.MEMORY, 100),
            "used more than 100 MiB of memory",
        ),
        (
            "memory_bomb_of_many",
            {"memory": 200},
            Hit(Limit.MEMORY, 200),
            "used more than 200 MiB of memory",
        ),
        ("many_files", {"written": 20}, Hit(Limit.WRITTEN, 20), "wrote more than 20 MiB"),
    ],
)
def test_ends_what_goes_beyond_a_limit(
    offences: Offences, name: str, limits: dict[str, float], hit: Hit, words: str
) -> None:
    ending = offences.commit(name, **limits)

    assert ending.exit_code is None
    assert ending.hits == (hit,)
    assert str(ending.hits[0]) == words
    assert name in {frame.function for frame in ending.stack}
    assert offences.leaves_nothing()


def test_memory_that_processes_share_counts_once(offences: Offences) -> None:
    ending = offences.commit("memory_that_is_shared", memory=150)

    assert ending.hits == ()
    assert ending.output.startswith("40\n")


def test_a_flood_is_cut_off_and_does_no_harm(offences: Offences) -> None:
    ending = offences.commit("flood", output=4)

    assert ending.exit_code == 0
    assert ending.output == "x" * 4096
    assert ending.errors == "the end\n"
    assert [str(hit) for hit in ending.hits] == ["printed more than 4 KiB: cut here"]


@pytest.mark.parametrize(
    ("name", "limits", "error"),
    [
        ("large_file", {"file": 8}, "OSError: [Errno 27] File too large"),
        ("open_files", {"open_files": 64}, "OSError: [Errno 24] Too many open files"),
        ("large_allocation", {"memory": 100}, "MemoryError"),
    ],
)
def test_the_operating_system_refuses_what_it_can(
    offences: Offences, name: str, limits: dict[str, float], error: str
) -> None:
    ending = offences.commit(name, **limits)

    assert ending.exit_code == 1
    assert error in ending.errors


@pytest.mark.parametrize(
    "name",
    ["daemon", "child_that_keeps_the_pipe_open", "leaves_a_locked_folder"],
)
def test_nothing_outlives_a_run(offences: Offences, name: str) -> None:
    ending = offences.commit(name)

    assert ending.exit_code == 0
    assert ending.seconds < 8
    assert offences.leaves_nothing()


def test_a_daemon_is_ended_before_the_answer_is_given(offences: Offences) -> None:
    offences.commit("daemon")

    assert not is_alive(int(offences.pid_file.read_text()))


def test_takes_leave_of_orphans_while_a_run_goes_on(offences: Offences) -> None:
    ending = offences.commit("many_that_end_at_once", processes=6)

    assert (ending.exit_code, ending.hits) == (0, ())


def test_what_ends_its_supervisor_ends_as_well(offences: Offences) -> None:
    with pytest.raises(ServerGoneError):
        offences.commit("kills_its_supervisor")

    assert offences.leaves_nothing()
    assert not is_alive(int(offences.pid_file.read_text()))
    assert offences.commit("ends").exit_code == 3


def test_a_job_ends_with_whoever_asked_for_it(offences: Offences) -> None:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(offences.server.address))
        wire.send(client, offences.job("stays_with_a_daemon"))
        assert soon(offences.pid_file.exists)

    assert offences.leaves_nothing()
    assert not is_alive(int(offences.pid_file.read_text()))
