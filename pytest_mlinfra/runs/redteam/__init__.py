"""Trying to be marked better than one deserves: tricks, each played for a wrong answer."""

from pytest_mlinfra.runs.redteam.play import Attempt, Campaign, play
from pytest_mlinfra.runs.redteam.tricks import Trick, tricks_in

__all__ = ["Attempt", "Campaign", "Trick", "play", "tricks_in"]
