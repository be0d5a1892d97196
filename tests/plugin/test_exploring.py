"""The marker and the fixture `explore` in sessions of pytest."""

from __future__ import annotations

import re

import pytest

from repeated_session import configure

ACCOUNT = """
    import asyncio
    import pytest
    import pytest_asyncio

    class Account:
        def __init__(self):
            self.balance = 100

        async def withdraw(self, amount):
            if self.balance >= amount:
                await asyncio.sleep(0)
                self.balance -= amount

        async def withdraw_well(self, amount):
            if self.balance >= amount:
                self.balance -= amount
                await asyncio.sleep(0)

    async def later(work):
        for _ in range(3):
            await asyncio.sleep(0)
        await work
"""
RACE = f"""{ACCOUNT}
    @pytest.fixture
    def account():
        return Account()

    @pytest.mark.explore(seeds=20)
    async def test_overdrawn(account):
        await asyncio.gather(account.withdraw(80), later(account.withdraw(80)))
        assert account.balance >= 0
"""


@pytest.fixture(autouse=True)
def configuration(pytester: pytest.Pytester) -> None:
    configure(pytester)


def test_a_marked_test_with_a_race_fails_with_its_picture(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_bank=RACE)

    result = pytester.runpytest()

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E*RaceFoundError: AssertionError: assert -60 >= 0",
            "E*It passes in the usual order of steps, which nothing promises.",
            "E*is ready to go on, but*goes first:",
            "E*They share self.balance.",
            "E*Once more: pytest test_bank.py::test_overdrawn --mlinfra-schedule=withdraw.2@*",
        ]
    )
    lines = [line for line in result.outlines if line.startswith("E  ")]
    # The command is made to be copied, so it is never broken.
    assert max(len(line) for line in lines if "--mlinfra-schedule" not in line) <= 80


def test_the_option_that_a_failure_names_repeats_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_bank=RACE)
    command = next(
        line for line in pytester.runpytest().outlines if "Once more: pytest" in line
    ).split("pytest ")[1]

    result = pytester.runpytest(*command.split())

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E*The order that was asked for:", f"E*{command}"])


def test_the_plain_order_can_be_asked_for(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_bank=RACE)

    pytester.runpytest("--mlinfra-schedule=plain").assert_outcomes(passed=1)


def test_fixtures_of_a_test_are_made_for_every_run_and_wider_ones_once(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(f"""{ACCOUNT}
    made = []

    @pytest.fixture(scope="module")
    def wide():
        made.append("wide")
        yield
        made.append("wide is gone")

    @pytest_asyncio.fixture
    async def account(wide):
        made.append("account")
        yield Account()
        await asyncio.sleep(1)
        made.append("account is gone")

    @pytest.mark.explore(seeds=5)
    @pytest.mark.parametrize("amount", [10, 20])
    async def test_withdraw(account, amount):
        await asyncio.gather(account.withdraw_well(amount), account.withdraw_well(amount))
        assert account.balance == 100 - 2 * amount

    def test_counts():
        assert made.count("account") == made.count("account is gone") == 10
        assert made.count("wide") == 1

    def test_is_still_there(wide):
        assert "wide is gone" not in made
    """)

    pytester.runpytest("-p", "no:randomly").assert_outcomes(passed=4)


def test_every_run_has_a_loop_of_its_own_in_virtual_time(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import asyncio
        import pytest

        loops = []

        @pytest.mark.explore(seeds=4)
        async def test_sleeps(virtual_clock):
            loops.append(asyncio.get_running_loop())
            assert virtual_clock.now == 0
            await asyncio.sleep(3600)
            assert virtual_clock.now == 3600

        def test_loops():
            assert len(set(map(id, loops))) == 4
    """)

    pytester.runpytest().assert_outcomes(passed=2)


def test_servers_and_clients_are_explored_as_well(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import asyncio
        import pytest

        @pytest.mark.explore(seeds=8)
        async def test_requests(model_server, http_client, journal):
            url = f"{model_server.url}/predict"
            answers = await asyncio.gather(*(http_client.post(url, json=n) for n in range(3)))
            assert [each.json()["prediction"] for each in answers] == [0, 1, 2]
            assert len(journal) == 3
    """)

    pytester.runpytest().assert_outcomes(passed=1)


def test_only_what_the_failing_run_printed_is_shown(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        RACE.replace("assert account", "print('left', account.balance); assert account")
    )

    result = pytester.runpytest()

    assert [line for line in result.outlines if line.startswith("left")] == ["left -60"]


def test_a_test_that_fails_in_the_plain_order_fails_as_ever(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.explore
        async def test_wrong():
            assert 1 == 2
    """)

    result = pytester.runpytest()

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E*assert 1 == 2"])
    result.stdout.no_fnmatch_line("*RaceFoundError*")


def test_skips_and_expected_failures_stay_what_they_are(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(f"""{RACE}
    @pytest.mark.explore
    async def test_skipped():
        pytest.skip("not today")

    @pytest.mark.xfail(strict=True)
    @pytest.mark.explore
    async def test_expected(account):
        await asyncio.gather(account.withdraw(80), later(account.withdraw(80)))
        assert account.balance >= 0
    """)

    pytester.runpytest("-k", "not overdrawn").assert_outcomes(skipped=1, xfailed=1)


def test_a_failing_set_up_and_tear_down_are_reported(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.fixture
        def broken():
            raise ValueError("no set-up")

        @pytest.fixture
        def leaky():
            yield
            raise ValueError("no tear-down")

        @pytest.mark.explore
        async def test_one(broken):
            pass

        @pytest.mark.explore
        async def test_two(leaky):
            pass
    """)

    pytester.runpytest().assert_outcomes(errors=2, passed=1)


def test_it_works_in_workers_of_xdist(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_bank=RACE)

    result = pytester.runpytest("-n", "2")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E*RaceFoundError*"])


def test_it_works_in_strict_mode(pytester: pytest.Pytester) -> None:
    marker = "@pytest.mark.explore"
    pytester.makepyfile(RACE.replace(marker, f"@pytest.mark.asyncio\n    {marker}"))

    pytester.runpytest("--asyncio-mode=strict").assert_outcomes(failed=1)


def test_the_fixture_explores_a_part_of_any_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_bank=f"""{ACCOUNT}
    async def scenario(account):
        await asyncio.gather(account.withdraw(80), later(account.withdraw(80)))
        assert account.balance >= 0

    async def careful(account):
        await account.withdraw_well(80)

    def test_plain(explore):
        assert explore(careful, given=Account, seeds=5).runs == 5
        explore(scenario, given=Account)

    async def test_async(explore):
        explore(careful, given=Account, seeds=5)
        await asyncio.sleep(0)
    """)

    result = pytester.runpytest()

    result.assert_outcomes(failed=1, passed=1)
    # It was the second exploration of the test.
    result.stdout.fnmatch_lines(
        ["E*Once more: pytest test_bank.py::test_plain --mlinfra-schedule=2/withdraw.2@later.*"]
    )
    repeated = pytester.runpytest("-k", "plain", "--mlinfra-schedule=2/withdraw.2@later.4")
    # The first one is run once, in plain order.
    repeated.stdout.fnmatch_lines(["E*assert 1 == 5*"])


