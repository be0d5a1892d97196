"""The quality gates of a kata as rules, all of them at work as soon as one is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

from pytest_mlinfra.gates.finding import Finding, summary
from pytest_mlinfra.gates.tool import Gate, ToolError
from pytest_mlinfra.grading.message import Message
from pytest_mlinfra.places import shown
from pytest_mlinfra.plugin.kata.items import Rule

_HEADLINES = {
    "black": "The code is not formatted as black formats it.",
    "isort": "The imports do not stand in isort's order.",
    "mypy": "The types are not complete, or do not fit together (mypy).",
    "ruff": "The linter finds fault with the code (ruff).",
}


class GateRules:
    """Runs the gates of one kata side by side, once, when the first verdict is needed.

    Args:
        gates: the gates.
        files: what they look at.
        configuration: the ``pyproject.toml`` that they follow.
        search: folders in which modules that the files import are found.
    """

    def __init__(
        self,
        gates: Sequence[Gate],
        files: Sequence[Path],
        configuration: Path,
        search: Sequence[Path],
    ) -> None:
        self._gates = gates
        self._files = [path for path in files if path.suffix == ".py"]
        self._configuration = configuration
        self._search = search

    def rules(self) -> Iterator[tuple[str, Rule]]:
        """The name and the rule of each gate."""
        for gate in self._gates:
            yield gate.name, self._rule(gate.name)

    @cached_property
    def _running(self) -> dict[str, Future[list[Finding]]]:
        pool = ThreadPoolExecutor(len(self._gates), thread_name_prefix="gate")
        running = {gate.name: pool.submit(self._check(gate)) for gate in self._gates}
        pool.shutdown(wait=False)
        return running

    def _check(self, gate: Gate) -> Callable[[], list[Finding]]:
        return lambda: gate.check(self._files, self._configuration, self._search)

    def _rule(self, name: str) -> Rule:
        def rule() -> Message | None:
            missing = [path for path in self._files if not path.is_file()]
            if missing:
                path = missing[0]
                headline = f"{name} has nothing to look at: {path.name} is not there."
                return Message(id="missing-file", headline=headline, path=shown(path))
            try:
                findings = self._running[name].result()
            except ToolError as error:
                return Message(
                    id=name, headline=f"{name} could not do its work.", evidence=str(error)
                )
            return message_for(name, findings) if findings else None

        return rule


def message_for(gate: str, findings: Sequence[Finding], headline: str | None = None) -> Message:
    """What to tell the learner about the findings of one gate."""
    first = min(findings)
    return Message(
        id=gate,
        headline=headline or _HEADLINES.get(gate, f"The gate {gate} is not passed."),
        evidence=summary(findings),
        path=shown(Path(first.path)),
        line=first.line or None,
    )
