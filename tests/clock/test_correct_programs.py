"""Nothing is found in programs that are correct, whatever they are made of."""

from __future__ import annotations

import pytest

from checked_cases import SETTINGS, Case, cases, findings_of, prepare


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("case", cases("correct"), ids=str)
def test_a_correct_program_draws_no_finding(
    case: Case, setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_loop = prepare(setting, monkeypatch)

    assert [str(each) for each in findings_of(case.load().program, make_loop)] == []
