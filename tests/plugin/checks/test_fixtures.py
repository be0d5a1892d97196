from __future__ import annotations

import pytest

from checked_project import Configure


@pytest.fixture(autouse=True)
def _leaks(configure: Configure) -> None:
    configure('mlinfra_checks = ["leaks"]')


SERVICE = """
    import app
    import pytest
    import pytest_asyncio

    {fixture}

    async def test_service(service):
        await service.start()
"""
CLOSING = """
    @pytest_asyncio.fixture
    async def service():
        service = app.Service()
        yield service
        await service.stop()
"""
FORGETTING = """
    @pytest_asyncio.fixture
    async def service():
        yield app.Service()
"""
MAKING = """
    @pytest.fixture
    def service():
        return app.Service()
"""


def run(pytester: pytest.Pytester, fixture: str) -> pytest.RunResult:
    pytester.makepyfile(SERVICE.format(fixture=fixture))
    return pytester.runpytest("-W", "error")


def test_what_a_fixture_closes_is_not_left_open(pytester: pytest.Pytester) -> None:
    run(pytester, CLOSING).assert_outcomes(passed=1)


def test_what_a_fixture_could_have_closed_is_told_of_after_it(pytester: pytest.Pytester) -> None:
    result = run(pytester, FORGETTING)

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["*ERROR at teardown of test_service*", "task-left-pending: The task sleep() is still *"]
    )


def test_what_no_fixture_will_close_fails_the_test_itself(pytester: pytest.Pytester) -> None:
    run(pytester, MAKING).assert_outcomes(failed=1)


def test_a_finalizer_may_close_it_as_well(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest
        from concurrent.futures import ThreadPoolExecutor

        class Workers:
            def start(self):
                self.pool = ThreadPoolExecutor()

        @pytest.fixture
        def workers(request):
            workers = Workers()
            request.addfinalizer(lambda: workers.pool.shutdown())
            return workers

        def test_workers(workers):
            workers.start()
    """)

    pytester.runpytest().assert_outcomes(passed=1)


def test_so_may_the_teardown_of_a_class(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        from concurrent.futures import ThreadPoolExecutor

        class TestWorkers:
            def teardown_method(self):
                self.pool.shutdown()

            def test_workers(self):
                self.pool = ThreadPoolExecutor()
    """)

    pytester.runpytest().assert_outcomes(passed=1)


def test_what_a_fixture_makes_is_the_fixture_s(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import asyncio
        import pytest
        import pytest_asyncio
        from concurrent.futures import ThreadPoolExecutor

        @pytest.fixture(scope="session")
        def pool():
            with ThreadPoolExecutor() as pool:
                yield pool

        @pytest_asyncio.fixture
        async def task():
            task = asyncio.create_task(asyncio.sleep(60))
            yield task
            task.cancel()

        async def test_uses_them(pool, task):
            assert await asyncio.get_running_loop().run_in_executor(pool, abs, -1) == 1
    """)

    pytester.runpytest().assert_outcomes(passed=1)


def test_on_a_loop_of_the_whole_module_it_is_told_of_after_the_test(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile("""
        import app
        import pytest
        import pytest_asyncio

        pytestmark = pytest.mark.asyncio(loop_scope="module")

        @pytest_asyncio.fixture(loop_scope="module")
        async def service():
            yield app.Service()

        async def test_service(service):
            await service.start()

        async def test_nothing():
            pass
    """)

    pytester.runpytest().assert_outcomes(passed=2, errors=1)
