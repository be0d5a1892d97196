"""Which checks a test is under: by the configuration, by a marker, or since it is a kata's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_mlinfra.clock.blame import Blame
    from pytest_mlinfra.clock.finding import Finding
    from pytest_mlinfra.clock.watching import Watch

BLOCKING = "blocking"
LEAKS = "leaks"
_NONE = "none"
_NAMES = (BLOCKING, LEAKS, _NONE)
_EXAMPLE = "as in checks('blocking', 'leaks') or checks(allow=['time.sleep'])"
_MARKER = (
    "checks(*names, allow=()): look for calls that block the event loop ('blocking') and for "
    "what is left behind ('leaks'); 'none' switches both off; allow takes message ids and "
    "names of functions"
)


@dataclass(frozen=True)
class Checks:
    """What is looked for while a test runs.

    Attributes:
        names: `BLOCKING`, `LEAKS`, both or neither.
        allow: message ids, and names of functions.
        cpu_seconds: seconds of processor time that one step of a loop may take.
        blame: whose mistakes count; None for everything but libraries.
        error: the error that tells of findings.
        replaces_failures: whether findings that explain why a test failed are told
            instead of its failure, or besides.
    """

    names: frozenset[str]
    allow: frozenset[str]
    cpu_seconds: float
    error: Callable[[Sequence[Finding]], BaseException]
    blame: Blame | None = None
    replaces_failures: bool = False


# For tests that are checked whatever is configured.
CHECKS_KEY = pytest.StashKey[Checks]()
# Makes what watches a test, in place of `pytest_mlinfra.clock.watching.Watch`.
WATCH_KEY: pytest.StashKey[Callable[..., Watch]] = pytest.StashKey()
# True while somebody else looks for what the test leaves behind, and needs to find it there.
LEAKS_ELSEWHERE_KEY = pytest.StashKey[bool]()
_settled_key = pytest.StashKey[Checks]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the settings of the configuration file."""
    parser.addini(
        "mlinfra_checks",
        "checks that every test is under: blocking, leaks",
        type="args",
        default=[],
    )
    parser.addini(
        "mlinfra_allow",
        "message ids that the checks do not tell of, and functions that may block",
        type="args",
        default=[],
    )
    parser.addini(
        "mlinfra_cpu_seconds",
        "seconds of processor time that a step of the event loop may take (default: 0.1)",
        type="float",
        default=0.1,
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker, and refuse settings that make no sense."""
    config.addinivalue_line("markers", _MARKER)
    _known(config.getini("mlinfra_checks"), "mlinfra_checks")
    _allowable(config.getini("mlinfra_allow"), "mlinfra_allow")
    _cpu_seconds(config)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Settle which checks each test is under; refuse markers that make no sense."""
    for item in items:
        checks = _checks_for(item)
        if checks.names:
            item.stash[_settled_key] = checks


def checks_of(item: pytest.Item) -> Checks | None:
    """The checks that `item` is under, if any."""
    return item.stash.get(_settled_key, None)


def _checks_for(item: pytest.Item) -> Checks:
    checks = item.stash.get(CHECKS_KEY, None) or _configured(item.config)
    for marker in reversed(list(item.iter_markers("checks"))):
        checks = _marked(checks, marker, item)
    return checks


def _configured(config: pytest.Config) -> Checks:
    from pytest_mlinfra.plugin.checks.telling import failure  # noqa: PLC0415 - only if asked

    return Checks(
        names=frozenset(_known(config.getini("mlinfra_checks"), "mlinfra_checks")),
        allow=frozenset(config.getini("mlinfra_allow")),
        cpu_seconds=_cpu_seconds(config),
        error=failure,
    )


def _marked(checks: Checks, marker: pytest.Mark, item: pytest.Item) -> Checks:
    allow = marker.kwargs.get("allow", ())
    wrong = sorted(set(marker.kwargs) - {"allow"})
    is_list = isinstance(allow, list | tuple | set | frozenset)
    if wrong or not is_list or not (marker.args or marker.kwargs):
        given = ", ".join([*map(repr, marker.args), *(f"{k}=…" for k in marker.kwargs)])
        raise pytest.UsageError(
            f"{item.nodeid}: checks({given}) has to name checks or what is allowed, {_EXAMPLE}"
        )
    names = _known(marker.args, f"{item.nodeid}: checks(…)")
    allowed = _allowable(allow, f"{item.nodeid}: checks(allow=…)")
    return replace(
        checks,
        names=frozenset(names) if marker.args else checks.names,
        allow=checks.allow | set(allowed),
    )


def _cpu_seconds(config: pytest.Config) -> float:
    try:
        seconds = float(config.getini("mlinfra_cpu_seconds"))
    except (pytest.UsageError, TypeError, ValueError) as error:
        raise pytest.UsageError(f"mlinfra_cpu_seconds has to be a number ({error})") from None
    if not 0 < seconds < float("inf"):
        raise pytest.UsageError(
            f"mlinfra_cpu_seconds: {seconds:g} has to be a number of seconds above 0"
        )
    return seconds


def _known(names: Iterable[object], where: str) -> list[str]:
    """The checks that `names` names."""
    names = list(names)
    for name in names:
        if name not in _NAMES:
            raise pytest.UsageError(f"{where}: {name!r} is no check; there are {', '.join(_NAMES)}")
    return [str(name) for name in names if name != _NONE]


def _allowable(names: Iterable[object], where: str) -> list[str]:
    """What `names` allows: ids of messages, and functions."""
    from pytest_mlinfra.plugin.checks.telling import message_ids  # noqa: PLC0415 - only if asked

    names = list(names)
    for name in names:
        # The name of a function has no hyphen in it, and every id has one.
        if not isinstance(name, str) or ("-" in name and name not in message_ids()):
            raise pytest.UsageError(
                f"{where}: {name!r} is neither a function nor the id of a message; "
                f"those are {', '.join(message_ids())}"
            )
    return [str(name) for name in names]
