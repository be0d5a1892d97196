"""Which loop a test runs on, and what is said where that makes no sense."""

from __future__ import annotations

import time

import pytest

from pytest_mlinfra.clock import real

SCOPES = ("function", "class", "module", "package", "session")
# Passes in virtual time and fails in real time, or the other way round.
BOTH = """
    import asyncio
    from pytest_mlinfra.clock import VirtualLoop

    def is_virtual():
        return isinstance(asyncio.get_running_loop(), VirtualLoop)
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """An empty project in auto mode, with a module `helper`."""
    pytester.makepyprojecttoml("""
        [tool.pytest]
        strict = true
        pythonpath = ["."]
        filterwarnings = ["error"]
        asyncio_mode = "auto"
        asyncio_default_fixture_loop_scope = "function"
    """)
    pytester.makepyfile(helper=BOTH)
    return pytester


# What nearly every session of this file can do without, and takes long to load.
_WITHOUT = [f"-pno:{name}" for name in ("cacheprovider", "hypothesispytest", "inline_snapshot")]


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Run pytest in this process; it has to leave no traces."""
    return project.runpytest_inprocess(*_WITHOUT, *arguments)


def test_a_test_runs_in_real_time_unless_it_asks(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import pytest
        from helper import is_virtual

        async def test_real():
            assert not is_virtual()

        async def test_by_its_fixture(virtual_clock):
            assert is_virtual()

        @pytest.fixture
        def indirect(virtual_clock):
            pass

        async def test_by_a_fixture_of_its_fixture(indirect):
            assert is_virtual()

        @pytest.mark.virtual_time
        async def test_by_its_mark():
            assert is_virtual()

        @pytest.mark.virtual_time(True)
        class TestClass:
            async def test_by_the_mark_of_its_class(self):
                assert is_virtual()

            @pytest.mark.virtual_time(enabled=False)
            async def test_the_closest_mark_decides(self):
                assert not is_virtual()

            def test_without_async_it_means_nothing(self):
                pass
    """)

    run(project).assert_outcomes(passed=7)


@pytest.mark.parametrize(("value", "virtual"), [("true", True), ("false", False)])
def test_a_whole_project_may_run_in_virtual_time(
    project: pytest.Pytester, value: str, virtual: bool
) -> None:
    project.makepyfile(f"""
        import time
        from time import sleep
        import pytest
        from helper import is_virtual

        async def test_all():
            assert is_virtual() is {virtual}

        class Stopwatch:
            def __init__(self, clock=time.monotonic):
                self.clock = clock

        async def test_time_follows_wherever_it_was_imported():
            assert (Stopwatch().clock() < 100) is {virtual}

        @pytest.mark.virtual_time(enabled=False)
        async def test_but_this():
            assert not is_virtual()
    """)

    run(project, "-o", f"mlinfra_virtual_time={value}").assert_outcomes(passed=3)


def test_a_bad_value_of_the_option_is_refused(project: pytest.Pytester) -> None:
    result = run(project, "-o", "mlinfra_virtual_time=sometimes")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: mlinfra_virtual_time has to be true or false*sometimes*"])


def test_so_is_one_of_another_type(project: pytest.Pytester) -> None:
    text = project.path.joinpath("pyproject.toml").read_text()
    project.path.joinpath("pyproject.toml").write_text(
        text.rstrip() + "\nmlinfra_virtual_time = 3\n"
    )
    result = run(project)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: mlinfra_virtual_time has to be true or false*"])


@pytest.mark.parametrize(
    "arguments", ["1", "'yes'", "True, False", "enabled='no'", "True, enabled=True", "on=True"]
)
def test_a_marker_that_makes_no_sense_is_refused(project: pytest.Pytester, arguments: str) -> None:
    project.makepyfile(f"""
        import pytest

        @pytest.mark.virtual_time({arguments})
        async def test_it():
            pass
    """)
    result = run(project)

    assert result.ret != 0
    result.stdout.fnmatch_lines([f"*test_it: virtual_time({arguments}) takes nothing, or True*"])
    result.stdout.no_fnmatch_line("*INTERNALERROR*")


def test_a_test_cannot_ask_for_the_clock_and_for_real_time(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import pytest

        @pytest.mark.virtual_time(enabled=False)
        async def test_it(virtual_clock):
            pass
    """)
    result = run(project)

    assert result.ret != 0
    result.stdout.fnmatch_lines(["*virtual_time(enabled=False) contradicts the fixture*"])


