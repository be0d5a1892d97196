"""Why a port could not be opened, and who can reach an address."""

from __future__ import annotations

import errno

import pytest

from pytest_mlinfra.fleet.standalone.ports import explain_refusal, is_loopback


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_only_this_machine_reaches(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.1", "example.org", ""])
def test_others_may_reach(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            OSError(errno.EADDRINUSE, "x"),
            "port 80 of the fleet is taken by another program; choose another, or 0 for a free one",
        ),
        (
            PermissionError(errno.EACCES, "x"),
            "port 80 of the fleet may not be opened without permission; ports below 1024 need it",
        ),
        (OSError(errno.EADDRNOTAVAIL, "x"), "'h' is not an address of this machine"),
        (OSError("what is this"), "'h' is not an address: what is this"),
        (OSError(-2, "Name or service not known"), "'h' cannot be opened: Name or service not"),
        (OSError(errno.ENOBUFS, "x"), "port 80 of the fleet at 'h' cannot be opened: No buffer"),
    ],
)
def test_a_refusal_is_explained(error: OSError, said: str) -> None:
    assert said in explain_refusal(error, "h", 80, "the fleet")
