"""Answers in processes of their own, for the tests of split grading."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from answering import Answerer, Answering
from pytest_mlinfra.katas.model import Limits
from pytest_mlinfra.katas.subject import Source
from pytest_mlinfra.runs.split.answer import RemoteAnswer
from pytest_mlinfra.runs.split.launch import Zygote, ZygoteProcess
from pytest_mlinfra.runs.split.rules import Rules


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """A process that forks workers, without a wall around it."""
    with ZygoteProcess(is_jailed=False) as process, Zygote(process.address) as zygote:
        yield zygote


@pytest.fixture
def answering(zygote: Zygote) -> Iterator[Answerer]:
    """Starts a worker for the text of an answer; further modules go by their names."""
    answers: list[RemoteAnswer] = []

    def start(text: str, rules: Rules | None = None, **modules: str) -> Answering:
        sources = {
            name: Source(Path(f"/answers/{name}.py"), textwrap.dedent(each))
            for name, each in {"answer": text, **modules}.items()
        }
        answers.append(RemoteAnswer(zygote, sources, Limits(), rules))
        return Answering(answers[-1])

    yield start
    for answer in answers:
        answer.close()
