"""Grading answers in a process of their own: where their modules and their loops come from."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest

from pytest_mlinfra.errors import JailError
from pytest_mlinfra.katas.subject import Subjects
from pytest_mlinfra.plugin.checks.settings import WATCH_KEY
from pytest_mlinfra.plugin.fixtures import NETWORK_KEY
from pytest_mlinfra.plugin.kata.folder import ANSWERS_KEY, KataFolder, kata_folder_of
from pytest_mlinfra.plugin.loops import remember
from pytest_mlinfra.plugin.repeating.marks import is_repeated
from pytest_mlinfra.runs.events import EventLog, Noted
from pytest_mlinfra.runs.job import ISOLATION, Split

if TYPE_CHECKING:
    from pytest_mlinfra.clock.lockstep import LeadingLoop
    from pytest_mlinfra.clock.watching import Watch
    from pytest_mlinfra.runs.split.answer import RemoteAnswer
    from pytest_mlinfra.runs.split.launch import Zygote

WAYS: tuple[Split, ...] = get_args(Split)
_NAME = "mlinfra-split"


def pytest_configure(config: pytest.Config) -> None:
    """Split the grading if it was asked for.

    Raises:
        pytest.UsageError: in a way that does not exist, or not here.
    """
    way = config.getoption("--mlinfra-split")
    if way is None:
        return
    if way not in WAYS:
        raise pytest.UsageError(f"--mlinfra-split={way}: expected one of {', '.join(WAYS)}")
    if way == "jail":
        from pytest_mlinfra.runs.jail import bubblewrap  # noqa: PLC0415 - when it is used

        if reason := bubblewrap.why_not():
            raise pytest.UsageError(f"--mlinfra-split=jail: {reason}")
    from pytest_mlinfra.runs.split.launch import ZygoteProcess  # noqa: PLC0415 - when it is used

    process = ZygoteProcess(is_jailed=way == "jail")
    config.add_cleanup(process.close)
    try:
        process.wait()
        split_grading(config, process.address)
    except JailError as error:
        raise pytest.UsageError(f"--mlinfra-split: {error}") from error


def split_grading(config: pytest.Config, zygote: Path, log: EventLog | None = None) -> None:
    """Have answers run in processes of their own.

    Args:
        config: of the session.
        zygote: the address of the process that starts them.
        log: takes the names of the layers around them.

    Raises:
        JailError: nobody listens there.
    """
    from pytest_mlinfra.runs.split.launch import Zygote  # noqa: PLC0415 - when it is used

    answers = RemoteAnswers(Zygote(zygote), log)
    config.stash[ANSWERS_KEY] = answers
    config.pluginmanager.register(answers, _NAME)


class RemoteAnswers:
    """The answers of a session, each in a worker; they share the process that forks those.

    Args:
        zygote: that process, whose network the workers see.
        log: takes the names of the layers around them.
    """

    def __init__(self, zygote: Zygote, log: EventLog | None = None) -> None:
        self._zygote = zygote
        self._log = log
        self._answers: dict[str, RemoteAnswer] = {}

    def subjects(self, folder: KataFolder, subjects: Subjects) -> Subjects:
        """`subjects`, with its modules already imported in a worker."""
        from pytest_mlinfra.runs.split.answer import RemoteAnswer  # noqa: PLC0415
        from pytest_mlinfra.runs.split.rules import Rules  # noqa: PLC0415

        limits = folder.limits
        answer = self._answers[folder.nodeid] = RemoteAnswer(
            self._zygote, subjects.sources, limits, Rules(turn_seconds=limits.test)
        )
        if self._log is not None:
            self._log.write(Noted(ISOLATION, list(self._zygote.layers)))
        subjects.loaded.update(answer.modules)
        subjects.failures.update(answer.failures)
        return subjects

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Have a test of a split kata served, and watched, where its answer is."""
        answer = self._answer_of(item)
        if answer is None:
            return
        from pytest_mlinfra.runs.split.watching import RemoteWatch  # noqa: PLC0415

        answer.revive()
        item.stash[NETWORK_KEY] = self._zygote
        watch: Callable[..., Watch] = partial(RemoteWatch, answer)
        item.stash[WATCH_KEY] = watch

    @pytest.hookimpl(tryfirst=True, optionalhook=True)
    def pytest_asyncio_loop_factories(
        self, item: pytest.Function
    ) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]] | None:
        """Let a test of a split kata run on a loop that leads the answer's."""
        answer = self._answer_of(item)
        if answer is None:
            return None
        if is_repeated(item):
            return {"exploring": partial(_exploring_loop, answer)}
        return {"virtual": partial(_leading_loop, answer)}

    def _answer_of(self, item: pytest.Item) -> RemoteAnswer | None:
        folder = kata_folder_of(item)
        return None if folder is None else self._answers.get(folder.nodeid)

    def pytest_unconfigure(self) -> None:
        """End every worker."""
        for answer in self._answers.values():
            answer.close()
        self._zygote.close()


def _leading_loop(answer: RemoteAnswer) -> LeadingLoop:
    from pytest_mlinfra.clock.lockstep import LeadingLoop  # noqa: PLC0415 - when it is used

    loop = remember(LeadingLoop())
    answer.follow(loop)
    return loop


def _exploring_loop(answer: RemoteAnswer) -> LeadingLoop:
    from pytest_mlinfra.clock.lockstep.exploring import LeadingExploringLoop  # noqa: PLC0415

    loop = remember(LeadingExploringLoop())
    answer.follow(loop)
    return loop
