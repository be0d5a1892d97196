from __future__ import annotations

import pytest

from checked_project import Configure
from pytest_mlinfra.plugin.checks.telling import message_ids

TEST = """
import pytest, app

{marker}
async def test_app(virtual_clock):
    await app.{function}()
"""
BOTH = 'mlinfra_checks = ["blocking", "leaks"]'


def outcome(
    pytester: pytest.Pytester, function: str = "careless", marker: str = ""
) -> pytest.RunResult:
    pytester.makepyfile(TEST.format(marker=marker, function=function))
    return pytester.runpytest()


@pytest.mark.parametrize("function", ["careless", "forgetful"])
def test_nothing_is_checked_unless_it_is_asked_for(
    pytester: pytest.Pytester, configure: Configure, function: str
) -> None:
    configure()

    outcome(pytester, function).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("checks", "careless", "forgetful"),
    [
        ('["blocking"]', "failed", "passed"),
        ('["leaks"]', "passed", "failed"),
        ('["blocking", "leaks"]', "failed", "failed"),
        ('["none"]', "passed", "passed"),
        ("[]", "passed", "passed"),
    ],
)
def test_the_configuration_switches_checks_on(
    pytester: pytest.Pytester, configure: Configure, checks: str, careless: str, forgetful: str
) -> None:
    configure(f"mlinfra_checks = {checks}")

    outcome(pytester, "careless").assert_outcomes(**{careless: 1})
    outcome(pytester, "forgetful").assert_outcomes(**{forgetful: 1})


def test_an_ini_file_may_do_so_as_well(pytester: pytest.Pytester) -> None:
    pytester.makeini("""
        [pytest]
        asyncio_mode = auto
        asyncio_default_fixture_loop_scope = function
        mlinfra_checks = blocking leaks
    """)

    outcome(pytester).assert_outcomes(failed=1)


def test_a_marker_says_what_a_test_is_checked_for(
    pytester: pytest.Pytester, configure: Configure
) -> None:
    configure()
    expected = {
        "'blocking'": "failed",
        "'leaks', 'blocking'": "failed",
        "'leaks'": "passed",
        "'none'": "passed",
        "'blocking', allow=['time.sleep']": "passed",
        "'blocking', allow=['careless']": "passed",
        "'blocking', allow=['app.careless']": "passed",
        "'blocking', allow=['blocking-call']": "passed",
        "'blocking', allow=['open']": "failed",
    }
    tests = [
        f"@pytest.mark.checks({arguments})\nasync def test_{number}(virtual_clock):\n"
        "    await app.careless()\n"
        for number, arguments in enumerate(expected)
    ]
    pytester.makepyfile("\n".join(["import pytest, app", *tests]))

    reports = pytester.inline_run().getreports("pytest_runtest_logreport")

    outcomes = [each.outcome for each in reports if each.when == "call"]
    assert dict(zip(expected, outcomes, strict=True)) == expected


def test_a_marker_takes_the_place_of_the_configuration(
    pytester: pytest.Pytester, configure: Configure
) -> None:
    configure(BOTH)

    outcome(pytester, marker="@pytest.mark.checks('leaks')").assert_outcomes(passed=1)


def test_a_marker_that_only_allows_keeps_the_checks_of_the_configuration(
    pytester: pytest.Pytester, configure: Configure
) -> None:
    configure(BOTH)
    marker = "@pytest.mark.checks(allow=['time.sleep'])"

    outcome(pytester, marker=marker).assert_outcomes(passed=1)
    outcome(pytester, "forgetful", marker=marker).assert_outcomes(failed=1)


def test_what_a_module_allows_and_what_a_test_allows_add_up(
    pytester: pytest.Pytester, configure: Configure
) -> None:
    configure(BOTH)
    pytester.makepyfile("""
        import pytest, app

        pytestmark = pytest.mark.checks(allow=["task-left-pending"])

        @pytest.mark.checks(allow=["time.sleep"])
        async def test_app(virtual_clock):
            await app.careless()
            await app.forgetful()
    """)

    pytester.runpytest().assert_outcomes(passed=1)


def test_the_configuration_may_allow_for_every_test(
    pytester: pytest.Pytester, configure: Configure
) -> None:
    configure(BOTH, 'mlinfra_allow = ["time.sleep", "task-left-pending"]')

    outcome(pytester, "careless").assert_outcomes(passed=1)
    outcome(pytester, "forgetful").assert_outcomes(passed=1)


def test_how_long_a_step_may_compute_is_configured(
    pytester: pytest.Pytester, configure: Configure
) -> None:
    test = """
        import time

        async def test_app():
            end = time.thread_time() + 0.25
            while time.thread_time() < end:
                pass
    """
    pytester.makepyfile(test)
    configure(BOTH)
    pytester.runpytest().assert_outcomes(failed=1)

    configure(BOTH, "mlinfra_cpu_seconds = 5.0")
    pytester.runpytest().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            'mlinfra_checks = ["leak"]',
            "mlinfra_checks: 'leak' is no check; there are blocking, leaks, none",
        ),
        (
            'mlinfra_allow = ["client-open"]',
            "mlinfra_allow: 'client-open' is neither a function nor the id of a message; those are "
            + ", ".join(message_ids()),
        ),
        (
            "mlinfra_cpu_seconds = 'fast'",
            "mlinfra_cpu_seconds has to be a number (",
        ),
        (
            "mlinfra_cpu_seconds = 0.0",
            "mlinfra_cpu_seconds: 0 has to be a number of seconds above 0",
        ),
    ],
)
def test_settings_that_make_no_sense_are_refused(
    pytester: pytest.Pytester, configure: Configure, line: str, message: str
) -> None:
    configure(line)

    result = outcome(pytester)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert f"ERROR: {message}" in result.stderr.str()


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        ("checks('leek')", "checks(…): 'leek' is no check; there are blocking, leaks, none"),
        ("checks()", "checks() has to name checks or what is allowed, as in checks('blocking'"),
        ("checks(permit=['open'])", "checks(permit=…) has to name checks or what is allowed"),
        ("checks(allow='open')", "checks(allow=…) has to name checks or what is allowed"),
        ("checks(allow=3)", "checks(allow=…) has to name checks or what is allowed"),
        ("checks(allow=[3])", "checks(allow=…): 3 is neither a function nor the id of a message"),
    ],
)
def test_markers_that_make_no_sense_are_refused(
    pytester: pytest.Pytester, configure: Configure, marker: str, message: str
) -> None:
    configure()

    result = outcome(pytester, marker=f"@pytest.mark.{marker}")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert f"test_markers_that_make_no_sense_are_refused.py::test_app: {message}" in (
        result.stderr.str() + result.stdout.str()
    )
