"""What every folder of planted faults, each with a clean look-alike, is held to."""

from __future__ import annotations

import pytest

from checked_cases import SETTINGS, Case, cases, findings_of, prepare


class PlantedFaults:
    """Tests of the cases in one folder of the corpus: a subclass says of which."""

    def test_a_fault_is_found_at_its_line(
        self, case: Case, setting: str, monkeypatch: pytest.MonkeyPatch
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

    def test_its_look_alike_is_not(
        self, case: Case, setting: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_loop = prepare(setting, monkeypatch)

        assert [str(each) for each in findings_of(case.load().clean, make_loop)] == []


def each_of(folder: str) -> pytest.MarkDecorator:
    """Parametrizes with every case of a folder, in every setting."""
    planted = [(case, setting) for case in cases(folder) for setting in SETTINGS]
    names = [f"{case}-{setting}" for case, setting in planted]
    return pytest.mark.parametrize(("case", "setting"), planted, ids=names)
