"""Correct programs that are written differently."""

from __future__ import annotations

import pytest

from course_builder import CourseBuilder
from pytest_mlinfra.errors import CourseError
from pytest_mlinfra.suites.variants import check_variants, read_variants

VARIANT = '"""It does it otherwise.\n\nIn detail."""\n\necho = lambda value: value\n'


def test_a_variant_says_in_one_line_how_it_differs(builder: CourseBuilder) -> None:
    kata = builder.suite_kata(variants={"lambda": VARIANT})

    (variant,) = read_variants(kata)

    assert (variant.name, variant.run_name) == ("lambda", "variant[lambda]")
    assert variant.description == "It does it otherwise."
    assert "lambda value" in variant.text


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("echo = 1\n", "needs a docstring that says how it differs"),
        ("def echo(:\n", "is no correct program: invalid syntax"),
    ],
)
def test_says_what_is_wrong_with_one(builder: CourseBuilder, text: str, complaint: str) -> None:
    kata = builder.suite_kata(variants={"other": text})

    with pytest.raises(CourseError) as caught:
        read_variants(kata)

    assert str(caught.value).startswith("solutions/testing/210_echo_tests/variants/other.py")
    assert complaint in str(caught.value)


def test_authors_need_two_of_them(builder: CourseBuilder) -> None:
    kata = builder.suite_kata(variants={"one": VARIANT})

    assert list(check_variants(kata)) == [
        "testing/210_echo_tests has 1 variants of its module; at least 2 are needed"
    ]


def test_authors_are_told_what_is_wrong_with_one(builder: CourseBuilder) -> None:
    (problem,) = check_variants(builder.suite_kata(variants={"other": "x = 1\n"}))

    assert problem.startswith("testing/210_echo_tests: solutions/testing/210_echo_tests/variants")


def test_authors_of_other_katas_need_none(builder: CourseBuilder) -> None:
    assert list(check_variants(builder.kata())) == []
