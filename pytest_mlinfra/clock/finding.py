"""What a check found, in one shape for all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pytest_mlinfra.places import Place


@dataclass(frozen=True)
class Finding:
    """One mistake in the code under test.

    Attributes:
        id: which mistake it is, in kebab case.
        headline: what is wrong, in one sentence.
        place: the line that is to blame; None where it cannot be known.
        advice: what to write instead.
        evidence: further facts, a line each.
        subject: what may be named to allow it: the function that was called.
        explains_failure: whether a test that fails is likely to fail for this reason.
    """

    id: str
    headline: str
    place: Place | None
    advice: str
    evidence: tuple[str, ...] = ()
    subject: str = ""
    explains_failure: bool = False

    def __str__(self) -> str:
        lines = [self.headline]
        if self.place is not None:
            lines.append(f"  {quoted(self.place)}")
        lines += (f"  {line}" for line in self.evidence)
        lines.append(f"  Instead: {self.advice}")
        return "\n".join(lines)


def quoted(place: Place) -> str:
    """Where `place` is and what it says, as one line."""
    return f"{place}: {place.text}" if place.text else str(place)


def without_repetition(findings: Iterable[Finding]) -> list[Finding]:
    """`findings` in their order, each mistake on a line told once."""
    told = {(each.id, each.subject, each.place or each.headline): each for each in findings}
    return list(told.values())
