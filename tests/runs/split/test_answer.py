"""What a test does with an answer in another process is what it would do with a module."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from pathlib import Path
from typing import Any

import httpx
import pytest

from answering import Answerer
from pytest_mlinfra.clock import time_limit
from pytest_mlinfra.errors import BrokenRuleError, MissingNameError, TimeLimitError
from pytest_mlinfra.fleet import Hang, Latency, ModelFleet
from pytest_mlinfra.katas.frames import innermost_place
from pytest_mlinfra.runs.split.launch import Zygote
from pytest_mlinfra.runs.split.rules import Rules
from pytest_mlinfra.runs.split.watching import RemoteWatch


def test_functions_are_called_and_classes_are_instantiated(answering: Answerer) -> None:
    module = answering("""
        class Model:
            kind = "linear"

            def __init__(self, name, *, version=1):
                self.name, self.version = name, version

            @classmethod
            def default(cls):
                return cls("default")

            def __len__(self):
                return 3

            def __getitem__(self, key):
                return key * 2

        class Better(Model):
            pass

        def add(a, b=2):
            return a + b
    """).module

    model = module.Better("resnet", version=2)
    model.version += 1

    assert module.add(1) == 3
    assert module.add(1, b=5) == 6
    assert (model.name, model.version, len(model), model[4]) == ("resnet", 3, 3, 8)
    assert module.Model.default().name == "default"
    assert module.Model.kind == "linear"
    assert isinstance(model, module.Better)
    assert isinstance(model, module.Model)
    assert not isinstance(module.Model("a"), module.Better)
    assert not callable(model)


def test_values_keep_their_types_and_their_identity(answering: Answerer) -> None:
    module = answering("""
        import collections, enum

        class Colour(enum.IntEnum):
            RED = 1

        CACHE = {"a": 1}

        def same(value):
            return value

        def shared():
            return CACHE

        def append(values):
            values.append(len(values))

        def odd():
            return collections.defaultdict(list, a=[1]), Colour.RED
    """).module
    values = [1, 1.0, True, None, "é\udc80", b"\x00", (1, [2]), {3}, {(1, 2): {"x": float("inf")}}]

    assert module.same(values) is values
    assert module.same((1, 1.0)) == (1, 1.0)
    assert type(module.same(1.0)) is float
    module.append(values)
    assert values[-1] == 9
    module.shared()["a"] = 2
    assert module.shared() == {"a": 2}
    mapping, colour = module.odd()
    assert (mapping, colour) == ({"a": [1]}, 1)
    assert type(mapping) is not dict
    assert type(colour) is not int


def test_an_error_keeps_its_kind_its_text_and_its_line(answering: Answerer) -> None:
    module = answering("""
        class TooFew(ValueError):
            def __init__(self, expected, found):
                super().__init__(f"expected {expected}, found {found}")
                self.expected = expected

        def check(values):
            raise TooFew(10, len(values))
    """).module

    with pytest.raises(ValueError, match="expected 10, found 2") as caught:
        module.check([1, 2])

    place = innermost_place(caught.value, [Path("/answers/answer.py")])
    assert type(caught.value).__name__ == "TooFew"
    assert caught.value.expected == 10  # type: ignore[attr-defined]
    assert place is not None
    assert (place.line, place.function) == (8, "check")


def test_no_code_of_an_answer_s_runs_among_the_tests(answering: Answerer) -> None:
    module = answering("""
        class Everything:
            def __eq__(self, other):
                return True

        class Text(str):
            def __eq__(self, other):
                return True
            __hash__ = str.__hash__

        def everything():
            return Everything()

        def text():
            return Text("wrong")
    """).module

    assert module.everything() != 42
    assert module.text() == "wrong"
    assert module.text() != "right"


def test_what_a_module_lacks_complains_when_it_is_used(answering: Answerer) -> None:
    module = answering("def one():\n    return 1\n").module

    missing = module.two

    with pytest.raises(MissingNameError, match=r"answer\.py does not define two"):
        missing()


@pytest.mark.parametrize(
    ("text", "message_id"),
    [
        ("def f(:\n", "syntax-error"),
        ("import nonexistent_module\n", "import-error"),
        ("import sys\nsys.exit(0)\n", "exits-on-import"),
        ("raise KeyError('x')\n", "fails-on-import"),
    ],
)
def test_an_answer_that_cannot_be_imported_says_why(
    answering: Answerer, text: str, message_id: str
) -> None:
    answer = answering(text).answer

    assert answer.failures["answer"].message_id == message_id


def test_modules_of_one_answer_import_each_other(answering: Answerer) -> None:
    answering_two = answering(
        "from helper import TWO\n\ndef four():\n    return TWO * 2\n", helper="TWO = 2\n"
    )

    assert answering_two.module.four() == 4


def test_both_sides_share_one_exact_time(answering: Answerer) -> None:
    async def test(module: Any) -> list[float]:
        loop = asyncio.get_running_loop()
        times = []
        for _ in range(10):
            await module.pause(0.1)
            times.append(loop.time())
        await asyncio.gather(module.pause(2), asyncio.sleep(1))
        return [*times, loop.time()]

    times = answering("""
        import asyncio

        async def pause(seconds):
            await asyncio.sleep(seconds)
    """).run(test)

    assert times == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 3.0]


def test_an_answer_reaches_the_fleet_and_the_fleet_sees_it(
    answering: Answerer, zygote: Zygote
) -> None:
    async def test(module: Any) -> None:
        loop = asyncio.get_running_loop()
        async with ModelFleet(network=zygote) as fleet:
            urls = [(await fleet.start(f"m{n}", Latency(0.5))).url for n in range(20)]
            assert await module.ask_all(urls) == [200] * 20
            assert loop.time() == 0.5
            assert fleet.journal.peak_in_flight == 20
            for url in urls:
                await module.ask_all([url])
            assert loop.time() == 10.5
            stuck = await fleet.start("stuck", Hang())
            with pytest.raises(httpx.ReadTimeout):
                await module.ask_all([stuck.url])
            assert loop.time() == 15.5
            with pytest.raises(httpx.ConnectError):
                await module.ask_all([fleet.unreachable_url()])

    answering("""
        import asyncio, httpx

        async def ask(url):
            async with httpx.AsyncClient(timeout=5, verify=False) as client:
                return (await client.get(f"{url}/health")).status_code

        async def ask_all(urls):
            return await asyncio.gather(*(ask(url) for url in urls))
    """).run(test)


def test_a_cancellation_passes_both_ways(answering: Answerer) -> None:
    async def test(module: Any) -> None:
        loop = asyncio.get_running_loop()
        task = asyncio.create_task(module.work(swallow=False))
        await asyncio.sleep(1)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        assert loop.time() == 1.5

        task = asyncio.create_task(module.work(swallow=True))
        await asyncio.sleep(1)
        task.cancel()
        assert await task == "went on"
        assert module.LOG == ["cleaned up", "cleaned up"]

        with pytest.raises(asyncio.CancelledError):
            await module.cancel_itself()

    answering("""
        import asyncio

        LOG = []

        async def work(swallow):
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                await asyncio.sleep(0.5)
                LOG.append("cleaned up")
                if not swallow:
                    raise
            return "went on"

        async def cancel_itself():
            asyncio.current_task().cancel()
            await asyncio.sleep(0)
    """).run(test)


def test_context_managers_and_generators_work_across(answering: Answerer) -> None:
    async def test(module: Any) -> None:
        loop = asyncio.get_running_loop()
        async with module.Client("a") as client:
            assert client.name == "a"
            assert await client.within(1) == "late"
            assert await client.within(5) == "in time"
        with pytest.raises(KeyError):
            async with module.Client("b"):
                raise KeyError("body")
        async with module.lease(3) as lease:
            assert lease == 3
        assert module.LOG == ["in", "out None", "in", "out KeyError", "leased", "returned"]
        started = loop.time()
        async with contextlib.aclosing(module.ticks()) as ticks:
            async for tick in ticks:
                if tick == 2:
                    break
        assert loop.time() - started == 1.5
        assert module.LOG[-1] == "closed"
        assert list(module.countdown(2)) == [2, 1]

    answering("""
        import asyncio, contextlib

        LOG = []

        class Client:
            def __init__(self, name):
                self.name = name

            async def __aenter__(self):
                LOG.append("in")
                # Both have to be entered and left by one and the same task.
                self._group = asyncio.TaskGroup()
                await self._group.__aenter__()
                return self

            async def __aexit__(self, kind, error, traceback):
                LOG.append(f"out {kind and kind.__name__}")
                await self._group.__aexit__(None, None, None)

            async def within(self, seconds):
                try:
                    async with asyncio.timeout(seconds):
                        await asyncio.sleep(2)
                except TimeoutError:
                    return "late"
                return "in time"

        @contextlib.asynccontextmanager
        async def lease(number):
            LOG.append("leased")
            try:
                yield number
            finally:
                LOG.append("returned")

        async def ticks():
            try:
                for tick in range(10):
                    await asyncio.sleep(0.5)
                    yield tick
            finally:
                LOG.append("closed")

        def countdown(start):
            while start:
                yield start
                start -= 1
    """).run(test)


def test_an_answer_calls_back(answering: Answerer) -> None:
    async def test(module: Any) -> None:
        heard: list[object] = []

        async def later(value: int) -> int:
            await asyncio.sleep(1)
            return value * 10

        def refuse(value: int) -> None:
            raise LookupError(value)

        assert await module.tell(heard.append, later) == [10, 20]
        assert heard == [1, 2]
        assert asyncio.get_running_loop().time() == 1.0
        assert inspect.iscoroutinefunction(module.tell)
        with pytest.raises(LookupError):
            await module.tell(refuse, later)

    answering("""
        import asyncio, inspect

        async def tell(now, later):
            assert inspect.iscoroutinefunction(later) and not inspect.iscoroutinefunction(now)
            for value in (1, 2):
                now(value)
            return list(await asyncio.gather(later(1), later(2)))
    """).run(test)


def test_asyncio_run_has_a_time_of_its_own_and_refuses_a_running_loop(
    answering: Answerer,
) -> None:
    started = answering("""
        import asyncio

        async def main():
            await asyncio.sleep(3600)
            return asyncio.get_running_loop().time()

        def run():
            return asyncio.run(main())
    """)

    async def test(module: Any) -> None:
        with pytest.raises(RuntimeError, match="running event loop"):
            module.run()

    assert [started.module.run(), started.module.run()] == [3600, 3600]
    started.run(test)


def test_there_is_no_loop_where_none_runs(answering: Answerer) -> None:
    module = answering("""
        import asyncio

        def run():
            asyncio.get_event_loop().run_until_complete(asyncio.sleep(1))
    """).module

    with pytest.raises(RuntimeError, match="no current event loop"):
        module.run()


def test_a_blocking_call_costs_time_and_is_told(answering: Answerer) -> None:
    started = answering("""
        import time

        async def block():
            time.sleep(2)
    """)

    async def test(module: Any) -> float:
        await module.block()
        return asyncio.get_running_loop().time()

    watch = RemoteWatch(started.answer)
    watch.start()
    assert started.run(test) == 2.0
    watch.stop()

    (found,) = watch.findings
    assert (found.id, str(found.place)) == ("blocking-call", "/answers/answer.py:5")


def test_after_an_answer_has_ended_its_process_the_next_test_gets_another(
    answering: Answerer,
) -> None:
    started = answering("""
        import os

        class Model:
            pass

        def leave():
            os._exit(0)

        def make():
            return Model()
    """)
    make, model = started.module.make, started.module.Model

    async def leaves(module: Any) -> None:
        with pytest.raises(BrokenRuleError, match="has ended") as caught:
            module.leave()
        assert caught.value.message_id == "ended-early"
        with pytest.raises(BrokenRuleError):
            module.make()

    async def goes_on(_module: Any) -> None:
        assert isinstance(make(), model)

    started.run(leaves)
    started.run(goes_on)


def test_an_answer_that_keeps_the_turn_is_ended(answering: Answerer) -> None:
    started = answering("def spin():\n    while True:\n        pass\n", Rules(turn_seconds=0.3))

    with pytest.raises(BrokenRuleError, match=r"kept the turn for 0\.3 s"):
        started.module.spin()


def test_an_answer_that_never_idles_is_ended_with_its_test(answering: Answerer) -> None:
    started = answering(
        """
        import asyncio

        async def spin():
            while True:
                await asyncio.sleep(0)

        async def rest():
            await asyncio.sleep(1)
        """,
    )

    async def test(module: Any) -> None:
        await module.spin()

    async def next_test(module: Any) -> None:
        await module.rest()

    with pytest.raises(TimeLimitError), time_limit(0.3):
        started.run(test)
    started.run(next_test)


def test_an_answer_that_lies_about_its_timers_is_ended(answering: Answerer) -> None:
    started = answering(
        """
        import asyncio

        async def lie():
            loop = asyncio.get_running_loop()
            loop._scheduled = [asyncio.TimerHandle(0.0, print, (), loop)]
            loop.leader.wait_for_turn = lambda due: type(loop.leader).wait_for_turn(loop.leader, 0)
            await loop.create_future()
        """,
        Rules(turns_at_one_moment=100),
    )

    async def test(module: Any) -> None:
        await module.lie()

    with pytest.raises(BrokenRuleError, match="had 101 turns at 0 s"):
        started.run(test)


def test_an_object_of_the_tests_is_not_handed_over(answering: Answerer) -> None:
    module = answering("def take(value):\n    return value\n").module

    with pytest.raises(Exception, match="a TestClient cannot be handed"):
        module.take(type("TestClient", (), {})())


def test_an_answer_cannot_look_into_what_it_was_given(answering: Answerer) -> None:
    module = answering("""
        def pry(callback):
            # The stand-in is the answer's own; only its name comes from the tests.
            return sorted(callback.__globals__) and callback.__globals__.get("SECRET")

        def ask(callback):
            peer = callback.__closure__[0].cell_contents
            return peer.get(1, "__globals__")
    """).module

    assert module.pry(lambda: None) is None
    with pytest.raises(BrokenRuleError, match="asked for Get"):
        module.ask(lambda: None)


SECRET = "the expected value"
