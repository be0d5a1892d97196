"""The end of a session: verdicts on the katas in the terminal, reports, and the exit code."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import pytest

from pytest_mlinfra.grading.report import Report, gather
from pytest_mlinfra.grading.result import ItemResult, keep
from pytest_mlinfra.grading.verdict import Verdict, broken, judge
from pytest_mlinfra.katas.library import BrokenKata, Course
from pytest_mlinfra.katas.stub import is_untouched
from pytest_mlinfra.katas.submission import Submission
from pytest_mlinfra.plugin.kata.outcomes import graded
from pytest_mlinfra.plugin.options import submission_folder

Render = Callable[[Report], str]


def pytest_configure(config: pytest.Config) -> None:
    """Keep the results of katas; the workers of pytest-xdist leave that to their controller."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Summary(config), "mlinfra-summary")


class Summary:
    """Collects results and says at the end what they amount to."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._writers = _report_writers(config)
        self._results: dict[Path, dict[str, ItemResult]] = {}
        self._deselected = False

    def pytest_deselected(self) -> None:
        """Only a part of the katas is asked for."""
        self._deselected = True

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
        report = self._report
        for path, render in self._writers:
            path.write_text(render(report), encoding="utf-8")
        if report.handed_in and report.falls_short and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show where each kata stands."""
        if not self._results:
            return
        from pytest_mlinfra.reports.terminal import overview, render_lines  # noqa: PLC0415

        terminalreporter.section("katas")
        width = terminalreporter._tw.fullwidth  # noqa: SLF001 - pytest keeps it nowhere else
        terminalreporter.write(
            render_lines(overview(self._report, width), width=width, colour=False)
        )

    @cached_property
    def _report(self) -> Report:
        handed_in = submission_folder(self._config) is not None
        verdicts = [self._verdict(folder, results) for folder, results in self._results.items()]
        return gather(verdicts, handed_in=handed_in)

    def _verdict(self, folder: Path, results: dict[str, ItemResult]) -> Verdict:
        course = Course(folder.parent.parent)
        entry = course.entry(f"{folder.parent.name}/{folder.name}")
        if isinstance(entry, BrokenKata):
            return broken(entry)
        submission = Submission.of(course, submission_folder(self._config))
        return judge(
            entry,
            submission,
            list(results.values()),
            is_untouched=is_untouched(entry, submission),
            is_partial=self._deselected or _is_narrowed(self._config),
        )


def _is_narrowed(config: pytest.Config) -> bool:
    """Whether the command line asks for less than whole folders."""
    asked_for_less = bool(config.option.keyword or config.option.markexpr)
    return asked_for_less or any(not Path(arg).is_dir() for arg in config.args)


def _report_writers(config: pytest.Config) -> list[tuple[Path, Render]]:
    """Where to write each report that was asked for, and how.

    Raises:
        pytest.UsageError: an option that is not FORMAT:FILE, or a format nobody knows.
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
        writers.append((config.invocation_params.dir / path, formats[name]))
    return writers
