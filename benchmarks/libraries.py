"""The suites of real asyncio libraries, on their own loop and on ours.

Each package's source distribution, with its tests, is fetched by pip into a cache folder
outside of this tree; so are what its tests need. Then pytest runs the suite three times:
without our plugin, with it idle, and on virtual loops. Not part of ``python -m benchmarks``,
since it needs a package index: ``python -m benchmarks.libraries [package ...]``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

CACHE = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "mlinfra-libraries"
REPOSITORY = Path(__file__).parents[1]
# Real seconds that a suite may take.
PATIENCE = 150


@dataclass(frozen=True)
class Library:
    """A package with its tests.

    Attributes:
        name: its name on the package index.
        tests: where its tests lie in its source distribution.
        needs: what its tests need besides the package.
        options: further options of pytest.
        left_out: an expression of pytest's ``-k`` for tests that would never end in virtual
            time.
        reasons: why a test comes out otherwise in virtual time, by a part of its name.
    """

    name: str
    tests: str = "tests"
    needs: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    left_out: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """One run of a suite.

    Attributes:
        outcomes: what came of each test, by its name.
        seconds: how long all of it took, in real seconds.
        loops: how many virtual loops were made.
    """

    outcomes: Mapping[str, str]
    seconds: float
    loops: int = 0

    @property
    def passed(self) -> int:
        """How many tests passed."""
        return sum(outcome == "passed" for outcome in self.outcomes.values())


LIBRARIES: tuple[Library, ...] = (
    Library("aiocache", "tests/ut", ("marshmallow",)),
    Library("aiofiles"),
    Library("aiolimiter", needs=("dunamai",)),
    Library("aiosqlite", "aiosqlite/tests/smoke.py"),
    Library("aiostream"),
    Library("anyio", needs=("trio", "psutil", "truststore", "blockbuster")),
    Library("async-lru", needs=("pytest-timeout",)),
    Library("async-timeout"),
    Library("asyncstdlib", "unittests"),
    Library(
        "janus",
        left_out="TestQueue",
        reasons={
            "test_sync.TestQueue": "the loop's own thread waits for a thread that sleeps in "
            "virtual time, which stands still while the loop is blocked"
        },
    ),
    Library("stamina", needs=("prometheus-client", "structlog", "dirty-equals")),
    Library("tenacity", needs=("tornado", "typeguard", "trio")),
)


def main(names: Sequence[str] = ()) -> str:
    """The table, as lines of Markdown.

    Args:
        names: of the packages to run; all of them if there are none.
    """
    lines = [
        "| package | tests | pass | on ours | loops | real s | ours s | otherwise than without us |",
        "|---|---|---|---|---|---|---|---|",
    ]
    notes: list[str] = []
    for library in LIBRARIES:
        if not names or library.name in names:
            row, further = _compared(library)
            lines.append(row)
            notes += further
    return "\n".join([*lines, "", *notes])


def _compared(library: Library) -> tuple[str, list[str]]:
    try:
        source, packages = _fetched(library)
    except subprocess.CalledProcessError:
        return f"| {library.name} | could not be fetched | | | | | | |", []
    without = _run(library, source, packages, ["-p", "no:mlinfra"])
    idle = _run(library, source, packages, [])
    chosen = ["-k", f"not ({library.left_out})"] if library.left_out else []
    ours = _run(library, source, packages, ["-p", "benchmarks.virtual_everywhere", *chosen])
    notes = [*_differences(library, without, idle, "idle"), *_differences(library, without, ours)]
    row = (
        f"| {library.name} {source.name.rpartition('-')[2]} | {len(without.outcomes)} | "
        f"{without.passed} | {ours.passed} | {ours.loops} | {without.seconds:.1f} | "
        f"{ours.seconds:.1f} | {len(notes)} |"
    )
    return row, notes


def _differences(
    library: Library, without: Run, other: Run, how: str = "in virtual time"
) -> Iterator[str]:
    for name in sorted({*without.outcomes, *other.outcomes}):
        before, after = (run.outcomes.get(name, "not run") for run in (without, other))
        if before != after:
            reason = next((why for part, why in library.reasons.items() if part in name), "")
            yield f"- {library.name}: `{name}` {before}, {how} {after}: {reason or 'unexplained'}"


def _fetched(library: Library) -> tuple[Path, Path]:
    """The folder of a package's source, and that of what its tests import."""
    folder = CACHE / library.name
    packages = folder / "packages"
    if not list(folder.glob("*.tar.gz")):
        source_only = ("--no-deps", "--no-binary", ":all:", "--dest", str(folder))
        _pip("download", library.name, *source_only)
    archive = next(folder.glob("*.tar.gz"))
    source = folder / archive.name.removesuffix(".tar.gz")
    if not source.exists():
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
    if not packages.exists():
        _pip("install", "--target", str(packages), f"{library.name}=={_version(source)}")
        for need in library.needs:
            _pip("install", "--target", str(packages), need)
    return source, packages


def _version(source: Path) -> str:
    return source.name.rpartition("-")[2]


def _pip(*arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments],
        check=True,
    )


def _run(library: Library, source: Path, packages: Path, options: Sequence[str]) -> Run:
    results, loops = source.parent / "results.xml", source.parent / "loops"
    for each in (results, loops):
        each.unlink(missing_ok=True)
    # What is installed here comes first: its pytest is the one that is asked.
    paths = [str(REPOSITORY), str(source / "src"), str(source), str(packages)]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "MLINFRA_COUNT_LOOPS": str(loops),
    }
    command = [sys.executable, "-m", "pytest", library.tests, "-o", "addopts=", "-q"]
    # Unset, it is a warning, and some suites make errors of warnings.
    command += ["-o", "asyncio_default_fixture_loop_scope=function"]
    command += ["-p", "no:cacheprovider", f"--junitxml={results}", *library.options, *options]
    started = time.perf_counter()
    try:
        subprocess.run(
            command, cwd=source, env=environment, capture_output=True, check=False, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        return Run({}, PATIENCE)
    seconds = time.perf_counter() - started
    made = int(loops.read_text()) if loops.exists() else 0
    return Run(dict(_outcomes(results)), seconds, made)


def _outcomes(results: Path) -> Iterator[tuple[str, str]]:
    if not results.exists():
        return
    for case in ET.parse(results).iter("testcase"):  # noqa: S314 - pytest has written it
        ended = {child.tag for child in case} & {"failure", "error", "skipped"}
        name = f"{case.get('classname')}::{case.get('name')}"
        yield name, min(ended, default="passed")


if __name__ == "__main__":
    print(main(sys.argv[1:]))
