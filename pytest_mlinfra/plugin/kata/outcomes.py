"""From pytest's reports to the results of graded items, attached to those reports."""

from __future__ import annotations

from collections.abc import Generator

import msgspec
import pytest

from pytest_mlinfra.errors import CourseError, MlinfraError
from pytest_mlinfra.grading.explain import explain, is_graders_fault
from pytest_mlinfra.grading.message import FallsShortError, Message
from pytest_mlinfra.grading.result import Item, ItemResult, Outcome, Sort
from pytest_mlinfra.plugin.fixtures import timeline_of
from pytest_mlinfra.plugin.kata.folder import KataFolder, kata_folder_of, name_in_kata
from pytest_mlinfra.plugin.kata.items import GradedItem, UncollectedItem
from pytest_mlinfra.plugin.markers import headline_of, marked_points, message_id
from pytest_mlinfra.runs.limits import hit_of

# Where a result travels on a report, as plain data: from a worker of pytest-xdist to
# the session, too.
_ATTRIBUTE = "mlinfra"
_FORESEEN = (FallsShortError, MlinfraError)


class Graded(msgspec.Struct, frozen=True):
    """A result and the folder of its kata."""

    result: ItemResult
    folder: str


def graded(report: pytest.TestReport) -> Graded | None:
    """The result that `report` carries, if it decides about a graded item."""
    data = getattr(report, _ATTRIBUTE, None)
    return None if data is None else msgspec.convert(data, Graded)


def planned_item(item: pytest.Item) -> Item | None:
    """What `item` is to grading; None if it belongs to no kata."""
    folder = kata_folder_of(item)
    if folder is None:
        return None
    sort = item.sort if isinstance(item, GradedItem) else Sort.TEST
    return Item(
        kata=folder.entry.id,
        name=name_in_kata(item, folder),
        sort=sort,
        max_points=_max_points(item, folder),
    )


def _max_points(item: pytest.Item, folder: KataFolder) -> float:
    if isinstance(item, GradedItem):
        return item.max_points
    marked = marked_points(item)
    if marked is not None:
        return marked
    # A learner's own tests earn nothing by themselves: what counts is what they find.
    manifest = folder.kata.manifest if folder.kata else None
    return manifest.points.test if manifest and manifest.suite is None else 0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what each item is worth where JUnit reports take it from."""
    for item in items:
        plan = planned_item(item)
        points = plan.max_points if plan is not None else marked_points(item)
        if plan is not None:
            item.user_properties.append(("kata", plan.kata))
        if points is not None:
            item.user_properties.append(("max_points", points))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Attach the result to the report that decides about it: the call's, or the first failure's."""
    report = yield
    folder = kata_folder_of(item)
    if folder is None or (report.when != "call" and report.passed):
        return report
    result = _result(item, folder, call, report)
    setattr(report, _ATTRIBUTE, msgspec.to_builtins(Graded(result, str(folder.path))))
    report.user_properties.append(("points", result.points))
    if result.message is not None:
        report.user_properties.append(("message_id", result.message.id))
        if call.excinfo is not None and isinstance(call.excinfo.value, _FORESEEN):
            # A traceback could only lead into the grader.
            report.longrepr = str(result.message)
        elif report.failed:
            report.sections.append(("what this means", str(result.message)))
    return report


def _result(
    item: pytest.Item, folder: KataFolder, call: pytest.CallInfo[None], report: pytest.TestReport
) -> ItemResult:
    plan = planned_item(item)
    assert plan is not None
    outcome, message = _outcome(item, folder, call, report)
    return ItemResult(
        item=plan,
        outcome=outcome,
        phase=_phase(item, report),
        message=message,
        seconds=report.duration,
    )


def _phase(item: pytest.Item, report: pytest.TestReport) -> str:
    """The phase of `report`; what could not even be collected has not come to be called."""
    return "setup" if isinstance(item, UncollectedItem) else report.when


def _outcome(
    item: pytest.Item, folder: KataFolder, call: pytest.CallInfo[None], report: pytest.TestReport
) -> tuple[Outcome, Message | None]:
    if hasattr(report, "wasxfail"):
        return Outcome.SKIPPED, _about_unproven(item, folder, "was marked as expected to fail")
    if report.skipped:
        if folder.is_untouched:
            return Outcome.PENDING, None
        if isinstance(item, GradedItem):
            reason = str(call.excinfo.value) if call.excinfo else ""
            return Outcome.NOT_CHECKED, Message(id="not-checked", headline=f"{reason}.")
        return Outcome.SKIPPED, _about_unproven(item, folder, "was skipped")
    if report.passed or call.excinfo is None:
        return Outcome.PASSED, None
    error = call.excinfo.value
    message = _explain(item, folder, error)
    if _is_written_by_learner(item, folder):
        return Outcome.FAILED, message
    if is_graders_fault(error, folder.answer_files, _phase(item, report)):
        return Outcome.GRADER_ERROR, message
    return Outcome.FAILED, message


def _about_unproven(item: pytest.Item, folder: KataFolder, how: str) -> Message | None:
    """What to say of a test of the course that ended without a proof; the rules judge others."""
    if _is_written_by_learner(item, folder):
        return None
    return Message(id="proves-nothing", headline=f"The test {how}: that proves nothing.")


def _is_written_by_learner(item: pytest.Item, folder: KataFolder) -> bool:
    """Whether `item` is a test of a learner's suite."""
    return not isinstance(item, GradedItem) and item.path in folder.answer_files


def _explain(item: pytest.Item, folder: KataFolder, error: BaseException) -> Message:
    if isinstance(error, CourseError):
        return Message(id="grader-error", headline=str(error))
    headline, name = headline_of(item), message_id(item)
    if _is_written_by_learner(item, folder):
        headline = f"{item.name} fails, but the program that it tests is correct."
        name = "red-on-reference"
    message = explain(error, folder.answer_files, headline, name)
    hit = hit_of(error, folder.limits) if folder.task is not None else None
    if hit is not None:
        message = msgspec.structs.replace(message, id=hit.limit, headline=f"The test {hit}.")
    seen = timeline_of(item)
    if not seen:
        return message
    evidence = "\n\n".join(part for part in (message.evidence, seen) if part)
    return msgspec.structs.replace(message, evidence=evidence)
