"""Tensors and their bytes, held to numpy's where it is installed."""

from __future__ import annotations

import math
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_mlinfra.errors import ModelError
from pytest_mlinfra.fleet import TensorSpec
from pytest_mlinfra.fleet.models.datatypes import DATATYPES
from pytest_mlinfra.fleet.models.tensors import Tensor, tensor_of

INTEGERS = [name for name, each in DATATYPES.items() if each.least is not None]


@settings(deadline=None)
@given(st.data())
def test_every_integer_survives_its_bytes(data: st.DataObject) -> None:
    datatype = DATATYPES[data.draw(st.sampled_from(INTEGERS))]
    values = data.draw(st.lists(st.integers(datatype.least, datatype.greatest)))

    encoded = datatype.encode(values)

    assert len(encoded) == len(values) * (datatype.size or 0)
    assert list(datatype.decode(encoded)) == values


@settings(deadline=None)
@given(st.lists(st.floats(width=16, allow_nan=False)))
def test_every_half_float_survives_its_bytes(values: list[float]) -> None:
    half = DATATYPES["FP16"]

    assert list(half.decode(half.encode(values))) == values


@settings(deadline=None)
@given(st.lists(st.floats(width=32, allow_nan=False)))
def test_a_brain_float_is_within_a_256th(values: list[float]) -> None:
    brain = DATATYPES["BF16"]

    decoded = brain.decode(brain.encode(values))

    for value, found in zip(values, decoded, strict=True):
        # The least that it tells apart, far below what anybody trains with.
        assert math.isclose(value, found, rel_tol=2**-8, abs_tol=2**-133) or abs(value) > 3.38e38
    assert list(brain.decode(brain.encode(decoded))) == list(decoded)


@pytest.mark.parametrize(("bits", "rounded"), [(0x3F808000, 0x3F80), (0x3F818000, 0x3F82)])
def test_a_brain_float_halfway_goes_to_the_even_one(bits: int, rounded: int) -> None:
    (value,) = struct.unpack("<f", struct.pack("<I", bits))

    assert DATATYPES["BF16"].encode([value]) == struct.pack("<H", rounded)


@settings(deadline=None)
@given(st.lists(st.text()))
def test_every_string_survives_its_bytes(values: list[str]) -> None:
    encodable = [value.encode("utf-8", "ignore").decode() for value in values]
    strings = DATATYPES["BYTES"]

    assert list(strings.decode(strings.encode(encodable))) == encodable


@settings(deadline=None)
@given(st.lists(st.binary(), min_size=1), st.data())
def test_strings_may_be_any_bytes_but_must_not_be_cut_off(
    values: list[bytes], data: st.DataObject
) -> None:
    strings = DATATYPES["BYTES"]
    encoded = b"".join(struct.pack("<I", len(value)) + value for value in values)
    cut = data.draw(st.integers(1, 3 + len(values[-1])))

    assert strings.encode(strings.decode(encoded)) == encoded
    with pytest.raises(ValueError, match="last string"):
        strings.decode(encoded[:-cut])


@settings(deadline=None)
@given(st.lists(st.integers(1, 3), max_size=3).map(tuple))
def test_nested_lists_and_tensors_are_two_ways_to_say_it(shape: tuple[int, ...]) -> None:
    tensor = Tensor("x", "INT64", shape, list(range(math.prod(shape))))

    again = tensor_of("x", tensor.nested())

    assert (again.shape, list(again.values)) == (shape, list(tensor.values))


@pytest.mark.parametrize(
    ("content", "datatype"),
    [
        ([True, False], "BOOL"),
        ([1, 2], "INT64"),
        ([1, 2.5], "FP32"),
        (["a"], "BYTES"),
        ([], "FP32"),
        (2.5, "FP32"),
    ],
)
def test_the_datatype_is_that_of_the_elements(content: object, datatype: str) -> None:
    assert tensor_of("x", content).datatype == datatype


@pytest.mark.parametrize(
    ("content", "datatype", "complaint"),
    [
        ([[1, 2], [3]], None, "the lists of 'x' differ in length"),
        ([[1, 2], [3], [4, 5, 6]], None, "differ in length"),
        ([1, [2]], None, "differ in length"),
        ([1, "a"], None, "beside other things"),
        ([None], None, "no tensor holds NoneType"),
        ([256], "UINT8", "256 does not fit into UINT8"),
        ([True], "INT8", "True is no INT8"),
        (["a"], "FP32", "'a' is no FP32"),
        ([1.5], "INT32", "1.5 is no INT32"),
    ],
)
def test_what_is_no_tensor_says_why(content: object, datatype: str | None, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        tensor_of("x", content, datatype)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("x", "FP8"), "the datatype 'FP8' is none of BOOL, INT8"),
        (("x", "FP32", (-2,)), "a dimension is -1 or a size, not -2"),
        (("x", "FP32", (1,), 2, 1), r"'low' \(2\) is above 'high' \(1\)"),
    ],
)
def test_a_spec_that_cannot_be_is_refused(arguments: tuple[str, ...], complaint: str) -> None:
    with pytest.raises(ModelError, match=complaint):
        TensorSpec(*arguments)  # type: ignore[arg-type]
