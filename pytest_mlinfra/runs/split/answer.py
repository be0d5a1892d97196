"""The modules of an answer that lives in another process, to be imported by its tests."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import msgspec

from pytest_mlinfra.clock import BlockingCall
from pytest_mlinfra.clock.lockstep import LeadingLoop
from pytest_mlinfra.errors import BrokenRuleError, SubjectError
from pytest_mlinfra.katas.subject import MissingName, Source
from pytest_mlinfra.runs.split.launch import Zygote
from pytest_mlinfra.runs.split.link import Link, Rules
from pytest_mlinfra.runs.split.zygote import Module

# Bytes that are kept of what an answer prints.
_KEPT_OUTPUT = 64 * 1024


class RemoteAnswer:
    """An answer in a worker of its own, imported as soon as it is made.

    Args:
        zygote: forks the worker.
        sources: the modules, by the name that tests import.
        limits: resource limits: see `pytest_mlinfra.runs.jail.confine.confine`.
        rules: what the conversation may use up.

    Attributes:
        modules: stand-ins for the modules, by name.
        failures: why modules could not be imported, by name.
    """

    def __init__(
        self,
        zygote: Zygote,
        sources: Mapping[str, Source],
        limits: Mapping[str, int],
        rules: Rules | None = None,
    ) -> None:
        self.modules: dict[str, ModuleType] = {}
        self.failures: dict[str, SubjectError] = {}
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the answer
        readable = {}
        for name, source in sources.items():
            try:
                readable[name] = Module(str(source.path), source.read())
            except SubjectError as error:
                self.failures[name] = error
        self._link = Link(
            lambda first_number: zygote.start(readable, self._output, limits, first_number),
            [source.path for source in sources.values()],
            rules or Rules(),
        )
        for name, source in sources.items():
            if name in readable:
                self._load(name)
            self.modules[name] = RemoteModule(self._link, name, source.path.name)

    def _load(self, name: str) -> None:
        _number, reason = self._link.load(name)
        match reason:
            case [str(message_id), str(text), int() | None as line]:
                self.failures[name] = SubjectError(message_id, text, line)

    def follow(self, loop: LeadingLoop) -> None:
        """Begin a test that runs on `loop`."""
        self._link.follow(loop)

    def review(self) -> list[BlockingCall]:
        """The calls that blocked the loop in the test that is ending, as the worker says."""
        try:
            return msgspec.convert(self._link.review(), list[BlockingCall])
        except (msgspec.ValidationError, BrokenRuleError):
            return []

    @property
    def output(self) -> str:
        """What the answer has printed so far, its tail cut off where it is long."""
        self._output.seek(0)
        return self._output.read(_KEPT_OUTPUT).decode("utf-8", "replace")

    def close(self) -> None:
        """End the worker."""
        self._link.close()
        self._output.close()


class RemoteModule(ModuleType):
    """A module of an answer; its names are looked up where it lives."""

    def __init__(self, link: Link, name: str, file_name: str) -> None:
        super().__init__(name)
        own = self.__dict__
        own["_mlinfra_link"], own["_mlinfra_file_name"] = link, file_name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return self._mlinfra_link.name_in(self.__name__, name)
        except (AttributeError, KeyError):
            return MissingName(name, self._mlinfra_file_name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("__"):
            super().__setattr__(name, value)
        else:
            self._mlinfra_link.rename_in(self.__name__, name, value)
