"""The shape of a protocol: routes for a model."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.model import Model


@dataclass(frozen=True)
class Route:
    """A method and a path, and who answers them.

    Attributes:
        method: ``GET``, ``POST`` and so on; a ``GET`` route also answers ``HEAD``.
        path: the whole path, compared as it stands.
        handle: from the request to the response; must not block.
    """

    method: str
    path: str
    handle: Callable[[Request], Response]


class ModelProtocol(Protocol):
    """A protocol that model servers speak."""

    @property
    def name(self) -> str:
        """What a person calls it."""
        ...

    def routes(self, model: Model) -> Iterable[Route]:
        """The routes by which `model` is reached."""
        ...
