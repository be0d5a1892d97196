"""The journal of a fleet: what is written down, and the questions that it answers."""

from pytest_mlinfra.fleet.journal.connection import ConnectionRecord
from pytest_mlinfra.fleet.journal.exchanges import Exchanges
from pytest_mlinfra.fleet.journal.journal import Journal

__all__ = ["ConnectionRecord", "Exchanges", "Journal"]
