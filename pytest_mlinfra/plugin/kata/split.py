"""Grading answers in a process of their own: where their modules and their loops come from."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

import pytest

from pytest_mlinfra.katas.subject import Subjects
from pytest_mlinfra.plugin.kata.folder import ANSWERS_KEY, KataFolder, kata_folder_of
from pytest_mlinfra.plugin.loops import remember

if TYPE_CHECKING:
    from pytest_mlinfra.clock import BlockingCall
    from pytest_mlinfra.clock.lockstep import LeadingLoop
    from pytest_mlinfra.runs.split.answer import RemoteAnswer
    from pytest_mlinfra.runs.split.launch import Zygote

WAYS = ("process", "jail")


def pytest_configure(config: pytest.Config) -> None:
    """Split the grading if it was asked for.

    Raises:
        pytest.UsageError: in a way that does not exist.
    """
    way = config.getoption("--mlinfra-split")
    if way is None:
        return
    if way not in WAYS:
        raise pytest.UsageError(f"--mlinfra-split={way}: expected one of {', '.join(WAYS)}")
    answers = RemoteAnswers(is_jailed=way == "jail")
    config.stash[ANSWERS_KEY] = answers
    config.pluginmanager.register(answers, "mlinfra-split")


class RemoteAnswers:
    """The answers of a session, each in a worker; they share the process that forks those.

    Args:
        is_jailed: whether the workers are put behind a wall.
    """

    def __init__(self, *, is_jailed: bool) -> None:
        self._is_jailed = is_jailed
        self._zygote: Zygote | None = None
        self._answers: dict[str, RemoteAnswer] = {}

    @property
    def network(self) -> Zygote:
        """The process that forks workers, which also has the network that they see."""
        if self._zygote is None:
            from pytest_mlinfra.runs.split.launch import Zygote  # noqa: PLC0415 - when it is used

            self._zygote = Zygote(is_jailed=self._is_jailed)
        return self._zygote

    def subjects(self, folder: KataFolder, subjects: Subjects) -> Subjects:
        """`subjects`, with its modules already imported in a worker."""
        from pytest_mlinfra.runs.split.answer import RemoteAnswer  # noqa: PLC0415

        answer = self._answers[folder.nodeid] = RemoteAnswer(self.network, subjects.sources, {})
        subjects.loaded.update(answer.modules)
        subjects.failures.update(answer.failures)
        return subjects

    def review(self, folder: KataFolder) -> list[BlockingCall]:
        """What the worker of a kata says was left behind in the test that is ending."""
        answer = self._answers.get(folder.nodeid)
        return [] if answer is None else answer.review()

    @pytest.hookimpl(tryfirst=True, optionalhook=True)
    def pytest_asyncio_loop_factories(
        self, item: pytest.Function
    ) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]] | None:
        """Let a test of a split kata run on a loop that leads the answer's."""
        folder = kata_folder_of(item)
        answer = None if folder is None else self._answers.get(folder.nodeid)
        return None if answer is None else {"virtual": partial(_leading_loop, answer)}

    def pytest_unconfigure(self) -> None:
        """End every worker."""
        for answer in self._answers.values():
            answer.close()
        if self._zygote is not None:
            self._zygote.close()


def _leading_loop(answer: RemoteAnswer) -> LeadingLoop:
    from pytest_mlinfra.clock.lockstep import LeadingLoop  # noqa: PLC0415 - when it is used

    loop = remember(LeadingLoop())
    answer.follow(loop)
    return loop
