"""Whatever a worker says, the driver neither crashes nor hangs nor believes it."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_mlinfra.clock.lockstep import LeadingLoop
from pytest_mlinfra.errors import BrokenRuleError
from pytest_mlinfra.runs.split.channel import LARGEST_MESSAGE, Channel
from pytest_mlinfra.runs.split.link import Link
from pytest_mlinfra.runs.split.rules import Connection, Rules

# How many hostile conversations to try; many more for an afternoon.
MESSAGES = int(os.environ.get("MLINFRA_HOSTILE", "100"))
RULES = Rules(turn_seconds=0.2)


class Hostile:
    """A worker that answers each message with the next of its replies, whatever was asked.

    In a reply that is a dictionary, the nonce ``"?"`` stands for the right one.
    """

    def __init__(self, *replies: Any) -> None:
        self._replies = replies
        self.ended = threading.Event()

    def connect(self, _first_number: int) -> Connection:
        ours, theirs = socket.socketpair()
        threading.Thread(target=self._serve, args=(theirs,), daemon=True).start()
        return Connection(Channel(ours), self.ended.set)

    def _serve(self, connection: socket.socket) -> None:
        # The driver hangs up as soon as it has had enough.
        with connection, contextlib.suppress(OSError):
            for reply in self._replies:
                head = connection.recv(4, socket.MSG_WAITALL)
                if len(head) < 4:
                    return
                asked = connection.recv(struct.unpack("!I", head)[0], socket.MSG_WAITALL)
                connection.sendall(_framed(reply, msgspec.json.decode(asked)["nonce"]))


def _framed(reply: Any, nonce: int) -> bytes:
    if isinstance(reply, bytes):
        return reply
    if isinstance(reply, dict) and reply.get("nonce") == "?":
        reply = reply | {"nonce": nonce}
    content = msgspec.json.encode(reply)
    return struct.pack("!I", len(content)) + content


Asker = Callable[..., tuple[Link, Hostile]]


@pytest.fixture
def ask() -> Iterator[Asker]:
    """A link to a worker that gives certain replies."""
    links = contextlib.ExitStack()

    def start(*replies: Any, rules: Rules = RULES) -> tuple[Link, Hostile]:
        worker = Hostile(*replies)
        link = Link(worker.connect, [Path("/answers/answer.py")], rules)
        links.callback(link.close)
        return link, worker

    with links:
        yield start


ANSWER = {"type": "answer", "nonce": "?", "now": 0.0, "outcome": {"value": 1}}


def test_an_honest_answer_is_taken(ask: Asker) -> None:
    link, _ = ask(ANSWER)

    assert link.get(1, "name") == 1


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (b"\x00\x00\x00\x02{]", "sent what is no message"),
        (struct.pack("!I", LARGEST_MESSAGE + 1), "announced a message"),
        (b"\x00\x00\x00\x09{", "has ended|kept the turn"),
        (b"", "has ended|kept the turn"),
        ([1, 2], "sent what is no message"),
        ({"type": "answer"}, "sent what is no message"),
        (ANSWER | {"extra": 1}, "sent what is no message"),
        (ANSWER | {"nonce": 7}, "spoke out of turn"),
        (ANSWER | {"now": -1.0}, "named a moment in the past"),
        ({"type": "idle", "nonce": "?", "now": 0.0}, "said Idle out of turn"),
        ({"type": "run", "nonce": "?", "now": 0.0}, "spoke out of turn"),
        (ANSWER | {"outcome": {"value": ["m", 12]}}, "a container that it was never given"),
        (ANSWER | {"outcome": {"value": ["o", 12]}}, "something that it was never given"),
        (ANSWER | {"outcome": {"value": ["r", 12]}}, "without describing it"),
        (ANSWER | {"outcome": {"value": ["r", 1, "class", {}]}}, "sent what is no value"),
        (ANSWER | {"outcome": {"value": {"a": 1}}}, "sent an object"),
        (ANSWER | {"outcome": {"value": ["k", "eval", "1"]}}, "sent what is no value"),
        (ANSWER | {"updates": [{"token": 5, "content": []}]}, "a container that it was never"),
    ],
)
def test_a_reply_that_breaks_a_rule_ends_the_worker(ask: Asker, reply: Any, reason: str) -> None:
    link, worker = ask(reply)

    with pytest.raises(BrokenRuleError, match=reason):
        link.get(1, "name")

    assert worker.ended.is_set()
    with pytest.raises(BrokenRuleError, match=reason):
        link.get(1, "name")


@pytest.mark.parametrize(
    "operation",
    [
        {"type": "call", "target": 1},
        {"type": "get", "target": 1, "name": "__globals__"},
        {"type": "set", "target": 1, "name": "x", "value": 1},
        {"type": "load", "module": "os"},
        {"type": "start", "target": 1, "job": 1, "task": 1},
        {"type": "new-loop"},
        {"type": "review"},
    ],
)
def test_a_worker_is_refused_what_it_was_not_offered(ask: Asker, operation: dict[str, Any]) -> None:
    link, _ = ask({"type": "ask", "nonce": "?", "now": 0.0, "operation": operation}, ANSWER)

    with pytest.raises(BrokenRuleError, match=r"was never given|asked for|wanted to set"):
        link.get(1, "name")


@pytest.mark.parametrize("claimed", [0.0, -5.0, None, 1e300])
def test_a_lie_about_a_timer_stops_nobody_else(ask: Asker, claimed: float | None) -> None:
    reply = {"type": "idle", "nonce": "?", "now": 0.0, "next_timer": claimed}
    link, _ = ask(*[reply] * 3)
    loop = LeadingLoop()
    try:
        link.run(0.0)
    finally:
        loop.close()

    assert link.broken is None
    assert link.next_timer >= 0


def test_a_worker_that_floods_is_ended(ask: Asker) -> None:
    question = {"type": "ask", "nonce": "?", "now": 0.0, "operation": {"type": "cancel", "job": 1}}
    link, _ = ask(*[question] * 200, rules=Rules(turn_seconds=0.2, messages=100))

    with pytest.raises(BrokenRuleError, match="more than 100 messages"):
        link.get(1, "name")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda each: st.lists(each, max_size=4) | st.dictionaries(st.text(max_size=8), each),
    max_leaves=10,
)
tagged = st.lists(st.sampled_from("ldsmtfbinukecxro") | json_values, min_size=1, max_size=4)
hostile = (
    st.binary(max_size=40)
    | json_values
    | st.builds(lambda value: ANSWER | {"outcome": {"value": value}}, tagged | json_values)
    | st.builds(lambda failure: ANSWER | {"outcome": {"failure": failure}}, json_values)
    | st.builds(lambda key, value: ANSWER | {key: value}, st.sampled_from([*ANSWER]), json_values)
    | st.builds(
        lambda kind, rest: {"type": kind, "nonce": "?"} | rest,
        st.sampled_from(["answer", "ask", "idle", "run"]),
        st.dictionaries(st.sampled_from(["now", "outcome", "operation", "done"]), json_values),
    )
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=MESSAGES)
@given(st.lists(hostile, min_size=1, max_size=3))
def test_no_message_crashes_the_driver(replies: list[Any]) -> None:
    worker = Hostile(*replies)
    link = Link(worker.connect, [Path("/answers/answer.py")], RULES)

    try:
        value = link.get(1, "name")
    except BrokenRuleError:
        assert worker.ended.is_set()
    except Exception as error:
        # An exception of the answer's is an answer, too.
        if not hasattr(error, "__mlinfra_places__"):
            raise
    else:
        assert type(value).__module__ in ("builtins", "datetime", "decimal", "pathlib") or (
            "split" in type(value).__module__
        )
    finally:
        link.close()
