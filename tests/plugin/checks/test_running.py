from __future__ import annotations

import pytest

from checked_project import Configure


@pytest.fixture(autouse=True)
def _both(configure: Configure) -> None:
    configure('mlinfra_checks = ["blocking", "leaks"]')


def test_a_failure_tells_what_was_found_and_nothing_else(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import app

        async def test_app(virtual_clock):
            await app.careless()
            await app.forgetful()
    """)

    result = pytester.runpytest()

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*_ test_app _*",
            "blocking-call: time.sleep blocks the event loop for 0.5 s: nothing else runs *",
            "  app.py:6: sleep(0.5)",
            "  Instead: await asyncio.sleep(...)",
            "",
            "task-left-pending: The task sleep() is still pending at the end.",
            "  app.py:15: asyncio.create_task(asyncio.sleep(60))",
            "  Instead: await the task, or cancel it and await that; an asyncio.TaskGroup *",
            "*= short test summary info =*",
        ],
        consecutive=True,
    )


def test_a_failure_of_the_test_s_own_is_kept_and_what_was_found_stands_below(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile("""
        import app

        async def test_app(virtual_clock):
            await app.careless()
            await app.forgetful()
            assert virtual_clock.now == 0
    """)

    result = pytester.runpytest()

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E       *assert 0.5 == 0*",
            "*- what the checks found -*",
            "blocking-call: time.sleep blocks the event loop for 0.5 s: nothing else runs *",
        ]
    )
    # What a test that has failed half-way leaves behind says nothing.
    result.stdout.no_fnmatch_line("*task-left-pending*")


def test_a_test_that_fails_for_other_reasons_alone_is_left_as_it_is(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile("""
        import pytest

        async def test_fails():
            assert 1 == 2

        async def test_is_skipped():
            pytest.skip("another time")

        async def test_raises_nothing():
            with pytest.raises(ValueError):
                pass

        def test_is_not_asynchronous():
            pytest.fail("no")
    """)

    result = pytester.runpytest()

    result.assert_outcomes(failed=3, skipped=1)
    result.stdout.no_fnmatch_line("*what the checks found*")


def test_a_coroutine_that_is_taken_for_its_result_is_named(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import app

        async def test_app():
            assert app.fetch() == 1
    """)

    result = pytester.runpytest()

    result.stdout.fnmatch_lines(
        [
            "*assert <coroutine object fetch at *> == 1",
            "coroutine-never-awaited: fetch() was called and never awaited: nothing of it has run.",
            "  test_a_coroutine_*.py:4: assert app.fetch() == 1",
        ]
    )


def test_what_one_test_leaves_behind_does_not_reach_the_next(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import asyncio
        import gc
        import app
        import pytest

        pytestmark = pytest.mark.asyncio(loop_scope="module")

        async def test_first():
            await app.forgetful()
            app.fetch()

        async def test_second():
            gc.collect()
            assert asyncio.all_tasks() == {asyncio.current_task()}
    """)

    result = pytester.runpytest("-W", "error")

    result.assert_outcomes(failed=1, passed=1)


def test_a_call_that_is_not_made_fails_the_test_that_it_ends(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import asyncio
        import httpx

        async def test_alone(model_server):
            httpx.get(model_server.url)

        async def test_in_a_group(model_server):
            async def ask():
                httpx.get(model_server.url)

            async with asyncio.TaskGroup() as group:
                group.create_task(ask())

        async def test_whatever_catches_it(model_server):
            try:
                httpx.get(model_server.url)
            except BaseException:
                pass
    """)

    result = pytester.runpytest()

    result.assert_outcomes(failed=3)
    assert result.stdout.str().count("blocking-call: httpx.get blocks the event loop") >= 3
    result.stdout.no_fnmatch_line("*BlockingCallError*")


def test_a_connection_is_told_of_with_what_the_server_knows(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import asyncio

        async def test_app(model_server):
            port = int(model_server.url.rpartition(":")[2])
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /health HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n")
            await asyncio.sleep(0.01)
    """)

    result = pytester.runpytest()

    result.stdout.fnmatch_lines(
        [
            "connection-left-open: The connection to 127.0.0.1:* is still open when all is done.",
            "  test_*.py:5: _, writer = await asyncio.open_connection(*",
            "  the server still sees it open: model, last asked GET /health",
        ]
    )


def test_servers_and_clients_of_fixtures_are_their_own_business(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.parametrize("number", range(3))
        async def test_app(model_fleet, http_client, number):
            server = await model_fleet.start("resnet")
            assert (await http_client.get(f"{server.url}/health")).is_success
    """)

    pytester.runpytest("-W", "error").assert_outcomes(passed=3)


def test_tests_without_async_are_checked_as_well(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import asyncio
        import app

        def test_runs_a_loop():
            asyncio.run(app.careless())

        def test_forgets_to_await():
            app.fetch()

        def test_reads_a_file():
            assert app.load()
    """)

    pytester.runpytest().assert_outcomes(failed=2, passed=1)


def test_classes_of_tests_and_hypothesis_are_checked_as_well(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import unittest
        import app
        from hypothesis import given, settings, strategies

        class TestApp:
            async def test_method(self, virtual_clock):
                await app.careless()

        class AppTest(unittest.IsolatedAsyncioTestCase):
            async def test_case(self):
                app.fetch()

        @settings(max_examples=3)
        @given(strategies.integers())
        async def test_property(number):
            await app.forgetful()
    """)

    pytester.runpytest().assert_outcomes(failed=3)


def test_tests_of_anyio_s_plugin_are_checked_for_what_needs_no_loop(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile("""
        import app
        import pytest

        pytestmark = pytest.mark.anyio

        @pytest.fixture
        def anyio_backend():
            return "asyncio"

        async def test_blocks():
            await app.careless()

        async def test_is_fine():
            pass
    """)

    pytester.runpytest("-o", "asyncio_mode=strict").assert_outcomes(failed=1, passed=1)


def test_workers_of_xdist_check_as_well(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import app

        async def test_app(virtual_clock):
            await app.careless()
    """)

    result = pytester.runpytest_subprocess("-n", "1")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["blocking-call: time.sleep blocks the event loop for 0.5 s*"])


def test_asyncio_s_debug_mode_changes_nothing(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONASYNCIODEBUG", "1")
    pytester.makepyfile("""
        import app

        async def test_blocks(virtual_clock):
            await app.careless()

        async def test_leaves_a_task():
            await app.forgetful()

        async def test_is_fine():
            pass
    """)

    pytester.runpytest("-W", "error").assert_outcomes(failed=2, passed=1)
