"""The programs that a learner's suite is run against, and in which order its tests run."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from pytest_mlinfra.runs.job import Program
from pytest_mlinfra.suites.bugs import Bug
from pytest_mlinfra.suites.variants import Variant

# Names of programs.
REFERENCE = "reference"
COVERAGE = "coverage"
REVERSED = "order[reversed]"
SHUFFLED = "order[shuffled]"


def run_name(bug: Bug) -> str:
    """The name of the run of a suite against `bug`."""
    return f"bug[{bug.name}]"


class Programs:
    """The programs of one testing kata.

    Args:
        module: the module under test.
        bugs: what can be planted in it.
        variants: other correct programs.

    Attributes:
        reference: the module as it is.
    """

    def __init__(self, module: Path, bugs: Sequence[Bug], variants: Sequence[Variant]) -> None:
        self._module = str(module)
        self._bugs = bugs
        self._variants = variants
        self._text = module.read_text(encoding="utf-8")
        self.reference = Program(name=REFERENCE, module=self._module, text=self._text)

    def further(self, tests: Sequence[str]) -> Iterator[Program]:
        """What a suite with these `tests` is run against once it is green on the reference.

        Raises:
            BugError: a bug cannot be planted.
        """
        module, text = self._module, self._text
        # The same tests are always shuffled alike: a verdict must not change by itself.
        seed = zlib.crc32("\n".join(tests).encode())
        for variant in self._variants:
            yield Program(name=variant.run_name, module=module, text=variant.text)
        yield Program(name=REVERSED, module=module, text=text, order="reversed")
        yield Program(name=SHUFFLED, module=module, text=text, order="shuffled", seed=seed)
        for bug in self._bugs:
            yield Program(name=run_name(bug), module=module, text=bug.plant(text))
        yield Program(name=COVERAGE, module=module, text=text, measure=True)
        for test in tests:
            yield Program(name=f"alone[{test}]", module=module, text=text, only=test)