@pytest.mark.parametrize("mode", ["strict", "auto"])
@pytest.mark.parametrize("scope", SCOPES)
def test_every_mode_and_scope_of_pytest_asyncio(
    project: pytest.Pytester, mode: str, scope: str
) -> None:
    project.makepyfile(
        __init__="",
        test_it=f"""
            import asyncio
            import pytest
            import pytest_asyncio
            from helper import is_virtual

            pytestmark = pytest.mark.asyncio(loop_scope="{scope}")

            @pytest_asyncio.fixture(loop_scope="{scope}", scope="{scope}")
            async def started():
                assert is_virtual()
                await asyncio.sleep(1)
                yield asyncio.get_running_loop()
                await asyncio.sleep(1)

            @pytest.mark.virtual_time
            class TestAll:
                async def test_first(self, started):
                    assert asyncio.get_running_loop() is started

                async def test_second(self, started, virtual_clock):
                    with virtual_clock.elapsed() as elapsed:
                        await asyncio.sleep(3600)
                    assert elapsed.seconds == 3600

            @pytest.mark.virtual_time(enabled=False)
            async def test_real_time_among_them():
                assert not is_virtual()
        """,
    )

    run(project, f"--asyncio-mode={mode}").assert_outcomes(passed=3)


@pytest.mark.parametrize("scope", SCOPES)
def test_the_default_scopes_of_pytest_asyncio(project: pytest.Pytester, scope: str) -> None:
    project.makepyfile("""
        import asyncio
        from helper import is_virtual

        async def test_virtual(virtual_clock):
            await asyncio.sleep(3600)
            assert is_virtual()

        async def test_real():
            assert not is_virtual()

        async def test_virtual_again(virtual_clock):
            assert is_virtual()
    """)
    options = [f"asyncio_default_{each}_loop_scope={scope}" for each in ("test", "fixture")]

    run(project, "-o", options[0], "-o", options[1]).assert_outcomes(passed=3)


def test_hypothesis(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import asyncio
        import pytest
        from hypothesis import given, strategies

        @pytest.mark.virtual_time
        @given(seconds=strategies.floats(0, 1e6))
        async def test_any_sleep(seconds):
            loop = asyncio.get_running_loop()
            started = loop.time()
            await asyncio.sleep(seconds)
            assert loop.time() - started == pytest.approx(seconds, abs=1e-6)
    """)

    project.runpytest_inprocess().assert_outcomes(passed=1)


def test_many_processes(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import asyncio
        import pytest

        @pytest.mark.parametrize("number", range(6))
        async def test_sleeps(number, virtual_clock):
            await asyncio.sleep(3600)
            assert virtual_clock.now == 3600
    """)

    run(project, "-n", "2").assert_outcomes(passed=6)


