"""What a learner is told about one failure."""

from __future__ import annotations

from pytest_mlinfra.grading.message import FallsShortError, Message, shortened


def test_a_message_reads_from_the_headline_to_the_place() -> None:
    message = Message(
        id="one-by-one", headline="Together.", evidence="1 == 12", path="a.py", line=3
    )

    assert str(message) == "Together.\n\n1 == 12\n\nLook at a.py:3"


def test_what_there_is_nothing_to_say_about_is_left_out() -> None:
    assert str(Message(id="one-by-one", headline="Together.")) == "Together."


def test_a_place_may_be_a_whole_file() -> None:
    assert Message(id="x", headline="x", path="a.py").place == "a.py"
    assert Message(id="x", headline="x").place == ""


def test_an_item_that_falls_short_carries_its_message() -> None:
    message = Message(id="x", headline="Together.")

    error = FallsShortError(message)

    assert isinstance(error, AssertionError)
    assert error.message is message
    assert str(error) == "Together."


def test_a_long_text_loses_its_tail() -> None:
    text = "\n" + "\n".join(f"line {number}" for number in range(20)) + "\n"

    assert shortened(text, 2) == "line 0\nline 1\n… and 18 more lines"
    assert shortened(text, 20) == text.strip()
