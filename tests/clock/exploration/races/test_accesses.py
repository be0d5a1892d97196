"""What a line is seen to read and write."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from pytest_mlinfra.clock.exploration.races.accesses import Access, accesses


class Box:
    def __init__(self) -> None:
        self.value: Any = 0
        self.items: list[int] = []
        self.table: dict[str, int] = {"a": 1}
        self.lock = asyncio.Lock()
        self.looks = 0

    @property
    def looked(self) -> int:
        self.looks += 1
        return self.looks


@pytest.fixture
def box() -> Box:
    return Box()


def accesses_of(function: Callable[[], object]) -> list[Access]:
    """What the lines of a function touch, but for the variable ``box``."""
    seen: list[Access] = []

    def enter(frame: FrameType, _event: str, _argument: object) -> Any:
        return follow if frame.f_code is function.__code__ else None

    def follow(frame: FrameType, event: str, _argument: object) -> Any:
        if event == "line":
            seen.extend(each for each in accesses(frame) if each.called != "box")
        return follow

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        function()
    finally:
        sys.settrace(before)
    return seen


def touched_by(function: Callable[[], object]) -> set[tuple[str, str]]:
    return {(each.called, "write" if each.is_write else "read") for each in accesses_of(function)}


def changes_as_a_whole(function: Callable[[], object]) -> bool:
    return any(
        each.is_write and isinstance(each.what, tuple) and each.what[0] == "contents"
        for each in accesses_of(function)
    )


def test_an_attribute_is_read(box: Box) -> None:
    def line() -> None:
        _ = box.value

    assert touched_by(line) == {("box.value", "read")}


def test_an_attribute_is_written(box: Box) -> None:
    def line() -> None:
        box.value = 1

    assert touched_by(line) == {("box.value", "write")}


def test_an_augmented_assignment_does_both(box: Box) -> None:
    def line() -> None:
        box.value += 1

    assert touched_by(line) == {("box.value", "read"), ("box.value", "write")}


def test_a_method_changes_a_container(box: Box) -> None:
    def line() -> None:
        box.items.append(1)

    assert changes_as_a_whole(line)


def test_a_method_only_asks_a_container(box: Box) -> None:
    def line() -> None:
        box.items.count(1)

    assert not changes_as_a_whole(line)
    assert ("box.items", "read") in touched_by(line)


def test_an_item_is_written(box: Box) -> None:
    def line() -> None:
        box.table["a"] = 2

    assert ("box.table['a']", "write") in touched_by(line)
    assert not changes_as_a_whole(line)


def test_a_new_item_changes_the_dictionary_as_a_whole(box: Box) -> None:
    def line() -> None:
        box.table["b"] = 2

    assert changes_as_a_whole(line)


def test_a_lock_is_made_to_be_shared(box: Box) -> None:
    def line() -> None:
        box.lock.locked()

    assert any(each.is_guarded for each in accesses_of(line))


def test_a_property_is_called_by_the_program_only(box: Box) -> None:
    def line() -> None:
        _ = box.looked

    accesses_of(line)

    assert box.looks == 1


def test_a_variable_of_an_enclosing_function_is_shared() -> None:
    count = 0

    def line() -> None:
        nonlocal count
        count += 1

    assert touched_by(line) == {("count", "read"), ("count", "write")}


def test_a_variable_of_its_own_is_not() -> None:
    def line() -> None:
        count = 0
        count += 1

    assert touched_by(line) == set()
