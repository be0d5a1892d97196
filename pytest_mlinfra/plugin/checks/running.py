"""Watching a test while it runs, and telling what was found when it has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from pytest_mlinfra.errors import BlockingCallError, TimeLimitError
from pytest_mlinfra.plugin.checks.fixtures import do_late_work, has_helpers, work_late
from pytest_mlinfra.plugin.checks.settings import (
    BLOCKING,
    LEAKS,
    LEAKS_ELSEWHERE_KEY,
    WATCH_KEY,
    Checks,
    checks_of,
)
from pytest_mlinfra.plugin.checks.telling import text_of
from pytest_mlinfra.plugin.fixtures import held_connections_of

if TYPE_CHECKING:
    from pytest_mlinfra.clock.finding import Finding
    from pytest_mlinfra.clock.leaks import SeenConnection
    from pytest_mlinfra.clock.watching import Watch

# After these nobody asks what the test has left behind.
_STOPS = (KeyboardInterrupt, pytest.exit.Exception)
_explanation_key = pytest.StashKey[str]()
_uninstall_key = pytest.StashKey[list[Callable[[], None]]]()


def pytest_configure(config: pytest.Config) -> None:
    """Have blocking calls watched before the code under test is imported."""
    if BLOCKING in config.getini("mlinfra_checks"):
        watch_blocking_calls(config)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Have blocking calls watched, too, if just some test asks for it."""
    every = map(checks_of, session.items)
    if any(checks is not None and BLOCKING in checks.names for checks in every):
        watch_blocking_calls(session.config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind in the interpreter."""
    for uninstall in config.stash.get(_uninstall_key, []):
        uninstall()


def watch_blocking_calls(config: pytest.Config) -> None:
    """Put in place what notices blocking calls, until the session ends."""
    from pytest_mlinfra.clock import blocking  # noqa: PLC0415 - only when it is used

    # A session within a session leaves that to the outer one.
    if blocking.install():
        config.stash[_uninstall_key] = [blocking.uninstall]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Watch the test, and let it fail for what it did or for what it left behind."""
    checks = checks_of(item)
    if checks is None:
        return (yield)
    # Nothing of an earlier attempt, if a plugin tries again what has failed.
    item.stash[_explanation_key] = ""
    checked = CheckedTest(item, checks, _watch_for(item, checks))
    checked.watch.start()
    try:
        try:
            result = yield
        finally:
            checked.watch.stop()
    except _STOPS:
        raise
    except BaseException as failure:
        checked.failed(failure)
        raise
    checked.ended()
    return result


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """Examine what fixtures might have closed, if there was no better moment for it."""
    result = yield
    do_late_work(item)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show with a failure what was found that may explain it."""
    report = yield
    explanation = item.stash.get(_explanation_key, "")
    if call.when == "call" and explanation:
        report.sections.append(("what the checks found", explanation))
    return report


@dataclass
class CheckedTest:
    """A test that is watched.

    Attributes:
        item: the test.
        checks: what is looked for.
        watch: what looks.
    """

    item: pytest.Item
    checks: Checks
    watch: Watch

    def ended(self) -> None:
        """Let a test that has passed fail if anything was found.

        If a fixture may close what the test has opened, that is waited for.

        Raises:
            BaseException: something was found; which error it is, the checks say.
        """
        if self.watch.findings or not has_helpers(self.item):
            self._examine()
        else:
            work_late(self.item, self._examine)

    def failed(self, failure: BaseException) -> None:
        """Say of a test that has failed why that may be, and clean up after it.

        Raises:
            BaseException: what was found is told instead of the failure.
        """
        self.watch.examine()
        if isinstance(failure, pytest.skip.Exception):
            return
        causes = [each for each in self.watch.findings if _explains(each, failure)]
        if not causes:
            return
        if _is_ours(failure):
            raise self.checks.error(causes) from None
        if self.checks.replaces_failures:
            raise self.checks.error(causes) from failure
        self.item.stash[_explanation_key] = text_of(causes)

    def _examine(self) -> None:
        self.watch.examine()
        if self.watch.findings:
            raise self.checks.error(self.watch.findings)


def _watch_for(item: pytest.Item, checks: Checks) -> Watch:
    from pytest_mlinfra.clock.leaks import SeenConnection  # noqa: PLC0415 - only when used
    from pytest_mlinfra.clock.watching import Watch  # noqa: PLC0415 - likewise

    def servers() -> Iterator[SeenConnection]:
        for client, description in held_connections_of(item).items():
            yield SeenConnection(client, description)

    return item.stash.get(WATCH_KEY, Watch)(
        _loop_of(item),
        blame=checks.blame,
        blocking=BLOCKING in checks.names,
        leaks=LEAKS in checks.names and not item.stash.get(LEAKS_ELSEWHERE_KEY, False),
        allow=checks.allow,
        cpu_seconds=checks.cpu_seconds,
        servers=servers,
    )


def _loop_of(item: pytest.Item) -> asyncio.AbstractEventLoop | None:
    """The loop that `item` will run on, if pytest-asyncio has made it one."""
    fixtures = getattr(item, "funcargs", {})
    runners = [value for value in fixtures.values() if isinstance(value, asyncio.Runner)]
    return runners[0].get_loop() if runners else None


def _explains(finding: Finding, failure: BaseException) -> bool:
    """Whether it is likely that a test fails with `failure` because of `finding`."""
    from pytest_mlinfra.clock.blocking.watch import CPU_HOG  # noqa: PLC0415 - when one watches

    if isinstance(failure, TimeLimitError) and finding.id == CPU_HOG:
        # What never ends holds the loop as well, and how long it does is for others to say.
        return False
    # Whoever takes a coroutine for its result is told that it is one.
    is_of_coroutine = finding.id.startswith("coroutine-") and "coroutine" in str(failure)
    return finding.explains_failure or is_of_coroutine


def _is_ours(failure: BaseException) -> bool:
    """Whether a test failed only because a call of it was not made."""
    if isinstance(failure, BaseExceptionGroup):
        return any(map(_is_ours, failure.exceptions))
    return isinstance(failure, BlockingCallError)
