"""Every planted thing that is left behind is found, and none of its look-alikes is."""

from __future__ import annotations

import pytest

from checked_cases import SETTINGS, Case, cases, findings_of, prepare

CASES = cases("leaks")
settings = pytest.mark.parametrize("setting", SETTINGS)


@settings
@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_left_behind_is_found_at_the_line_that_made_it(
    case: Case, setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_loop = prepare(setting, monkeypatch)
    fault = case.fault

    findings = findings_of(case.load().faulty, make_loop)

    assert [(each.id, each.place and each.place.line) for each in findings] == [
        (fault.id, fault.line)
    ], [str(each) for each in findings]
    assert fault.subject in (None, findings[0].subject)
    assert findings[0].place is not None
    assert findings[0].place.path == case.path


@settings
@pytest.mark.parametrize("case", CASES, ids=str)
def test_its_look_alike_is_not(case: Case, setting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make_loop = prepare(setting, monkeypatch)

    assert [str(each) for each in findings_of(case.load().clean, make_loop)] == []
