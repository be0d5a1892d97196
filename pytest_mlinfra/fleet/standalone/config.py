"""What a ``fleet.toml`` says: which models to serve, where, and what goes wrong with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from pytest_mlinfra.fleet.faults import Fault
from pytest_mlinfra.fleet.models import Model
from pytest_mlinfra.fleet.tls import CertificateKind

# What a running fleet may be called: it becomes the name of a file.
NAME = r"^[A-Za-z0-9_.-]{1,40}$"

_Port = Annotated[int, Meta(ge=0, le=65535)]


class AdminTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the running fleet can be asked and changed.

    Attributes:
        port: a port of 127.0.0.1, 0 for a free one, where whoever asks needs a token;
            None for a Unix socket that only the same user can open.
    """

    port: _Port | None = None


class FleetTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The keys of the whole file, besides its models.

    Attributes:
        name: what the running fleet is called; None for the file's own name.
        host: the address to listen at.
        port: the port of all models that have none of their own; 0 for a free one.
        tls: whether that port speaks TLS, or with which certificate, for instance
            ``expired``.
        grace: how many seconds requests in flight may still take when the fleet stops.
        keep: how many requests the journal keeps.
        admin: where the running fleet can be asked and changed.
    """

    name: Annotated[str, Meta(pattern=NAME)] | None = None
    host: str = "127.0.0.1"
    port: _Port = 0
    tls: CertificateKind | bool = False
    grace: Annotated[float, Meta(ge=0, le=3600)] = 5.0
    keep: Annotated[int, Meta(ge=1, le=10_000_000)] = 10_000
    admin: AdminTable = AdminTable()


class PlaceTable(msgspec.Struct, frozen=True, kw_only=True):
    """The keys of a model that say where it is served, not what it is.

    Attributes:
        port: a port of its own; None to share the fleet's.
        tls: like the fleet's, for a port of its own.
    """

    port: _Port | None = None
    tls: CertificateKind | bool = False


@dataclass(frozen=True)
class Hosted:
    """A model, and where and how well it is served.

    Attributes:
        model: what it is.
        port: its own port, or None if it shares the fleet's.
        tls: whether its own port speaks TLS, or with which certificate.
        faults: what goes wrong with it, outermost first.
    """

    model: Model
    port: int | None = None
    tls: CertificateKind | bool = False
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class FleetConfig:
    """A whole ``fleet.toml``.

    Attributes:
        path: the file.
        fleet: what it says about the fleet.
        models: its models, at least one; names differ.
    """

    path: Path
    fleet: FleetTable
    models: tuple[Hosted, ...]

    @property
    def name(self) -> str:
        """What the running fleet is called."""
        return self.fleet.name or re.sub(r"[^A-Za-z0-9_.-]", "-", self.path.stem)[:40]

    @property
    def uses_tls(self) -> bool:
        """Whether any port speaks TLS."""
        return bool(self.shared and self.fleet.tls) or any(each.tls for each in self.alone)

    @property
    def shared(self) -> list[Hosted]:
        """The models that share the fleet's port."""
        return [hosted for hosted in self.models if hosted.port is None]

    @property
    def alone(self) -> list[Hosted]:
        """The models that have a port of their own."""
        return [hosted for hosted in self.models if hosted.port is not None]
