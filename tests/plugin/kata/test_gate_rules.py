"""The quality gates of a kata as rules."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pytest_mlinfra.errors import MissingToolError
from pytest_mlinfra.gates.finding import Finding
from pytest_mlinfra.gates.tool import ToolError
from pytest_mlinfra.grading.message import Message
from pytest_mlinfra.plugin.kata.gate_rules import GateRules, message_for


@dataclass
class Gate:
    """Finds what it is told to find, and remembers what it was shown."""

    name: str = "tidy"
    finds: Sequence[Finding] | Exception = ()
    together: threading.Barrier | None = None
    shown: list[Path] = field(default_factory=list)

    def check(
        self, files: Sequence[Path], configuration: Path, search: Sequence[Path] = ()
    ) -> list[Finding]:
        assert configuration.name == "pyproject.toml"
        assert list(search) == []
        self.shown += files
        if self.together is not None:
            self.together.wait(timeout=30)
        if isinstance(self.finds, Exception):
            raise self.finds
        return list(self.finds)


@pytest.fixture
def answer(tmp_path: Path) -> Path:
    path = tmp_path / "echo.py"
    path.write_text("x = 1\n")
    return path


def _told(gates: Sequence[Gate], *files: Path) -> dict[str, Message | None]:
    rules = GateRules(gates, files, Path("pyproject.toml"), [])
    return {name: rule() for name, rule in rules.rules()}


def _finding(path: Path, line: int, rule: str = "T1") -> Finding:
    return Finding(path=str(path), line=line, tool="tidy", rule=rule, text="untidy")


def test_a_gate_without_findings_is_passed(answer: Path) -> None:
    assert _told([Gate()], answer) == {"tidy": None}


def test_the_message_leads_to_the_first_finding(answer: Path) -> None:
    message = _told([Gate(finds=[_finding(answer, 7), _finding(answer, 3)])], answer)["tidy"]

    assert message is not None
    assert (message.id, message.line) == ("tidy", 3)
    assert message.headline == "The gate tidy is not passed."
    assert "T1: untidy" in message.evidence


@pytest.mark.parametrize(
    ("gate", "word"),
    [("black", "formatted"), ("isort", "order"), ("mypy", "types"), ("ruff", "linter")],
)
def test_the_tools_of_the_course_say_in_words_what_they_look_at(gate: str, word: str) -> None:
    assert word in message_for(gate, [_finding(Path("echo.py"), 1)]).headline


def test_only_python_is_looked_at(answer: Path) -> None:
    gate = Gate()

    _told([gate], answer, answer.with_suffix(".toml"))

    assert gate.shown == [answer]


def test_a_file_that_is_missing_is_told_by_every_gate(answer: Path) -> None:
    gates = [Gate("tidy"), Gate("typed")]

    told = _told(gates, answer.with_name("gone.py"))

    assert {message.id for message in told.values() if message} == {"missing-file"}
    assert [gate.shown for gate in gates] == [[], []]


def test_a_tool_that_refuses_is_told_in_its_own_words(answer: Path) -> None:
    message = _told([Gate(finds=ToolError("bad configuration"))], answer)["tidy"]

    assert message is not None
    assert message.headline == "tidy could not do its work."
    assert message.evidence == "bad configuration"


def test_a_missing_tool_is_left_to_whoever_asked(answer: Path) -> None:
    with pytest.raises(MissingToolError, match="not installed"):
        _told([Gate(finds=MissingToolError("tidy is not installed"))], answer)


def test_all_gates_work_at_the_same_time_and_once(answer: Path) -> None:
    together = threading.Barrier(3)
    gates = [Gate(name, together=together) for name in ("tidy", "typed", "linted")]
    rules = GateRules(gates, [answer], Path("pyproject.toml"), [])

    for _ in range(2):
        assert [rule() for _, rule in rules.rules()] == [None, None, None]
    assert [gate.shown for gate in gates] == [[answer]] * 3
