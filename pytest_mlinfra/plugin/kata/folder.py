"""The pytest node of one kata: a folder that knows what is graded in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

import pytest

from pytest_mlinfra.errors import CourseError, SubjectError
from pytest_mlinfra.gates.registry import by_name, configuration_for, gates_of
from pytest_mlinfra.grading.result import Sort
from pytest_mlinfra.katas.library import BrokenKata, Course
from pytest_mlinfra.katas.manifest import FILE_NAME as MANIFEST
from pytest_mlinfra.katas.model import Kata, Limits
from pytest_mlinfra.katas.stub import is_untouched
from pytest_mlinfra.katas.subject import Source, Subjects
from pytest_mlinfra.katas.submission import Submission
from pytest_mlinfra.plugin.kata.gate_rules import GateRules
from pytest_mlinfra.plugin.kata.items import GradedItem, Rule, UncollectedItem
from pytest_mlinfra.plugin.kata.suite_rules import SuiteRules
from pytest_mlinfra.plugin.options import submission_folder
from pytest_mlinfra.suites.request import Program

# In a process that runs a learner's suite: the program that it runs against.
PROGRAM_KEY = pytest.StashKey[Program]()


class KataFolder(pytest.Directory):
    """A folder with a `kata.toml`.

    Its tests are collected as anywhere else, but those that the learner writes come
    from the submission. After them comes the `Rulebook`.
    """

    @cached_property
    def entry(self) -> Kata | BrokenKata:
        """The kata, or what is wrong with it."""
        folder = self.path
        return Course(folder.parent.parent).entry(f"{folder.parent.name}/{folder.name}")

    @property
    def kata(self) -> Kata | None:
        """The kata, if it is not broken."""
        return self.entry if isinstance(self.entry, Kata) else None

    @cached_property
    def submission(self) -> Submission:
        """Whose files are graded."""
        return Submission.at(submission_folder(self.config), self.path.parent.parent)

    @cached_property
    def is_untouched(self) -> bool:
        """Whether the answer still says what the stub says."""
        return self.kata is not None and is_untouched(self.kata, self.submission)

    @cached_property
    def subjects(self) -> Subjects:
        """The modules that the tests import by their bare name."""
        kata = self.kata
        if kata is None:
            return Subjects({})
        if kata.manifest.suite is not None:
            module = self.path / kata.manifest.suite.module
            program = self.config.stash.get(PROGRAM_KEY, None)
            source = Source(module, program.text if program else None)
            return Subjects({module.stem: source}, stand_in=False)
        paths = [self.submission.path(kata, name) for name in kata.written_modules]
        return Subjects({path.stem: Source(path) for path in paths})

    @property
    def answer_files(self) -> tuple[Path, ...]:
        """The files that the learner wrote."""
        if self.kata is None:
            return ()
        return tuple(self.submission.path(self.kata, name) for name in self.kata.manifest.write)

    @property
    def limits(self) -> Limits:
        """The kata's limits of real time."""
        return self.kata.manifest.limits if self.kata else Limits()

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """The tests, then whatever else is graded; one failing item if the kata is broken."""
        if isinstance(self.entry, BrokenKata):
            yield self.uncollected(self, MANIFEST, self.entry.error)
            return
        kata = self.entry
        yield from self._tests(kata)
        if self.config.getoption("--mlinfra-suite"):
            return
        yield Rulebook.from_parent(self, path=self.path / MANIFEST)

    def _tests(self, kata: Kata) -> Iterator[pytest.Item | pytest.Collector]:
        answers = dict(zip(kata.manifest.write, self.answer_files, strict=True))
        for name, path in answers.items():
            if not path.is_file():
                yield self.uncollected(self, name, _missing(path))
        for path in sorted(self.path.glob("test_*.py")):
            if path.name not in answers and not self._is_ignored(path):
                yield from self.ihook.pytest_collect_file(file_path=path, parent=self)
        for name, path in answers.items():
            if path.is_file() and path.match("test_*.py"):
                # Under the name that it has in the exercises, wherever it lies.
                yield pytest.Module.from_parent(self, path=path, nodeid=f"{self.nodeid}/{name}")

    def _is_ignored(self, path: Path) -> bool:
        ignored = self.ihook.pytest_ignore_collect(collection_path=path, config=self.config)
        return bool(ignored) and not self.session.isinitpath(path)

    def rules(self, kata: Kata) -> Iterator[tuple[str, Sort, Rule, float]]:
        """What is graded besides tests: the name, the sort, the rule and the points of each.

        Raises:
            CourseError: the kata's own material for them cannot be used.
        """
        points = kata.manifest.points
        if kata.manifest.suite is not None:
            suite = SuiteRules(kata, kata.manifest.suite, self.submission)
            for name, sort, rule in suite.rules():
                yield name, sort, rule, getattr(points, sort)
        further = self.config.hook.pytest_mlinfra_gates()
        gates = gates_of(kata, by_name(gate for group in further for gate in group))
        if gates:
            checks = GateRules(gates, self.answer_files, configuration_for(kata), [self.path])
            for name, rule in checks.rules():
                yield name, Sort.GATE, rule, points.gate

    @staticmethod
    def uncollected(parent: pytest.Collector, name: str, error: Exception) -> UncollectedItem:
        """An item that fails with `error`, in place of what could not be collected."""
        item: UncollectedItem = UncollectedItem.from_parent(parent, name=name, error=error)
        return item


class Rulebook(pytest.File):
    """The `kata.toml` of a kata: collects, as items, what is graded besides tests.

    So a rule has a node id like ``exercises/async/030_model_health/kata.toml::ruff``, by
    which it can be asked for.
    """

    def collect(self) -> Iterable[pytest.Item]:
        """An item for each rule; one failing item if the kata's material cannot be used."""
        folder = kata_folder_of(self)
        assert folder is not None
        assert folder.kata is not None
        try:
            rules = list(folder.rules(folder.kata))
        except CourseError as error:
            yield folder.uncollected(self, "course", error)
            return
        for name, sort, rule, points in rules:
            yield GradedItem.from_parent(self, name=name, sort=sort, rule=rule, max_points=points)


def kata_folder_of(node: pytest.Item | pytest.Collector) -> KataFolder | None:
    """The kata that `node` belongs to, if any."""
    return node.getparent(KataFolder)


def name_in_kata(item: pytest.Item, folder: KataFolder) -> str:
    """What tells `item` from the other items of its kata."""
    name = item.nodeid.removeprefix(folder.nodeid).lstrip("/:")
    return name.removeprefix(f"{MANIFEST}::")


def _missing(path: Path) -> SubjectError:
    kind = "is a folder, not a file" if path.is_dir() else "is not there"
    return SubjectError("missing-file", f"{path.name} {kind}", path)
