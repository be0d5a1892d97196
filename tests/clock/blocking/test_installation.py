from __future__ import annotations

import builtins
import os
import queue
import select
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from types import ModuleType
from typing import Any

import pytest

from pytest_mlinfra.clock import patches
from pytest_mlinfra.clock.blocking import install, uninstall
from pytest_mlinfra.clock.blocking.installation import watched_functions

OWNERS: tuple[Any, ...] = (
    Future, ProcessPoolExecutor, ThreadPoolExecutor, builtins, os, queue.Queue, select, socket,
    socket.socket, sqlite3, ssl.SSLSocket, subprocess.Popen, threading, threading.Condition,
    threading.Event, threading.Thread,
)  # fmt: skip


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    uninstall()
    yield
    uninstall()
    patches.uninstall()


def everything() -> dict[tuple[str, str], object]:
    return {(repr(owner), name): value for owner in OWNERS for name, value in vars(owner).items()}


def test_everything_is_put_back() -> None:
    patches.install()
    before = everything()

    install()
    changed = {key for key, value in everything().items() if before.get(key) is not value}
    uninstall()

    assert len(changed) > 40
    assert everything() == before


def test_putting_it_in_place_twice_changes_nothing() -> None:
    assert install()
    once = everything()

    assert not install()
    assert everything() == once


def test_every_watched_function_exists() -> None:
    for watched in watched_functions():
        assert callable(getattr(watched.owner, watched.attribute)), watched.call.name


def test_who_has_a_function_already_is_served_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("app")
    module.__file__ = "/nowhere/app.py"
    module.look_up = socket.getaddrinfo  # type: ignore[attr-defined]
    original = socket.getaddrinfo
    monkeypatch.setitem(sys.modules, "app", module)

    install()
    assert module.look_up is socket.getaddrinfo
    assert module.look_up is not original

    uninstall()
    assert module.look_up is original
