"""Running one test several times, from its set-up to its tear-down, and reporting it once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field

import pytest

from pytest_mlinfra.clock.exploration.loop import ExploringLoop
from pytest_mlinfra.clock.exploration.running import steady_random
from pytest_mlinfra.errors import CancellationError, TimeLimitError
from pytest_mlinfra.plugin.discovery import is_in_kata
from pytest_mlinfra.plugin.loops import latest_virtual_loop

Call = pytest.CallInfo[None]


@dataclass
class Run:
    """What came of one run.

    Attributes:
        setup: of setting up.
        teardown: of tearing down.
        call: of the test itself; None if the set-up failed.
        seconds: how long it took altogether, in real seconds.
    """

    setup: Call
    teardown: Call
    call: Call | None
    seconds: float = field(init=False)

    def __post_init__(self) -> None:
        self.seconds = sum(each.duration for each in self.calls)

    @property
    def calls(self) -> list[Call]:
        """All of it, in its order."""
        middle = [] if self.call is None else [self.call]
        return [self.setup, *middle, self.teardown]

    @property
    def failed(self) -> Call | None:
        """The first of them that ended with an error, or with a skip."""
        return next((each for each in self.calls if each.excinfo is not None), None)

    @property
    def error(self) -> BaseException | None:
        """What that ended with."""
        return self.failed.excinfo.value if self.failed and self.failed.excinfo else None


class StopRepeating(Exception):  # noqa: N818 - it says what to do, not what is wrong
    """A run whose outcome is that of the whole test, whatever the others would say.

    Attributes:
        run: that one.
    """

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run = run


class Repetition:
    """Runs an item again and again.

    Args:
        item: the test.
    """

    def __init__(self, item: pytest.Function) -> None:
        self.item = item
        self.seconds = 0.0
        self._has_run = False
        self._reraise: tuple[type[BaseException], ...] = (pytest.exit.Exception,)
        if not item.config.getoption("usepdb", False):
            self._reraise += (KeyboardInterrupt,)

    def once(self, around: Callable[[ExploringLoop, Callable[[], None]], None]) -> Run:
        """Set up, call and tear down.

        Args:
            around: calls what runs the test, given the loop that it runs on.

        Raises:
            StopRepeating: it ran into the limit of time.
        """
        item, hook = self.item, self.item.ihook
        if self._has_run:
            item._initrequest()  # noqa: SLF001 - as for every test that is run again
        self._has_run = True
        # Only what the last run has written is shown.
        item._report_sections.clear()  # noqa: SLF001 - likewise
        call = None
        with steady_random():
            setup = self._phase("setup", lambda: hook.pytest_runtest_setup(item=item))
            if setup.excinfo is None:

                def run_test() -> None:
                    hook.pytest_runtest_call(item=item)

                call = self._phase("call", lambda: around(self._loop(), run_test))
            # Whatever has a wider scope than the test stays for the next run.
            teardown = self._phase(
                "teardown", lambda: hook.pytest_runtest_teardown(item=item, nextitem=item.parent)
            )
        run = Run(setup, teardown, call)
        self.seconds += run.seconds
        if isinstance(run.error, TimeLimitError):
            raise StopRepeating(run)
        return run

    def report(self, run: Run, nextitem: pytest.Item | None) -> None:
        """Tear down what the next test does not need, and report `run` as the test's."""
        item, hook = self.item, self.item.ihook
        session = item.session
        if session.shouldfail or session.shouldstop:
            nextitem = None
        state = session._setupstate  # noqa: SLF001 - no hook tears down only what is wider
        capture = item.config.pluginmanager.getplugin("capturemanager")
        with capture.item_capture("teardown", item) if capture else nullcontext():
            wider = self._phase("teardown", lambda: state.teardown_exact(nextitem))
        if wider.excinfo is not None and run.teardown.excinfo is None:
            run.teardown = wider
        (run.call or run.setup).duration += self.seconds - run.seconds
        for call in run.calls:
            report = hook.pytest_runtest_makereport(item=item, call=call)
            error = call.excinfo.value if call.excinfo is not None else None
            if isinstance(error, CancellationError) and not is_in_kata(item):
                # It came from many runs, so there is no one traceback to show.
                report.longrepr = str(error)
            hook.pytest_runtest_logreport(report=report)
            if call.excinfo is not None and not (report.skipped or hasattr(report, "wasxfail")):
                hook.pytest_exception_interact(node=item, call=call, report=report)
        item._request = False  # type: ignore[assignment]  # noqa: SLF001 - as pytest does at last
        item.funcargs = None  # type: ignore[assignment]

    def failing(self, run: Run, error: BaseException) -> Run:
        """`run`, with `error` in the place of what it failed with."""
        failed = run.failed or run.call or run.setup

        def fail() -> None:
            __tracebackhide__ = True
            raise error

        failed.excinfo = self._phase(failed.when, fail).excinfo
        return run

    def _phase(self, when: str, action: Callable[[], object]) -> Call:
        return pytest.CallInfo.from_call(
            action, when=when, reraise=self._reraise  # type: ignore[arg-type]
        )

    def _loop(self) -> ExploringLoop:
        loop = latest_virtual_loop()
        if not isinstance(loop, ExploringLoop) or loop.is_closed():
            raise pytest.UsageError(
                f"{self.item.nodeid} does not run on the loop that it needs: another plugin or a "
                "conftest chose its loop in pytest_asyncio_loop_factories"
            )
        return loop
