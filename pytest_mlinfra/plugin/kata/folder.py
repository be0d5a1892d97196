"""The pytest node of one kata: a folder that knows what is graded in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Protocol

import pytest

from pytest_mlinfra.errors import CourseError, SubjectError
from pytest_mlinfra.gates.registry import by_name, configuration_for, gates_of
from pytest_mlinfra.grading.result import ItemResult, Sort
from pytest_mlinfra.katas.library import BrokenKata, Course
from pytest_mlinfra.katas.manifest import FILE_NAME as MANIFEST
from pytest_mlinfra.katas.manifest import load_kata
from pytest_mlinfra.katas.model import Kata, Limits
from pytest_mlinfra.katas.own_tests import HIDDEN_FOLDER, hidden_files
from pytest_mlinfra.katas.stub import Stubs, is_untouched
from pytest_mlinfra.katas.subject import Source, Subjects
from pytest_mlinfra.katas.submission import Submission
from pytest_mlinfra.plugin.kata.gate_rules import GateRules
from pytest_mlinfra.plugin.kata.items import GradedItem, Rule, UncollectedItem
from pytest_mlinfra.plugin.kata.suite_rules import SuiteRules
from pytest_mlinfra.plugin.options import submission_folder
from pytest_mlinfra.runs.job import Task

# In a session that grades for the process that started it: what it is to grade.
TASK_KEY = pytest.StashKey[Task]()


class Answers(Protocol):
    """Whoever keeps the modules of answers in processes of their own."""

    def subjects(self, folder: KataFolder, subjects: Subjects) -> Subjects:
        """`subjects`, with its modules already imported there."""
        ...


# In a session whose grading is split.
ANSWERS_KEY = pytest.StashKey[Answers]()


class KataFolder(pytest.Directory):
    """A folder with a `kata.toml`.

    Its tests are collected as anywhere else, but those that the learner writes come
    from the submission. After them comes the `Rulebook`. A session with a task collects
    the part of all this that the task asks for.
    """

    _suite: SuiteRules | None = None

    @property
    def task(self) -> Task | None:
        """What the session was started to grade; None if nobody waits for its results."""
        return self.config.stash.get(TASK_KEY, None)

    @property
    def _only_plans(self) -> bool:
        return self.task is not None and self.task.part == "plan"

    @cached_property
    def entry(self) -> Kata | BrokenKata:
        """The kata, or what is wrong with it."""
        folder = self.path
        if self.task is not None:
            # Whoever set the task has looked at the whole course already.
            return load_kata(folder)
        return Course(folder.parent.parent).entry(f"{folder.parent.name}/{folder.name}")

    @property
    def kata(self) -> Kata | None:
        """The kata, if it is not broken."""
        return self.entry if isinstance(self.entry, Kata) else None

    @cached_property
    def submission(self) -> Submission:
        """Whose files are graded; for a mere plan, nobody's."""
        exercises = self.path.parent.parent
        if self._only_plans:
            return Stubs(exercises, handed_in=False)
        return Submission.at(submission_folder(self.config), exercises)

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
            program = self.task.program if self.task else None
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
        """What a run of the kata may use."""
        return self.kata.manifest.limits if self.kata else Limits()

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """The tests, then whatever else is graded; one failing item if the kata is broken."""
        if isinstance(self.entry, BrokenKata):
            yield self.uncollected(self, MANIFEST, self.entry.error)
            return
        kata, task = self.entry, self.task
        # With a task, learners' tests run in sessions of their own, one per program.
        is_suite = kata.manifest.suite is not None
        is_run = task is None or (task.program is not None) == is_suite
        if is_run and (task is None or task.part != "gates"):
            yield from self._tests(kata)
        if task is not None and task.program is not None:
            return
        yield Rulebook.from_parent(self, path=self.path / MANIFEST)

    def _tests(self, kata: Kata) -> Iterator[pytest.Item | pytest.Collector]:
        answers = dict(zip(kata.manifest.write, self.answer_files, strict=True))
        for name, path in answers.items():
            if not path.is_file() and not self._only_plans:
                yield self.uncollected(self, name, _missing(path))
        for path in sorted(self.path.glob("test_*.py")):
            if path.name not in answers and not self._is_ignored(path):
                yield from self.ihook.pytest_collect_file(file_path=path, parent=self)
        for path in hidden_files(kata) if self.config.getoption("--mlinfra-hidden") else ():
            nodeid = f"{self.nodeid}/{HIDDEN_FOLDER}/{path.name}"
            yield pytest.Module.from_parent(self, path=path, nodeid=nodeid)
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
        part = self.task.part if self.task else "all"
        points = kata.manifest.points
        if kata.manifest.suite is not None and part != "gates":
            self._suite = SuiteRules(kata, kata.manifest.suite, self.submission)
            for name, sort, rule in self._suite.rules():
                yield name, sort, rule, getattr(points, sort)
        if part == "tests":
            return
        further = self.config.hook.pytest_mlinfra_gates()
        gates = gates_of(kata, by_name(gate for group in further for gate in group))
        if gates:
            checks = GateRules(gates, self.answer_files, configuration_for(kata), [self.path])
            for name, rule in checks.rules():
                yield name, Sort.GATE, rule, points.gate

    @property
    def results_of_suite(self) -> tuple[ItemResult, ...]:
        """What became of the learner's own tests, if runs of their own have judged them."""
        return self._suite.results if self._suite is not None else ()

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
