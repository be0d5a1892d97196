"""The options."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, all in one group."""
    group = parser.getgroup("mlinfra", "graded katas")
    group.addoption(
        "--mlinfra-submission",
        metavar="FOLDER",
        help="grade the files in FOLDER, laid out like exercises/, instead of one's own",
    )
    group.addoption(
        "--mlinfra-hidden",
        action="store_true",
        help="grade by the hidden tests of solutions/ as well",
    )
    group.addoption(
        "--mlinfra-report",
        metavar="FORMAT:FILE",
        action="append",
        default=[],
        help="write a report; may be given several times (built in: json)",
    )
    # Only for processes that the grader starts.
    group.addoption("--mlinfra-task", metavar="FILE", help=argparse.SUPPRESS)
    group.addoption("--mlinfra-events", metavar="FILE", help=argparse.SUPPRESS)
    group.addoption("--mlinfra-serve", metavar="LISTENER", type=int, help=argparse.SUPPRESS)
    group.addoption("--mlinfra-split", metavar="WAY", help=argparse.SUPPRESS)


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a submission that is not there."""
    folder = submission_folder(config)
    if folder is not None and not folder.is_dir():
        raise pytest.UsageError(f"--mlinfra-submission: {folder} is not a folder")


def submission_folder(config: pytest.Config) -> Path | None:
    """The folder that is to be graded, or None for the learner's own exercises."""
    given = config.getoption("--mlinfra-submission")
    return config.invocation_params.dir / given if given else None
