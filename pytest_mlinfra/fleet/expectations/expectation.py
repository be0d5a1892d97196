"""Sentences about exchanges, to be read in a test and again when it fails."""

from __future__ import annotations

from pytest_mlinfra.fleet.expectations.concurrency import Concurrency
from pytest_mlinfra.fleet.expectations.connections import Connections
from pytest_mlinfra.fleet.expectations.contents import Contents
from pytest_mlinfra.fleet.expectations.outcomes import Outcomes
from pytest_mlinfra.fleet.expectations.timing import Timing


class Expectation(Concurrency, Timing, Contents, Outcomes, Connections):
    """What has to be true of exchanges; `Exchanges.expect` makes one.

    Each part raises an `ExpectationError`, which is an `AssertionError`, with a
    timeline of what was seen, and else returns the sentence, so that another part
    may follow::

        journal.of("resnet").expect(4, "attempts").gaps([1, 2, 4]).on_one_connection()
    """
