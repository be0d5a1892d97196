"""The tokenizer, and texts made of its tokens."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_mlinfra.fleet import Reply, ToolCall
from pytest_mlinfra.fleet.models.generation import Limits, Text
from pytest_mlinfra.fleet.models.tokens import VOCABULARY, split_tokens, token_id


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Hello there, friend.", ["Hello", " there", ",", " friend", "."]),
        ("", []),
        ("  a\n", ["  a", "\n"]),
        ("don't", ["don", "'", "t"]),
        ("ein Öl, 3.5 €", ["ein", " Öl", ",", " 3", ".", "5", " €"]),
    ],
)
def test_a_token_is_a_word_or_a_sign_with_the_space_before(text: str, tokens: list[str]) -> None:
    assert split_tokens(text) == tokens


@settings(deadline=None)
@given(st.text())
def test_tokens_joined_are_the_text(text: str) -> None:
    assert "".join(split_tokens(text)) == text


@settings(deadline=None)
@given(st.text())
def test_ids_lie_within_the_vocabulary(text: str) -> None:
    assert all(0 <= token_id(token) < VOCABULARY for token in split_tokens(text))


@pytest.mark.parametrize(
    ("limits", "text", "reason"),
    [
        (Limits(), "one two three", "stop"),
        (Limits(3), "one two three", "stop"),
        (Limits(2), "one two", "length"),
        (Limits(0), "", "length"),
        (Limits(stop=("three", "two")), "one ", "stop"),
        (Limits(1, (" two",)), "one", "stop"),
        (Limits(stop=("four", "")), "one two three", "stop"),
    ],
)
def test_a_text_ends_at_its_limits(limits: Limits, text: str, reason: str) -> None:
    said = Text(Reply("one two three"), limits)

    assert (said.part(), said.finish_reason) == (text, reason)


def test_calls_come_after_what_is_said() -> None:
    said = Text(Reply("Wait.", (ToolCall("f", {"x": 1}), ToolCall("g"))), Limits())

    assert said.part() == "Wait."
    assert said.calls == ["f", "g"]
    assert [said.part(0), said.part(1)] == ['{"x":1}', "{}"]
    assert said.finish_reason == "tool_calls"
