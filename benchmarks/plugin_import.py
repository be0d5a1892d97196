"""What installing the plugin costs a pytest session that does not use it.

The same empty session is started with and without the plugin, in turn, and the time to
import the plugin alone is taken in a process that has pytest, pytest-asyncio and httpx
already.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 15
IMPORT = """
import time, importlib
import pytest, httpx, pytest_asyncio.plugin
started = time.perf_counter()
import pytest_mlinfra.plugin
for name in pytest_mlinfra.plugin.pytest_plugins:
    importlib.import_module(name)
print(time.perf_counter() - started)
from pytest_mlinfra.plugin.kata import MODULES
for name in MODULES:
    importlib.import_module(name)
print(time.perf_counter() - started)
"""


def main() -> str:
    """The two figures, as lines of text."""
    with tempfile.TemporaryDirectory() as folder:
        test = Path(folder) / "test_nothing.py"
        test.write_text("def test_nothing():\n    pass\n")
        bare, loaded = [], []
        for _ in range(ROUNDS):
            bare.append(_session(test, "-p", "asyncio"))
            loaded.append(_session(test, "-p", "asyncio", "-p", "mlinfra"))
    imports = [_run(sys.executable, "-c", IMPORT).split() for _ in range(ROUNDS)]
    plugin, grading = (
        statistics.median(map(float, column)) for column in zip(*imports, strict=True)
    )
    without, with_plugin = statistics.median(bare), statistics.median(loaded)
    return (
        f"import on top of pytest, pytest-asyncio and httpx   "
        f"{plugin * 1e3:6.1f} ms (bar: 25)\n"
        f"with what is loaded when the first kata is met        {grading * 1e3:6.1f} ms\n"
        f"a session of one empty test without the plugin      {without * 1e3:6.1f} ms\n"
        f"the same with it                                    {with_plugin * 1e3:6.1f} ms"
        f" ({with_plugin / without:.2f} times)"
    )


def _session(test: Path, *options: str) -> float:
    started = time.perf_counter()
    _run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, str(test))
    return time.perf_counter() - started


def _run(*command: str) -> str:
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return subprocess.run(
        command, check=True, capture_output=True, text=True, env=environment
    ).stdout


if __name__ == "__main__":
    print(main())