@pytest.mark.parametrize(
    ("test", "complaint"),
    [
        (
            "@pytest.mark.explore\ndef test_it(): pass",
            "explore is for async tests; another test asks for the fixture explore",
        ),
        (
            "@pytest.mark.explore(0)\nasync def test_it(): pass",
            "seeds=0 has to be a whole number from 1",
        ),
        (
            "@pytest.mark.explore(runs=5)\nasync def test_it(): pass",
            "takes seeds, jitter and nothing else",
        ),
        (
            "@pytest.mark.explore(jitter=-1)\nasync def test_it(): pass",
            "jitter=-1 has to be a number from 0",
        ),
        (
            "@pytest.mark.explore\n@pytest.mark.cancel_everywhere\nasync def test_it(): pass",
            "explore and cancel_everywhere cannot be combined; write two tests",
        ),
        (
            "@pytest.mark.explore\n@pytest.mark.asyncio(loop_scope='class')\nasync def test_it(): 0",
            "the test's loop scope has to be function, not class",
        ),
        (
            "import hypothesis as h\n@pytest.mark.explore\n@h.given(...)\nasync def test_it(n: int): 0",
            "explore cannot be combined with @given",
        ),
    ],
)
def test_markers_that_make_no_sense_are_refused(
    pytester: pytest.Pytester, test: str, complaint: str
) -> None:
    pytester.makepyfile(f"import pytest\n{test}\n")

    result = pytester.runpytest()

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert complaint in re.sub(r"\s+", " ", result.stderr.str())


def test_a_test_that_pytest_asyncio_does_not_run_is_refused(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("import pytest\n@pytest.mark.explore\nasync def test_it(): pass\n")

    result = pytester.runpytest("--asyncio-mode=strict")

    assert "mark it with asyncio, too, or set asyncio_mode = auto" in result.stderr.str()


def test_a_schedule_that_is_none_is_refused(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(): pass")

    result = pytester.runpytest("--mlinfra-schedule=nonsense")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "--mlinfra-schedule: 'nonsense' is no schedule" in result.stderr.str()


def test_a_loop_of_somebody_else_s_choosing_is_refused(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("""
        import asyncio

        def pytest_asyncio_loop_factories(config, item):
            return {"theirs": asyncio.new_event_loop}
    """)
    pytester.makepyfile("import pytest\n@pytest.mark.explore\nasync def test_it(): pass\n")

    result = pytester.runpytest()

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*chose its loop in pytest_asyncio_loop_factories*"])
