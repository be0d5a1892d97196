"""The marker and the fixture `cancel_everywhere` in sessions of pytest."""

from __future__ import annotations

import re

import pytest

from repeated_session import configure

LEDGER = """
    import asyncio
    import pytest

    class Ledger:
        def __init__(self):
            self.debit = self.credit = 0

        async def _sync(self):
            await asyncio.sleep(0.1)

        async def book_carelessly(self, amount):
            self.debit += amount
            await self._sync()
            self.credit += amount

        async def book(self, amount):
            await self._sync()
            self.debit += amount
            self.credit += amount

    @pytest.fixture
    def ledger():
        return Ledger()
"""
FAULT = f"""{LEDGER}
    @pytest.mark.cancel_everywhere(invariant=lambda ledger: ledger.debit == ledger.credit)
    async def test_books(ledger):
        await ledger.book_carelessly(10)
"""


@pytest.fixture(autouse=True)
def configuration(pytester: pytest.Pytester) -> None:
    configure(pytester)


def test_a_fault_fails_the_test_and_is_told_without_a_traceback(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_ledger=FAULT)

    result = pytester.runpytest()

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*_ test_books _*",
            "Cancelled at wait 1 of 1, when it begins to wait:",
            "",
            "  test_ledger.py:*: await ledger.book_carelessly(10)",
            "  test_ledger.py:*: await self._sync()",
            "  test_ledger.py:*: await asyncio.sleep(0.1)",
            "",
            "What is wrong afterwards:",
            "- something is half done: the invariant returned False",
            "",
            "Likewise at:",
            "  test_ledger.py:*: await asyncio.sleep(0.1) (1+)",
            "",
            "Once more: pytest test_ledger.py::test_books --mlinfra-cancel=1",
        ],
        consecutive=True,
    )


def test_the_option_that_a_failure_names_repeats_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_ledger=FAULT)

    result = pytester.runpytest("--mlinfra-cancel=1+")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["Cancelled at wait 1 of 1, when it is about to go on:"])


def test_code_that_bears_it_passes(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(FAULT.replace("ledger.book_carelessly", "ledger.book"))

    pytester.runpytest().assert_outcomes(passed=1)


def test_fixtures_are_made_for_every_run_and_torn_down(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import asyncio
        import pytest

        events = []

        @pytest.fixture
        async def resource():
            events.append("up")
            yield
            await asyncio.sleep(1)
            events.append("down")

        @pytest.mark.cancel_everywhere
        async def test_it(resource):
            await asyncio.sleep(1)
            await asyncio.sleep(1)

        def test_events():
            assert events == ["up", "down"] * 5
    """)

    pytester.runpytest().assert_outcomes(passed=2)


def test_a_tear_down_that_fails_after_a_cancellation_is_a_fault(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import asyncio
        import pytest

        @pytest.fixture
        def done():
            done = []
            yield done
            assert done == ["begun", "ended"]

        @pytest.mark.cancel_everywhere
        async def test_it(done):
            done.append("begun")
            await asyncio.sleep(1)
            done.append("ended")
    """)

    result = pytester.runpytest()

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["- tearing down fails: AssertionError: *"])


def test_requests_to_a_server_may_be_cancelled_anywhere(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import asyncio
        import httpx
        import pytest
        from pytest_mlinfra.fleet import Latency

        @pytest.mark.cancel_everywhere
        async def test_with_a_client_of_the_fixture(model_server, http_client):
            model_server.faults.append(Latency(0.1))
            urls = [f"{model_server.url}/health"] * 2
            await asyncio.gather(*map(http_client.get, urls))

        CONTEXT = httpx.create_ssl_context(verify=False)

        @pytest.mark.cancel_everywhere
        async def test_with_a_client_that_is_not_closed(model_server):
            client = httpx.AsyncClient(verify=CONTEXT, trust_env=False)
            await client.get(f"{model_server.url}/health")
            await client.aclose()
    """)

    result = pytester.runpytest()

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["- a connection to 127.0.0.1:* is still open"])


def test_code_that_cannot_be_cancelled_at_all_is_a_fault(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import asyncio
        import pytest

        @pytest.mark.cancel_everywhere
        async def test_it():
            is_asked = False
            while True:
                try:
                    await asyncio.sleep(0)
                except asyncio.CancelledError:
                    is_asked = True
                if not is_asked:
                    return

        def test_the_next_one_is_not_troubled():
            pass
    """)

    result = pytester.runpytest()

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*the cancellation is swallowed: the code goes on and does not*"])


