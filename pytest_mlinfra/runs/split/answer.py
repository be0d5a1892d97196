"""The modules of an answer that lives in another process, to be imported by its tests."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

from pytest_mlinfra.clock.finding import Finding
from pytest_mlinfra.clock.lockstep import LeadingLoop
from pytest_mlinfra.errors import BrokenRuleError, SubjectError
from pytest_mlinfra.katas.model import Limits
from pytest_mlinfra.katas.subject import MissingName, Source
from pytest_mlinfra.runs.split.launch import Zygote
from pytest_mlinfra.runs.split.link import Link
from pytest_mlinfra.runs.split.messages import Operation, Review, Unwatch, Watch
from pytest_mlinfra.runs.split.rules import Rules
from pytest_mlinfra.runs.split.zygote import Module

# Bytes that are kept of what an answer prints.
_KEPT_OUTPUT = 64 * 1024


class RemoteAnswer:
    """An answer in a worker of its own, imported as soon as it is made.

    Args:
        zygote: forks the worker.
        sources: the modules, by the name that tests import.
        limits: what the worker may use.
        rules: what the conversation may use up.

    Attributes:
        modules: stand-ins for the modules, by name.
        failures: why modules could not be imported, by name.
    """

    def __init__(
        self,
        zygote: Zygote,
        sources: Mapping[str, Source],
        limits: Limits,
        rules: Rules | None = None,
    ) -> None:
        self._zygote = zygote
        self.modules: dict[str, ModuleType] = {}
        self.failures: dict[str, SubjectError] = {}
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the answer
        readable = {}
        for name, source in sources.items():
            try:
                readable[name] = Module(str(source.path), source.read())
            except SubjectError as error:
                self.failures[name] = error
        self._files = frozenset(source.path for source in sources.values())
        self._link = Link(
            lambda first_number: zygote.start(readable, self._output, limits, first_number),
            self._files,
            rules or Rules(),
        )
        for name, source in sources.items():
            if name in readable:
                self._load(name, source.path)
            self.modules[name] = RemoteModule(self._link, name, source.path)

    def _load(self, name: str, path: Path) -> None:
        try:
            _number, reason = self._link.load(name)
        except BrokenRuleError as error:
            reason = [error.message_id, f"ends or breaks its process: it {error.reason}", None]
        match reason:
            case [str(message_id), str(text), int() | None as line]:
                self.failures[name] = SubjectError(message_id, text, path, line)

    def follow(self, loop: LeadingLoop) -> None:
        """Begin a test that runs on `loop`."""
        loop.new_socket = self._zygote.new_socket
        self._link.follow(loop)

    def revive(self) -> None:
        """Begin a test: if the last one has ended the worker, go on with another."""
        self._link.revive()

    def watch(self, checks: Watch) -> None:
        """Have the worker watch what the answer does; see `pytest_mlinfra.clock.watching`.

        Args:
            checks: what is looked for.
        """
        self._findings(checks)

    def unwatch(self) -> list[Finding]:
        """Have the worker take note of nothing further; what it says was blocked."""
        return self._findings(Unwatch())

    def review(
        self, held: Sequence[tuple[str, int, str]] = (), *, failed: bool = False
    ) -> list[Finding]:
        """What the worker says was blocked or left behind since it began to watch.

        It puts an end to what was left behind.

        Args:
            held: the connections that servers see open: host and port of each client's
                end, and a description.
            failed: whether the test has failed.
        """
        return self._findings(Review(tuple(held), failed))

    def _findings(self, operation: Operation) -> list[Finding]:
        """What the worker says to a question that it may be too broken to answer."""
        try:
            said = self._link.ask(operation) or []
            found = msgspec.convert(said, list[Finding], dec_hook=_path)
        except Exception:  # noqa: BLE001 - what it should have said is seen in the test
            return []
        return [each for each in found if each.place is None or each.place.path in self._files]

    @property
    def output(self) -> str:
        """What the answer has printed so far, its tail cut off where it is long."""
        self._output.seek(0)
        return self._output.read(_KEPT_OUTPUT).decode("utf-8", "replace")

    def close(self) -> None:
        """End the worker."""
        self._link.close()
        self._output.close()


def _path(kind: type, value: Any) -> Any:
    return kind(value)


class RemoteModule(ModuleType):
    """A module of an answer; its names are looked up where it lives."""

    def __init__(self, link: Link, name: str, path: Path) -> None:
        super().__init__(name)
        super().__setattr__("_mlinfra_link", link)
        super().__setattr__("_mlinfra_path", path)

    @property
    def __dict__(self) -> dict[str, Any]:  # type: ignore[override]
        """The module's names, as whoever replaces one for a while looks for it there."""
        return _Names(self)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return self._mlinfra_link.name_in(self.__name__, name)
        except (AttributeError, KeyError):
            return MissingName(name, self._mlinfra_path)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("__"):
            super().__setattr__(name, value)
        else:
            self._mlinfra_link.rename_in(self.__name__, name, value)

    def __delattr__(self, name: str) -> None:
        self._mlinfra_link.forget_in(self.__name__, name)


class _Names(dict[str, Any]):
    """The names of a module that lives elsewhere, each looked up when it is asked for."""

    def __init__(self, module: RemoteModule) -> None:
        super().__init__()
        self._module = module

    def __getitem__(self, name: str) -> Any:
        value = getattr(self._module, name, None)
        if value is None or isinstance(value, MissingName):
            raise KeyError(name)
        return value

    def __contains__(self, name: object) -> bool:
        return not isinstance(getattr(self._module, str(name), MissingName), MissingName)

    def get(self, name: str, default: Any = None) -> Any:
        """See `dict.get`."""
        try:
            return self[name]
        except KeyError:
            return default
