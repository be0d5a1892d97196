"""A loop that can end what it was asked to do, although it is not done."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Awaitable, Generator
from typing import TYPE_CHECKING, Any, TypeVar

from pytest_mlinfra.clock.unwinding import cancel, without_libraries

_Result = TypeVar("_Result")


class EndableLoop(asyncio.SelectorEventLoop):
    """A loop whose `run_until_complete` ends when nothing will ever bring it to its end."""

    if TYPE_CHECKING:
        # Asyncio's own, and declared nowhere.
        def _check_closed(self) -> None: ...
        def _check_running(self) -> None: ...

    def __init__(self, selector: selectors.BaseSelector) -> None:
        # What `run_until_complete` waits for, and why it will not come.
        self._main: asyncio.Future[Any] | None = None
        self._failure: Exception | None = None
        super().__init__(selector)

    def fail(self, error: Exception) -> None:
        """End what the loop was asked to do, with `error` as its outcome.

        Raises:
            Exception: `error` itself, if there is nothing that could still be ended.
        """
        if self._main is None or self._main.done() or self._failure:
            raise error
        self._failure = error
        # So that it cleans up, and the traceback leads to where it waits.
        cancel(self._main, self)

    def run_until_complete(
        self, future: Generator[Any, None, _Result] | Awaitable[_Result]
    ) -> _Result:
        """Run until `future` is done.

        Raises:
            DeadlockError: it will never be done. A task has been cancelled by then.
        """
        self._check_closed()
        self._check_running()
        main: asyncio.Future[_Result] = asyncio.ensure_future(future, loop=self)  # type: ignore[arg-type]
        if main is not future:
            # It never gets out of here, so nobody has to complain about it.
            main._log_destroy_pending = False  # type: ignore[attr-defined]  # noqa: SLF001
        self._main = main
        try:
            result = super().run_until_complete(main)
        except BaseException as error:
            if main is not future and main.done() and not main.cancelled():
                main.exception()
            failure = self._take_failure()
            if failure is None:
                raise
            cause = None if isinstance(error, asyncio.CancelledError) else error
            raise failure.with_traceback(without_libraries(error.__traceback__)) from cause
        finally:
            self._main = None
        failure = self._take_failure()
        if failure is not None:
            raise failure
        return result

    def _take_failure(self) -> Exception | None:
        failure, self._failure = self._failure, None
        return failure
