"""The pytest node of one kata: a folder that knows what is graded in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Protocol

import pytest

from pytest_mlinfra.clock import BlockingCall
from pytest_mlinfra.errors import CourseError, SubjectError
from pytest_mlinfra.fleet.network import Network
from pytest_mlinfra.gates.registry import by_name, configuration_for, gates_of
from pytest_mlinfra.grading.result import Sort
from pytest_mlinfra.katas.library import BrokenKata, Course
from pytest_mlinfra.katas.model import Kata, Limits
from pytest_mlinfra.katas.paths import shown
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


class Answers(Protocol):
    """Whoever keeps the modules of answers in processes of their own."""

    @property
    def network(self) -> Network:
        """The network that the answers see."""
        ...

    def subjects(self, folder: KataFolder, subjects: Subjects) -> Subjects:
        """`subjects`, with its modules already imported there."""
        ...

    def review(self, folder: KataFolder) -> list[BlockingCall]:
        """What such a process says was left behind in the test that is ending."""
        ...


# In a session whose grading is split.
ANSWERS_KEY = pytest.StashKey[Answers]()


class KataFolder(pytest.Directory):
    """A folder with a `kata.toml`.

    Its tests are collected as anywhere else, but those that the learner writes come
    from the submission. After them come the rules for a suite, and the gates.
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
        folder = submission_folder(self.config)
        exercises = self.path.parent.parent
        if folder is None or folder.resolve() == exercises.resolve():
            return Submission(exercises, handed_in=False)
        return Submission(folder, handed_in=True)

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
        subjects = Subjects({path.stem: Source(path) for path in paths})
        answers = self.config.stash.get(ANSWERS_KEY, None)
        if answers is None or not subjects.sources or self.is_untouched:
            return subjects
        return answers.subjects(self, subjects)

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
            yield self.uncollected(self, "kata.toml", self.entry.error)
            return
        kata = self.entry
        yield from self._tests(kata)
        if self.config.getoption("--mlinfra-suite"):
            return
        try:
            yield from list(self._rules(kata))
        except CourseError as error:
            yield self.uncollected(self, "course", error)

    def _tests(self, kata: Kata) -> Iterator[pytest.Item | pytest.Collector]:
        for path in sorted(self.path.glob("test_*.py")):
            if path.name not in kata.manifest.write and not self._is_ignored(path):
                yield from self.ihook.pytest_collect_file(file_path=path, parent=self)
        for name in kata.manifest.write:
            path = self.submission.path(kata, name)
            if not path.is_file():
                text = f"{name} is not there; it was looked for at {shown(path)}"
                yield self.uncollected(self, name, SubjectError("missing-file", text))
            elif Path(name).match("test_*.py"):
                # Under the name that it has in the exercises, wherever it lies.
                yield pytest.Module.from_parent(self, path=path, nodeid=f"{self.nodeid}/{name}")

    def _is_ignored(self, path: Path) -> bool:
        ignored = self.ihook.pytest_ignore_collect(collection_path=path, config=self.config)
        return bool(ignored) and not self.session.isinitpath(path)

    def _rules(self, kata: Kata) -> Iterator[GradedItem]:
        points = kata.manifest.points
        if kata.manifest.suite is not None:
            suite = SuiteRules(kata, kata.manifest.suite, self.submission)
            for name, sort, rule in suite.rules():
                yield self.item(name, sort, rule, getattr(points, sort))
        further = self.config.hook.pytest_mlinfra_gates()
        gates = gates_of(kata, by_name(gate for group in further for gate in group))
        checks = GateRules(gates, self.answer_files, configuration_for(kata), [self.path])
        for name, rule in checks.rules():
            yield self.item(name, Sort.GATE, rule, points.gate)

    def item(self, name: str, sort: Sort, rule: Rule, max_points: float = 0) -> GradedItem:
        """An item of this kata."""
        item: GradedItem = GradedItem.from_parent(
            self, name=name, sort=sort, rule=rule, max_points=max_points
        )
        return item

    @staticmethod
    def uncollected(parent: pytest.Collector, name: str, error: Exception) -> UncollectedItem:
        """An item that fails with `error`, in place of what could not be collected."""
        item: UncollectedItem = UncollectedItem.from_parent(parent, name=name, error=error)
        return item


def kata_folder_of(node: pytest.Item | pytest.Collector) -> KataFolder | None:
    """The kata that `node` belongs to, if any."""
    return node.getparent(KataFolder)


def name_in_kata(item: pytest.Item, folder: KataFolder) -> str:
    """What tells `item` from the other items of its kata."""
    return item.nodeid.removeprefix(folder.nodeid).lstrip("/:")
