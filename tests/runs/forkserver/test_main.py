"""A module is run in a fork as ``python -m`` runs it."""

from __future__ import annotations

import pytest

from offences import Offences, job
from pytest_mlinfra.runs.forkserver.client import ForkServer


def test_gives_output_errors_and_exit_code(offences: Offences) -> None:
    ending = offences.commit("ends")

    assert (ending.exit_code, ending.output, ending.errors) == (3, "to output\n", "to errors\n")
    assert (ending.hits, ending.stack, ending.lost) == ((), (), False)


@pytest.mark.parametrize(
    ("command", "code", "errors"),
    [
        (("offenders", "gives_a_text_for_an_exit_code"), 1, "it did not go well\n"),
        (("offenders", "no_such_offender"), 1, "KeyError: 'no_such_offender'\n"),
        (("no_such_module",), 1, "No module named no_such_module\n"),
        (("offenders", "ends_by_a_signal"), -15, ""),
    ],
)
def test_ends_as_the_interpreter_would(
    server: ForkServer, command: tuple[str, ...], code: int, errors: str
) -> None:
    ending = server.ask(job(*command))

    assert ending.exit_code == code
    assert ending.errors.endswith(errors)


def test_runs_what_was_registered_for_the_end(offences: Offences) -> None:
    assert offences.commit("says_good_bye").output == "good-bye\n"
