"""From pytest's reports to the results of graded items, attached to those reports."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Generator, Iterator

import msgspec
import pytest

from pytest_mlinfra.errors import CourseError, ExpectationError, MlinfraError
from pytest_mlinfra.grading.explain import explain, is_graders_fault
from pytest_mlinfra.grading.message import FallsShortError, Message
from pytest_mlinfra.grading.result import Item, ItemResult, Outcome, Sort
from pytest_mlinfra.plugin.failures import timeline_of
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
    if folder.kata is None or _is_written_by_learner(item, folder):
        # A learner's own tests earn nothing by themselves: what counts is what they find.
        return 0
    marked = marked_points(item)
    return folder.kata.manifest.points.test if marked is None else marked


def _is_written_by_learner(item: pytest.Item, folder: KataFolder) -> bool:
    """Whether `item` is a test of a learner's suite."""
    return not isinstance(item, GradedItem) and item.path in folder.answer_files


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what each item is worth where JUnit reports take it from."""
    for item in items:
        folder = kata_folder_of(item)
        plan = planned_item(item)
        points = plan.max_points if plan is not None else marked_points(item)
        if folder is not None and not _is_written_by_learner(item, folder):
            message_id(item)  # refuses one that makes no sense
        if plan is not None:
            item.user_properties.append(("kata", plan.kata))
        if points is not None:
            item.user_properties.append(("max_points", points))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Attach the result to the report that decides about it: the call's, or the first failure's."""
    with _without_garbage_collection():
        report = yield
    folder = kata_folder_of(item)
    if folder is None or (report.when != "call" and report.passed):
        return report
    result = _result(item, folder, call, report)
    setattr(report, _ATTRIBUTE, msgspec.to_builtins(Graded(result, str(folder.path))))
    _note(item, report, points=result.points)
    if result.message is not None:
        _note(item, report, message_id=result.message.id)
        if call.excinfo is not None and _is_foreseen(call.excinfo.value):
            # A traceback could only lead into the grader, and so do those that asyncio logs.
            report.longrepr = str(result.message)
            report.sections = [each for each in report.sections if "Captured log" not in each[0]]
        elif report.failed:
            report.sections.append(("what this means", str(result.message)))
    return report


@contextlib.contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Let nothing be destroyed while a traceback is being formatted.

    Python 3.11 parses source for that, and its parser does not stand to be called anew
    meanwhile: for the traceback of a task, say, that is destroyed with an exception
    which nobody fetched. The whole session would end in a `SystemError`.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _is_foreseen(error: BaseException) -> bool:
    """Whether the message alone says all that there is to say about `error`."""
    if isinstance(error, BaseExceptionGroup):
        return _is_foreseen(error.exceptions[0])
    return isinstance(error, _FORESEEN)


def _note(item: pytest.Item, report: pytest.TestReport, **properties: object) -> None:
    """Put `properties` on `report`, and on the later ones of `item`: JUnit reads the last."""
    for name, value in properties.items():
        for place in (item.user_properties, report.user_properties):
            place[:] = [(key, kept) for key, kept in place if key != name]
            place.append((name, value))


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
    if report.skipped and folder.is_untouched:
        return Outcome.PENDING, None
    if report.skipped and isinstance(item, GradedItem):
        reason = str(call.excinfo.value) if call.excinfo else ""
        return Outcome.NOT_CHECKED, Message(id="not-checked", headline=f"{reason}.")
    if report.skipped or hasattr(report, "wasxfail"):
        headline = f"{item.name} is skipped or expected to fail: that proves nothing."
        return Outcome.SKIPPED, Message(id="skipped-test", headline=headline)
    if report.passed or call.excinfo is None:
        return Outcome.PASSED, None
    error = call.excinfo.value
    message = _explain(item, folder, error)
    if _is_written_by_learner(item, folder):
        return Outcome.FAILED, message
    if is_graders_fault(error, folder.answer_files, _phase(item, report)):
        return Outcome.GRADER_ERROR, message
    return Outcome.FAILED, message


def _explain(item: pytest.Item, folder: KataFolder, error: BaseException) -> Message:
    if isinstance(error, CourseError):
        return Message(id="grader-error", headline=str(error))
    if isinstance(error, pytest.FixtureLookupError):
        error = LookupError(f"there is no fixture named {error.argname!r}")
    if _is_written_by_learner(item, folder):
        headline = f"{item.name} fails, but the program that it tests is correct."
        name: str | None = "red-on-reference"
    else:
        headline, name = headline_of(item), message_id(item)
    message = explain(error, folder.answer_files, headline, name)
    hit = hit_of(error, folder.limits) if folder.task is not None else None
    if hit is not None:
        message = msgspec.structs.replace(message, id=hit.limit, headline=f"The test {hit}.")
    if isinstance(error, ExpectationError):
        return message
    seen = timeline_of(item)
    if not seen:
        return message
    evidence = "\n\n".join(part for part in (message.evidence, seen) if part)
    return msgspec.structs.replace(message, evidence=evidence)
