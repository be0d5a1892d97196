"""Values arrive as they were sent, and what is no value is refused."""

from __future__ import annotations

import contextlib
import datetime as dt
import decimal
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_mlinfra.errors import BrokenRuleError
from pytest_mlinfra.runs.split.errors import CannotCrossError
from pytest_mlinfra.runs.split.messages import Failure, Update
from pytest_mlinfra.runs.split.mirrors import Mirrors
from pytest_mlinfra.runs.split.values import Codec


class NothingElse:
    """Knows of nothing but plain data."""

    def refer(self, value: Any, encode: Callable[[Any], Any]) -> Any:
        raise CannotCrossError(f"a {type(value).__name__} has no form here")

    def resolve(self, wire: list[Any], decode: Callable[[Any], Any]) -> Any:
        raise BrokenRuleError("spoke of something that it was never given")

    def pack(self, error: BaseException, encode: Callable[[Any], Any]) -> Failure:
        raise CannotCrossError("no exceptions here")

    def unpack(self, failure: Failure, decode: Callable[[Any], Any]) -> BaseException:
        return RuntimeError(failure.text)


def codecs() -> tuple[Codec, Codec]:
    """One for each end of a wire."""
    return Codec(NothingElse(), Mirrors(0)), Codec(NothingElse(), Mirrors(1))


def over_the_wire(wire: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(wire))


scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters())
    | st.binary()
    | st.dates()
    | st.datetimes()
    | st.timedeltas()
    | st.decimals(allow_nan=False)
    | st.uuids()
    | st.fractions()
    | st.complex_numbers(allow_nan=False)
)
hashable = st.recursive(scalars, lambda each: st.tuples(each, each) | st.frozensets(each))
values = st.recursive(
    scalars,
    lambda each: st.lists(each)
    | st.dictionaries(hashable, each)
    | st.sets(hashable)
    | st.tuples(each),
    max_leaves=8,
)
junk = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from("ldsmtfbinukecxro"),
    lambda each: st.lists(each, max_size=4) | st.dictionaries(st.text(max_size=2), each),
    max_leaves=12,
)


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@settings(max_examples=50)
@given(values)
def test_what_arrives_equals_what_was_sent(value: Any) -> None:
    here, there = codecs()

    arrived = there.decode(over_the_wire(here.encode(value)))

    assert arrived == value
    assert type(arrived) is type(value)


@given(st.lists(st.lists(st.integers(), max_size=3), max_size=3), st.data())
def test_a_change_on_either_side_is_seen_on_the_other(
    value: list[list[int]], data: st.DataObject
) -> None:
    here, there = codecs()
    arrived = there.decode(over_the_wire(here.encode(value)))

    for _ in range(3):
        mine, teller, listener, theirs = data.draw(
            st.sampled_from([(value, here, there, arrived), (arrived, there, here, value)])
        )
        mine.append([len(mine)])
        mine[0].append(7)
        for update in teller.updates():
            listener.apply(msgspec.convert(over_the_wire(msgspec.to_builtins(update)), Update))
        assert theirs == mine


def test_nothing_is_told_where_nothing_has_changed() -> None:
    here, there = codecs()
    value = {"a": [1, {"b": {2}}], "c": ([3],)}
    arrived = there.decode(over_the_wire(here.encode(value)))

    assert arrived == value
    assert here.updates() == ()
    assert there.updates() == ()


def test_a_container_may_hold_itself() -> None:
    here, there = codecs()
    value: list[Any] = [1]
    value.append(value)

    arrived = there.decode(over_the_wire(here.encode(value)))

    assert arrived[1] is arrived


def test_the_same_container_twice_arrives_as_one() -> None:
    here, there = codecs()
    shared = [1]

    first, second = there.decode(over_the_wire(here.encode((shared, shared))))

    assert first is second


def test_a_value_of_a_subclass_arrives_without_the_subclass_s_code() -> None:
    class Sly(int):
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = int.__hash__

    class Point(NamedTuple):
        x: int
        y: int

    here, there = codecs()
    sly, point = there.decode(over_the_wire(here.encode((Sly(3), Point(1, 2)))))

    assert sly == 3
    assert sly != 4
    assert type(sly).__name__ == "Sly"
    assert (point.x, point.y) == (1, 2)


def test_well_known_classes_arrive_as_such() -> None:
    here, there = codecs()
    value = (decimal.Decimal("1.10"), dt.timedelta(microseconds=1), range(3), ..., -math.inf)

    arrived = there.decode(over_the_wire(here.encode(value)))

    assert arrived == value
    assert [type(each) for each in arrived] == [type(each) for each in value]


def test_what_has_no_form_on_the_wire_is_not_sent() -> None:
    here, _ = codecs()
    deep: Any = ()
    for _level in range(100):
        deep = (deep,)

    with pytest.raises(CannotCrossError, match="a object has no form"):
        here.encode(object())
    with pytest.raises(CannotCrossError, match="nested too deeply"):
        here.encode(deep)
    with pytest.raises(CannotCrossError):
        here.encode(10**5000)


@given(junk)
def test_what_is_no_value_is_refused_and_nothing_worse(wire: Any) -> None:
    _, there = codecs()

    with contextlib.suppress(BrokenRuleError):
        there.decode(wire)
