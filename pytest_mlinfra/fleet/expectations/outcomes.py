"""Sentences about what came of the requests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Self

from pytest_mlinfra.fleet.exchange import Outcome
from pytest_mlinfra.fleet.expectations.claim import Claim
from pytest_mlinfra.fleet.expectations.words import counted, listed


class Outcomes(Claim):
    """How they were answered, and how they ended."""

    def statuses(self, codes: Sequence[int | None]) -> Self:
        """They were answered with these status codes, in order of arrival; None is for no answer.

        Raises:
            ExpectationError: one was answered otherwise, or there are more or fewer.
        """
        __tracebackhide__ = True
        seen = [each.status for each in self._exchanges]
        return self._unless(
            seen == list(codes),
            f"expected {self._noun} to be answered with {_runs(codes)}, saw {_runs(seen)}",
        )

    def outcomes(self, wanted: Sequence[Outcome]) -> Self:
        """They ended in these ways, in order of arrival.

        Raises:
            ExpectationError: one ended otherwise, or there are more or fewer.
        """
        __tracebackhide__ = True
        seen = [each.outcome for each in self._exchanges]
        return self._unless(
            seen == list(wanted),
            f"expected {self._noun} to end as {_runs(wanted)}, saw {_runs(seen)}",
        )

    def served(self) -> Self:
        """Each got the model's own answer, whole.

        Raises:
            ExpectationError: one did not.
        """
        __tracebackhide__ = True
        return self._each_is("served")

    def cancelled(self, number: int | None = None) -> Self:
        """The client broke off so many of them; None is for all of them.

        Raises:
            ExpectationError: it broke off more or fewer.
        """
        __tracebackhide__ = True
        if number is None:
            return self._each_is("cancelled")
        seen = len(self._exchanges.cancelled)
        return self._unless(
            seen == number,
            f"expected {counted(number, self._noun)} cancelled by the client, saw {seen or 'none'}",
        )

    def attempts(self, number: int) -> Self:
        """Each was tried so often: once, and again after each failure.

        Raises:
            ExpectationError: one was tried more or less often.
        """
        __tracebackhide__ = True
        seen = [len(series) for series in self._exchanges.series]
        return self._unless(
            all(each == number for each in seen) and bool(seen),
            f"expected {counted(number, 'attempts')}{' at each' if len(seen) > 1 else ''}, "
            f"saw {listed(seen)}",
        )

    def _each_is(self, outcome: Outcome) -> Self:
        __tracebackhide__ = True
        others = Counter(each.outcome for each in self._exchanges if each.outcome != outcome)
        seen = listed(f"{count} {other}" for other, count in others.most_common())
        return self._unless(not others, f"expected {self._all} {outcome}, saw {seen}")


def _runs(values: Sequence[object]) -> str:
    """``503, 503 and 200``; long runs by their length: ``12 times 200``."""
    texts: list[str] = []
    for value, run in groupby("no answer" if each is None else str(each) for each in values):
        length = len(list(run))
        texts += [f"{length} times {value}"] if length > 3 else [value] * length  # noqa: PLR2004
    return listed(texts)