def test_without_pytest_asyncio_nothing_happens(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(): pass")

    run(pytester, "-p", "no:asyncio", "-o", "mlinfra_virtual_time=true").assert_outcomes(passed=1)


def test_debug_mode(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import asyncio

        async def test_sleeps(virtual_clock, caplog):
            await asyncio.gather(asyncio.sleep(3600), asyncio.to_thread(sum, [1]))
            assert asyncio.get_running_loop().get_debug()
            assert "took" not in caplog.text
    """)

    run(project, "--asyncio-debug").assert_outcomes(passed=1)


class TestOtherLoops:
    """A conftest or another plugin may have chosen a loop before."""

    CONFTEST = """
        import asyncio

        class OtherLoop(asyncio.SelectorEventLoop):
            pass

        def pytest_asyncio_loop_factories(config, item):
            return {"other": OtherLoop}
    """

    def test_their_choice_is_kept(self, project: pytest.Pytester) -> None:
        project.makeconftest(self.CONFTEST)
        project.makepyfile("""
            import asyncio

            async def test_it():
                assert type(asyncio.get_running_loop()).__name__ == "OtherLoop"
        """)

        run(project).assert_outcomes(passed=1)

    @pytest.mark.parametrize("how", ["fixture", "marker", "option"])
    def test_it_is_an_error_where_time_has_to_be_virtual(
        self, project: pytest.Pytester, how: str
    ) -> None:
        project.makeconftest(self.CONFTEST)
        argument = "virtual_clock" if how == "fixture" else ""
        mark = "@pytest.mark.virtual_time" if how == "marker" else ""
        project.makepyfile(f"""
            import pytest

            {mark}
            async def test_it({argument}):
                pass
        """)
        result = run(project, "-o", f"mlinfra_virtual_time={str(how == 'option').lower()}")

        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines(
            ["*this test asks for virtual time, but the loop factory 'other' of a conftest*"]
        )

    def test_their_virtual_loops_will_do(self, project: pytest.Pytester) -> None:
        project.makeconftest("""
            from pytest_mlinfra.clock import VirtualLoop

            class MyLoop(VirtualLoop):
                pass

            def pytest_asyncio_loop_factories(config, item):
                return {"mine": MyLoop}
        """)
        project.makepyfile("""
            import asyncio

            async def test_it(virtual_clock):
                await asyncio.sleep(1)
                assert virtual_clock.now == 1
        """)

        run(project).assert_outcomes(passed=1)

    def test_they_may_leave_a_test_out(self, project: pytest.Pytester) -> None:
        project.makeconftest("""
            def pytest_asyncio_loop_factories(config, item):
                return None
        """)
        project.makepyfile("""
            async def test_it(virtual_clock):
                assert virtual_clock.now == 0
        """)

        run(project).assert_outcomes(passed=1)

    def test_a_choice_that_makes_no_sense_is_pytest_asyncio_s_to_refuse(
        self, project: pytest.Pytester
    ) -> None:
        project.makeconftest("""
            def pytest_asyncio_loop_factories(config, item):
                return {}
        """)
        project.makepyfile("""
            async def test_it(virtual_clock):
                pass
        """)
        result = run(project)

        assert result.ret != 0
        result.stdout.fnmatch_lines(["*must return a non-empty mapping*"])

    def test_a_policy_of_another_loop_does_not_matter(self, project: pytest.Pytester) -> None:
        project.makeconftest("""
            import asyncio
            import pytest

            class Policy(asyncio.DefaultEventLoopPolicy):
                def new_event_loop(self):
                    loop = super().new_event_loop()
                    loop.is_theirs = True
                    return loop

            @pytest.fixture(scope="session")
            def event_loop_policy():
                return Policy()
        """)
        project.makepyfile("""
            import asyncio

            async def test_virtual(virtual_clock):
                await asyncio.sleep(1)
                assert virtual_clock.now == 1

            async def test_real():
                assert asyncio.get_running_loop().is_theirs
        """)

        run(project, "-W", "ignore::pytest.PytestDeprecationWarning").assert_outcomes(passed=2)

    def test_loops_may_be_chosen_by_name(self, project: pytest.Pytester) -> None:
        project.makepyfile("""
            import asyncio
            import pytest
            from helper import is_virtual

            seen = []

            @pytest.mark.asyncio(loop_factories=["virtual", "asyncio"])
            async def test_both():
                seen.append(is_virtual())

            def test_they_were():
                assert seen == [True, False]
        """)

        run(project).assert_outcomes(passed=3)


class TestAnyio:
    """Tests of anyio's own plugin stay as they are."""

    def test_they_run_in_real_time(self, project: pytest.Pytester) -> None:
        project.makepyfile("""
            import anyio
            import pytest
            from helper import is_virtual

            pytestmark = pytest.mark.anyio

            @pytest.fixture
            def anyio_backend():
                return "asyncio"

            @pytest.fixture
            async def started(anyio_backend):
                await anyio.sleep(0.001)
                return 7

            async def test_it(started):
                assert started == 7
                assert not is_virtual()
        """)
        arguments = ("--asyncio-mode=strict", "-o", "mlinfra_virtual_time=true")

        run(project, *arguments).assert_outcomes(passed=1)

    def test_asking_for_virtual_time_there_says_how(self, project: pytest.Pytester) -> None:
        project.makepyfile("""
            import pytest

            @pytest.mark.anyio
            @pytest.mark.virtual_time
            async def test_it(anyio_backend):
                pass
        """)
        result = run(project, "--asyncio-mode=strict")

        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines(["*virtual_time is for tests of pytest-asyncio*anyio_backend*"])

    def test_anyio_takes_the_loop_from_its_backend(self, project: pytest.Pytester) -> None:
        project.makepyfile("""
            import anyio
            import pytest
            from pytest_mlinfra.clock import VirtualLoop

            @pytest.fixture
            def anyio_backend():
                return "asyncio", {"loop_factory": VirtualLoop}

            @pytest.mark.anyio
            async def test_it(virtual_clock):
                await anyio.sleep(3600)
                assert virtual_clock.now == 3600
        """)

        run(project, "--asyncio-mode=strict").assert_outcomes(passed=1)


def test_a_deadlock_is_shown_without_the_loop_s_own_lines(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import asyncio

        async def test_waits_for_ever(virtual_clock):
            await asyncio.Event().wait()
    """)
    result = run(project)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            ">*await asyncio.Event().wait()",
            "E *DeadlockError: at 0 s the only task waits for ever",
            "E *at test_a_deadlock_is_shown*.py:4: await as*",
            "E *waits for an Event that nobody sets",
        ]
    )
    result.stdout.no_fnmatch_line("*asyncio/*")
    result.stdout.no_fnmatch_line("*pytest_mlinfra/*")


def test_nothing_is_left_behind(project: pytest.Pytester) -> None:
    project.makepyfile("""
        async def test_it(virtual_clock):
            pass
    """)

    run(project).assert_outcomes(passed=1)
    assert time.sleep is real.sleep
