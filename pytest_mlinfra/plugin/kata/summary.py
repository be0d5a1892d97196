"""The end of a session: verdicts on the katas in the terminal, reports, and the exit code."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

import pytest

from pytest_mlinfra.grading.message import Message
from pytest_mlinfra.grading.report import Report, gather
from pytest_mlinfra.grading.result import ItemResult, Outcome, keep
from pytest_mlinfra.grading.verdict import Verdict, broken, judge
from pytest_mlinfra.katas.library import BrokenKata, Course
from pytest_mlinfra.katas.stub import is_untouched
from pytest_mlinfra.katas.submission import Submission
from pytest_mlinfra.places import shown
from pytest_mlinfra.plugin.kata.asked import Asking
from pytest_mlinfra.plugin.kata.outcomes import graded
from pytest_mlinfra.plugin.options import submission_folder

Render = Callable[[Report], str]


_NOT_RUN = Message(id="not-run", headline="Not run: the session stopped before it.")


def pytest_configure(config: pytest.Config) -> None:
    """Keep the results of katas; the workers of pytest-xdist leave that to their controller."""
    asking = Asking()
    config.pluginmanager.register(asking, "mlinfra-asking")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Summary(config, asking), "mlinfra-summary")


class Summary:
    """Collects results and says at the end what they amount to.

    Args:
        config: the session's.
        asking: knows what the session is to grade.
    """

    def __init__(self, config: pytest.Config, asking: Asking) -> None:
        self._config = config
        self._asking = asking
        self._folder = submission_folder(config)
        self._writers = _report_writers(config)
        self._results: dict[Path, dict[str, ItemResult]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the result that a report carries."""
        item = graded(report)
        if item is not None:
            keep(self._results.setdefault(Path(item.folder), {}), item.result)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the reports; a submission short of full marks is no success."""
        if not self._results:
            return
        report = self._report(list(self._verdicts))
        for path, render in self._writers:
            path.write_text(render(report), encoding="utf-8")
        if report.handed_in and report.falls_short and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show where each kata stands, one course after another."""
        if not self._results:
            return
        from pytest_mlinfra.reports.terminal import overview, render_lines  # noqa: PLC0415

        width = terminalreporter._tw.fullwidth  # noqa: SLF001 - pytest keeps it nowhere else
        courses = sorted({folder.parent.parent for folder in self._verdicts})
        for course in courses:
            where = f" of {shown(course)}" if len(courses) > 1 else ""
            terminalreporter.section(f"katas{where}")
            report = self._report([folder for folder in self._verdicts if course in folder.parents])
            lines = overview(report, width)
            terminalreporter.write(render_lines(lines, width=width, colour=False))

    def _report(self, folders: Sequence[Path]) -> Report:
        verdicts = [self._verdicts[folder] for folder in folders]
        handed_in = any(self._submission(folder).handed_in for folder in folders)
        return gather(verdicts, handed_in=handed_in)

    def _submission(self, folder: Path) -> Submission:
        """Whose files were graded for the kata in `folder`."""
        return Submission.at(self._folder, folder.parent.parent)

    @cached_property
    def _verdicts(self) -> dict[Path, Verdict]:
        """The verdicts by the folders of the katas.

        Of a kata in one's own exercises that the session never came to, nothing is said;
        in a submission, it counts.
        """
        asked = [each for each in self._asking.asked if self._submission(each).handed_in]
        return {folder: self._verdict(folder) for folder in dict.fromkeys([*self._results, *asked])}

    def _verdict(self, folder: Path) -> Verdict:
        course = Course(folder.parent.parent)
        entry = course.entry(f"{folder.parent.name}/{folder.name}")
        if isinstance(entry, BrokenKata):
            return broken(entry)
        submission = self._submission(folder)
        results = dict(self._results.get(folder, {}))
        asked = self._asking.asked.get(folder)
        for item in asked.items if asked is not None else ():
            not_run = ItemResult(item=item, outcome=Outcome.NOT_RUN, message=_NOT_RUN)
            # Once more at the end, so that all of them come to stand in their own order.
            results[item.name] = results.pop(item.name, not_run)
        return judge(
            entry,
            submission,
            list(results.values()),
            is_untouched=is_untouched(entry, submission),
            is_partial=asked is not None and asked.is_partial,
        )


def _report_writers(config: pytest.Config) -> list[tuple[Path, Render]]:
    """Where to write each report that was asked for, and how.

    Raises:
        pytest.UsageError: an option that is not FORMAT:FILE, a format nobody knows, or a
            file that cannot be written.
    """
    wanted = config.getoption("--mlinfra-report")
    if not wanted:
        return []
    from pytest_mlinfra.reports import json  # noqa: PLC0415 - only where one is asked for

    formats: dict[str, Render] = {"json": json.render}
    for further in config.hook.pytest_mlinfra_reports():
        formats |= further
    writers = []
    for option in wanted:
        name, separator, path = option.partition(":")
        if name not in formats or not separator or not path:
            raise pytest.UsageError(
                f"--mlinfra-report={option}: expected FORMAT:FILE, "
                f"where FORMAT is one of {', '.join(sorted(formats))}"
            )
        file = config.invocation_params.dir / path
        if file.is_dir() or not os.access(file.parent, os.W_OK):
            raise pytest.UsageError(f"--mlinfra-report={option}: {file} cannot be written")
        writers.append((file, formats[name]))
    return writers
