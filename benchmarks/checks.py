"""What it costs to check a test, and what the checks find beside blockbuster.

A test with a fake server and five requests is run with and without all checks, in turn:
as a program on a new loop, and as many tests of a pytest session. Then each planted call
of `tests/corpus/blocking`, and its look-alike, is run under our watch and under
blockbuster, if that is installed (``pip install blockbuster``).
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import importlib.util
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx

from pytest_mlinfra.clock import VirtualLoop
from pytest_mlinfra.clock.blocking import install, uninstall
from pytest_mlinfra.clock.watching import watching
from pytest_mlinfra.errors import BlockingCallError
from pytest_mlinfra.fleet import ModelFleet

ROUNDS = 200
SESSIONS = 5
TESTS = 100
CORPUS = Path(__file__).parent.parent / "tests" / "corpus" / "blocking"
# Real seconds after which a call that blocks for ever is given up.
PATIENCE = 2

Program = Callable[[str], Coroutine[Any, Any, None]]
Judge = Callable[[Program], bool]

TEST = """
import pytest

@pytest.mark.parametrize("number", range({tests}))
async def test_five_requests(virtual_clock, model_server, http_client, number):
    for _ in range(5):
        assert (await http_client.get(f"{{model_server.url}}/health")).is_success
"""
SETTINGS = """
[pytest]
asyncio_mode = auto
asyncio_default_fixture_loop_scope = function
mlinfra_checks = {checks}
"""


def main() -> str:
    """The figures, as lines of text."""
    # Ten thousand further objects, as in a session that has imported what tests import.
    importlib.import_module("hypothesis")
    context = httpx.create_ssl_context(verify=False)
    plain, checked = [], []
    for _ in range(ROUNDS):
        plain.append(_program(context, is_checked=False))
        checked.append(_program(context, is_checked=True))
    sessions: dict[str, list[float]] = {"none": [], "blocking leaks": []}
    for _ in range(SESSIONS):
        for checks, taken in sessions.items():
            taken.append(_session(checks))
    without, with_checks = statistics.median(plain), statistics.median(checked)
    bare, full = (statistics.median(taken) for taken in sessions.values())
    lines = [
        _compared("a server and five requests", without, with_checks),
        _compared("as a test of pytest (bar: 8 ms)", bare, full),
        _found("ours", _found_by_us),
    ]
    if importlib.util.find_spec("blockbuster") is None:
        lines.append("blockbuster is not installed, so it is not compared with")
    else:
        uninstall()
        lines.append(_found("blockbuster", _found_by_peer()))
    return "\n".join(lines)


def _program(context: Any, *, is_checked: bool) -> float:
    async def program() -> None:
        async with (
            ModelFleet() as fleet,
            httpx.AsyncClient(verify=context, trust_env=False) as client,
        ):
            server = await fleet.start("model")
            for _ in range(5):
                await client.get(f"{server.url}/health")

    started = time.perf_counter()
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        if is_checked:
            with watching(runner.get_loop()) as watch:
                runner.run(program())
            assert not watch.findings
        else:
            runner.run(program())
    return time.perf_counter() - started


def _session(checks: str) -> float:
    """Seconds that one of many tests takes in a session of pytest."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "pytest.ini").write_text(SETTINGS.format(checks=checks))
        durations = []
        for tests in (1, TESTS + 1):
            (Path(folder) / "test_it.py").write_text(TEST.format(tests=tests))
            command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
            environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
            started = time.perf_counter()
            subprocess.run(
                [*command, "-p", "asyncio", "-p", "mlinfra"],
                cwd=folder,
                env=environment,
                check=True,
                capture_output=True,
            )
            durations.append(time.perf_counter() - started)
    return (durations[1] - durations[0]) / TESTS


def _compared(what: str, without: float, with_checks: float) -> str:
    return (
        f"{what:<33} {without * 1e3:6.2f} ms, with all checks {with_checks * 1e3:6.2f} ms "
        f"({with_checks / without:.2f} times)"
    )


def _found(name: str, judge: Judge) -> str:
    modules = [_load(path) for path in sorted(CORPUS.glob("*.py"))]
    found = sum(judge(module.faulty) for module in modules)
    flagged = sum(judge(module.clean) for module in modules)
    return (
        f"{name + ':':<33} {found:3} of {len(modules)} planted calls found, "
        f"{flagged} of their look-alikes taken for one"
    )


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"corpus_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _found_by_us(program: Program) -> bool:
    install()
    with (
        asyncio.Runner() as runner,
        contextlib.suppress(BlockingCallError),
        watching(runner.get_loop(), leaks=False) as watch,
    ):
        runner.run(_beside_a_server(program))
    return bool(watch.findings)


def _found_by_peer() -> Judge:
    blockbuster = importlib.import_module("blockbuster")

    def is_found(program: Program) -> bool:
        with blockbuster.blockbuster_ctx(), asyncio.Runner() as runner, _patience():
            errors: list[Any] = []
            loop = runner.get_loop()
            loop.set_exception_handler(lambda _loop, told: errors.append(told.get("exception")))
            try:
                runner.run(_beside_a_server(program))
            except BaseException as error:  # noqa: BLE001 - whatever came of it
                errors.append(error)
        return any(isinstance(error, blockbuster.BlockingError) for error in errors)

    return is_found


async def _beside_a_server(program: Program) -> None:
    async with ModelFleet() as fleet:
        server = await fleet.start("model")
        await program(server.url)


@contextlib.contextmanager
def _patience() -> Iterator[None]:
    """Interrupt a body that waits for ever."""

    def ring(*_signal: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        gc.collect()


if __name__ == "__main__":
    print(main())
