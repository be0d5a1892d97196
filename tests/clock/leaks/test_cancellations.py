from __future__ import annotations

import asyncio
import contextlib
import textwrap
from pathlib import Path
from types import CodeType, FunctionType

import pytest

from pytest_mlinfra.clock import VirtualLoop
from pytest_mlinfra.clock.leaks.cancellations import swallowing_line
from pytest_mlinfra.clock.watching import watching


def code_of(path: Path, source: str, name: str) -> CodeType:
    """The code of a function of a new module."""
    path.write_text(textwrap.dedent(source))
    namespace: dict[str, object] = {}
    exec(compile(path.read_text(), str(path), "exec"), namespace)
    function = namespace[name]
    assert isinstance(function, FunctionType)
    return function.__code__


@pytest.mark.parametrize(
    "handler",
    ["except:", "except BaseException:", "except asyncio.CancelledError as error:",
     "except (ValueError, CancelledError):"],
)  # fmt: skip
def test_a_handler_that_does_not_raise_again_is_pointed_at(tmp_path: Path, handler: str) -> None:
    source = f"""
        async def work():
            try:
                await wait()
            {handler}
                pass
    """

    place = swallowing_line(code_of(tmp_path / "app.py", source, "work"))

    assert place is not None
    assert place.text == handler


def test_handlers_that_raise_again_or_catch_less_are_not(tmp_path: Path) -> None:
    source = """
        async def work():
            try:
                await wait()
            except BaseException:
                raise
            try:
                await wait()
            except Exception:
                pass
    """

    assert swallowing_line(code_of(tmp_path / "app.py", source, "work")) is None


def test_a_suppress_is_pointed_at(tmp_path: Path) -> None:
    source = """
        async def work():
            with contextlib.suppress(asyncio.CancelledError):
                await wait()
            with suppress(ValueError):
                await wait()
    """

    place = swallowing_line(code_of(tmp_path / "app.py", source, "work"))

    assert place is not None
    assert place.line == 3


def test_a_return_in_a_finally_is_pointed_at(tmp_path: Path) -> None:
    source = """
        async def work():
            try:
                await wait()
            finally:
                return 1
    """

    place = swallowing_line(code_of(tmp_path / "app.py", source, "work"))

    assert place is not None
    assert place.text == "return 1"


def test_a_handler_elsewhere_in_the_file_is_pointed_at_if_it_is_the_only_one(
    tmp_path: Path,
) -> None:
    source = """
        async def wait():
            try:
                await forever()
            except BaseException:
                pass

        async def work():
            await wait()
    """

    place = swallowing_line(code_of(tmp_path / "app.py", source, "work"))

    assert place is not None
    assert place.line == 5


def test_where_the_source_is_not_to_be_had_nothing_is_pointed_at() -> None:
    namespace: dict[str, object] = {}
    exec("async def work(): pass", namespace)
    function = namespace["work"]
    assert isinstance(function, FunctionType)

    assert swallowing_line(function.__code__) is None


def test_a_task_that_was_never_cancelled_may_catch_whatever_it_likes() -> None:
    async def careless() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            raise asyncio.CancelledError

    async def program() -> None:
        await asyncio.create_task(careless())

    with asyncio.Runner(loop_factory=VirtualLoop) as runner, watching(runner.get_loop()) as watch:
        runner.run(program())

    assert watch.findings == []


def test_a_task_that_failed_after_its_cancellation_has_not_swallowed_it() -> None:
    async def failing() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise LookupError("while cleaning up") from None

    async def program() -> None:
        task = asyncio.create_task(failing())
        await asyncio.sleep(0)
        task.cancel()
        with contextlib.suppress(LookupError):
            await task

    with asyncio.Runner(loop_factory=VirtualLoop) as runner, watching(runner.get_loop()) as watch:
        runner.run(program())

    assert watch.findings == []
