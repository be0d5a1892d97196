"""Certificates made for one test run: right ones, and wrong ones for tests of errors."""

from __future__ import annotations

import datetime as dt
import ssl
from functools import cache
from typing import TYPE_CHECKING, Literal, get_args

from pytest_mlinfra.errors import FleetError

if TYPE_CHECKING:
    import trustme

# What is wrong with a certificate, if anything is.
CertificateKind = Literal["valid", "expired", "not yet valid", "wrong host", "unknown authority"]
# What a server may be told about TLS.
Tls = CertificateKind | bool | ssl.SSLContext
KINDS: tuple[CertificateKind, ...] = get_args(CertificateKind)

_HOSTS = ("localhost", "127.0.0.1", "::1")
_DAY = dt.timedelta(days=1)


def server_context(kind: CertificateKind | Literal[True] = True) -> ssl.SSLContext:
    """What a server speaks TLS with.

    Args:
        kind: which certificate it shows; True is a valid one.

    Raises:
        FleetError: there is no such kind, or the library that makes them is missing.
    """
    name: CertificateKind = "valid" if kind is True else kind
    if name not in KINDS:
        raise FleetError(f"no certificate is called {kind!r}; there is {', '.join(KINDS)}")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _certificate(name).configure_cert(context)
    return context


def client_context() -> ssl.SSLContext:
    """A new context that trusts the fleets of this process, and nobody else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    _authority().configure_trust(context)
    return context


def authority_pem() -> bytes:
    """The certificate of the authority, for clients that want it as a file in PEM."""
    return _authority().cert_pem.bytes()


@cache
def _authority() -> trustme.CA:
    return _new_authority()


@cache
def _certificate(kind: CertificateKind) -> trustme.LeafCert:
    authority = _new_authority() if kind == "unknown authority" else _authority()
    hosts = ("elsewhere.test",) if kind == "wrong host" else _HOSTS
    now = dt.datetime.now(dt.UTC)
    match kind:
        case "expired":
            return authority.issue_cert(*hosts, not_before=now - 2 * _DAY, not_after=now - _DAY)
        case "not yet valid":
            return authority.issue_cert(*hosts, not_before=now + _DAY, not_after=now + 2 * _DAY)
        case _:
            return authority.issue_cert(*hosts)


def _new_authority() -> trustme.CA:
    try:
        import trustme  # noqa: PLC0415 - 50 ms that only TLS is worth
    except ImportError as error:
        raise FleetError(
            "certificates are made by trustme, which is not installed: "
            "pip install 'pytest-mlinfra[tls]'"
        ) from error
    return trustme.CA(organization_name="pytest-mlinfra")