def test_a_test_that_fails_without_a_cancellation_fails_as_ever(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.cancel_everywhere
        async def test_wrong():
            assert 1 == 2
    """)

    result = pytester.runpytest()

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E*assert 1 == 2"])


def test_an_invariant_may_be_async_and_ask_for_several_fixtures(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(f"""{LEDGER}
    async def holds(ledger, limit):
        await asyncio.sleep(1)
        return ledger.debit <= limit

    @pytest.fixture
    def limit():
        return 10

    @pytest.mark.cancel_everywhere(invariant=holds)
    async def test_books(ledger, limit):
        await ledger.book(10)

    @pytest.mark.cancel_everywhere(invariant=holds)
    async def test_asks_for_too_little(ledger):
        await ledger.book(10)
    """)

    result = pytester.runpytest()

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*the invariant asks for limit, which the test does not"])


def test_what_is_left_behind_is_found_in_tests_that_are_checked_for_leaks(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(test_left="""
        import asyncio
        import pytest

        @pytest.mark.checks("leaks")
        @pytest.mark.cancel_everywhere
        async def test_left():
            other = asyncio.create_task(asyncio.sleep(2))
            await asyncio.sleep(0)
            await other
    """)

    result = pytester.runpytest()

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "Cancelled at wait 1 of 2, when it begins to wait:",
            "What is wrong afterwards:",
            "- the task of sleep still runs",
        ]
    )


def test_it_works_in_workers_of_xdist(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_ledger=FAULT)

    result = pytester.runpytest("-n", "1")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["Cancelled at wait 1 of 1, when it begins to wait:"])


def test_the_fixture_cancels_a_part_of_any_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_ledger=f"""{LEDGER}
    async def book(ledger):
        await ledger.book_carelessly(10)

    def is_balanced(ledger):
        return ledger.debit == ledger.credit

    async def test_books(cancel_everywhere):
        cancel_everywhere(book, given=Ledger)
        cancel_everywhere(book, given=Ledger, invariant=is_balanced)
    """)

    result = pytester.runpytest()

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E*something is half done: is_balanced() returned False",
            "E*Once more: pytest test_ledger.py::test_books --mlinfra-cancel=2/1",
        ]
    )
    pytester.runpytest("--mlinfra-cancel=2/1+").assert_outcomes(failed=1)
    pytester.runpytest("--mlinfra-cancel=1/1+").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("marker", "complaint"),
    [
        ("cancel_everywhere(at_most=0)", "at_most=0 has to be a whole number from 1"),
        ("cancel_everywhere(only=3)", "only=3 has to be a module, its name, or a function"),
        ("cancel_everywhere(points=3)", "takes only, at_most, invariant and nothing else"),
    ],
)
def test_markers_that_make_no_sense_are_refused(
    pytester: pytest.Pytester, marker: str, complaint: str
) -> None:
    pytester.makepyfile(f"import pytest\n@pytest.mark.{marker}\nasync def test_it(): pass\n")

    result = pytester.runpytest()

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert complaint in re.sub(r"\s+", " ", result.stderr.str())


def test_a_module_in_which_nothing_is_awaited_fails_the_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import asyncio
        import pytest

        @pytest.mark.cancel_everywhere(only="json")
        async def test_it():
            await asyncio.sleep(0)
    """)

    result = pytester.runpytest()

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*only=json: the scenario never waits there*"])


def test_a_point_that_is_none_is_refused(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(): pass")

    result = pytester.runpytest("--mlinfra-cancel=nowhere")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "--mlinfra-cancel: 'nowhere' is no point to cancel at" in result.stderr.str()
