"""What a failing test shows of the servers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_STAIRCASE = """
    import asyncio
    from pytest_mlinfra.fleet import Latency

    async def test_asks_all(model_fleet, journal, http_client, virtual_clock):
        servers = [await model_fleet.start(f"model-{n}", Latency(0.5)) for n in range(3)]
        for server in servers:
            await http_client.get(f"{server.url}/health")
        EXPECTATION
"""


@pytest.fixture
def shown(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project in which asyncio needs no marks."""
    pytester.makeini(
        "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\n"
    )
    return pytester


def _run(pytester: pytest.Pytester, expectation: str, *options: str) -> pytest.RunResult:
    pytester.makepyfile(_STAIRCASE.replace("EXPECTATION", expectation))
    return pytester.runpytest(*options)


def test_an_expectation_says_it_in_its_own_words(shown: pytest.Pytester) -> None:
    result = _run(shown, 'journal.expect(3, "health checks").in_flight_together()')

    result.stdout.fnmatch_lines(
        [
            '>       journal.expect(3, "health checks").in_flight_together()',
            "E       expected all 3 health checks in flight together, saw at most 1 at a time",
            "E       GET /health 0 *",
            "E       model-0     ████*200",
            "E       model-2 *████ 200",
            "*.py:*: ExpectationError",
            "FAILED *::test_asks_all - expec*",
        ]
    )


def test_no_line_of_ours_stands_in_the_traceback(shown: pytest.Pytester) -> None:
    result = _run(shown, "journal.expect().one_at_a_time().requests(['GET /x'])", "--tb=short")

    places = [line for line in result.outlines if ": in " in line]
    assert len(places) == 1
    result.stdout.no_fnmatch_line("*__tracebackhide__*")
    result.stdout.no_fnmatch_line("*pytest_mlinfra.errors*")


def test_the_picture_is_shown_once(shown: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    # There pytest repeats the whole of each failure in its summary.
    monkeypatch.delenv("CI", raising=False)

    result = _run(shown, "journal.only")

    assert sum("model-1" in line for line in result.outlines) == 1
    result.stdout.no_fnmatch_line("*requests as the servers saw them*")


def test_every_other_failure_shows_it_too(shown: pytest.Pytester) -> None:
    result = _run(shown, "assert 0")

    result.stdout.fnmatch_lines(["*requests as the servers saw them*", "model-1 *████*"])


def test_it_travels_from_a_worker(shown: pytest.Pytester) -> None:
    result = _run(shown, "journal.expect(4)", "-n1", "-p", "xdist")

    result.stdout.fnmatch_lines(["E       expected 4 requests, saw 3", "E       model-2 *"])


def test_a_program_without_pytest_fails_the_same_way(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import asyncio\n"
        "from pytest_mlinfra.fleet import ModelFleet\n"
        "async def main():\n"
        "    async with ModelFleet() as fleet:\n"
        "        fleet.journal.expect(2, 'health checks')\n"
        "asyncio.run(main())\n"
    )

    done = subprocess.run(
        [sys.executable, str(program)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert "ExpectationError: expected 2 health checks, saw none\n" in done.stderr
