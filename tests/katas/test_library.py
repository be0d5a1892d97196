"""The course: its katas in order, and how a person names one."""

from __future__ import annotations

from pathlib import Path

import pytest

from course_builder import CourseBuilder
from pytest_mlinfra.errors import CourseNotFoundError, ManifestError, UnknownKataError
from pytest_mlinfra.katas.library import BrokenKata, Course


def test_a_course_is_found_from_anywhere_in_it(builder: CourseBuilder) -> None:
    kata = builder.kata()

    assert Course.find(kata.folder).exercises == builder.exercises
    assert Course.find(builder.root).root == builder.root


def test_there_may_be_no_course(tmp_path: Path) -> None:
    with pytest.raises(CourseNotFoundError, match="expected a folder exercises/ with katas in it"):
        Course.find(tmp_path)


def test_katas_come_in_the_order_of_their_numbers(builder: CourseBuilder) -> None:
    for kata_id in ("quality/410_whisper", "async/020_shout", "async/010_echo"):
        builder.kata(kata_id)

    assert [kata.number for kata in builder.course.katas] == ["010", "020", "410"]


@pytest.mark.parametrize(
    "reference",
    ["010", "10", "loud_echo", "loud-echo", "010_loud_echo", "async/010_loud_echo"],
)
def test_a_kata_answers_to_its_names(builder: CourseBuilder, reference: str) -> None:
    builder.kata("async/010_loud_echo")
    builder.kata("async/020_shout")

    assert builder.course.kata(reference).number == "010"


def test_a_kata_answers_to_paths(builder: CourseBuilder, monkeypatch: pytest.MonkeyPatch) -> None:
    kata = builder.kata()
    builder.kata("async/020_shout")

    assert builder.course.kata("exercises/async/010_echo/echo.py") == kata
    assert builder.course.kata(str(kata.folder)) == kata
    monkeypatch.chdir(kata.folder)
    assert builder.course.kata(".") == kata


@pytest.mark.parametrize("reference", ["async", "gone.py", "exercises"])
def test_a_name_means_no_kata_merely_because_of_the_working_directory(
    builder: CourseBuilder, monkeypatch: pytest.MonkeyPatch, reference: str
) -> None:
    monkeypatch.chdir(builder.kata().folder)

    with pytest.raises(UnknownKataError):
        builder.course.kata(reference)


def test_an_unknown_kata_is_compared_with_those_that_there_are(builder: CourseBuilder) -> None:
    builder.kata("async/010_loud_echo")

    with pytest.raises(UnknownKataError) as caught:
        builder.course.kata("loud_eko")

    assert str(caught.value) == (
        "there is no kata 'loud_eko'; did you mean 010_loud_echo? `mlinfra list` names them all"
    )


def test_what_resembles_nothing_gets_no_guess(builder: CourseBuilder) -> None:
    builder.kata()

    with pytest.raises(UnknownKataError, match="no kata 'zzz'; `mlinfra list` names them all"):
        builder.course.kata("zzz")


@pytest.mark.parametrize(
    ("twin", "shared"), [("testing/010_shout", "010"), ("testing/210_echo", "echo")]
)
def test_twins_are_both_broken_and_can_be_asked_for_by_their_ids(
    builder: CourseBuilder, twin: str, shared: str
) -> None:
    builder.kata("async/010_echo")
    kata = builder.kata("async/020_whisper")
    twin_folder = builder.exercises / twin
    twin_folder.parent.mkdir(exist_ok=True)
    kata.folder.rename(twin_folder)

    course = builder.course

    assert course.katas == ()
    for kata_id in ("async/010_echo", twin):
        entry = course.entry(kata_id)
        assert isinstance(entry, BrokenKata)
        assert f"{kata_id} shares '{shared}' with" in str(entry.error)
    with pytest.raises(UnknownKataError, match="could be any of"):
        course.entry(shared)


def test_a_broken_kata_keeps_its_place_and_its_reason(builder: CourseBuilder) -> None:
    builder.kata("async/010_echo")
    broken = builder.kata("async/020_loud_shout")
    (broken.folder / "kata.toml").write_text("")

    entry = builder.course.entries[1]

    assert isinstance(entry, BrokenKata)
    assert (entry.id, entry.slug) == ("async/020_loud_shout", "loud_shout")
    with pytest.raises(ManifestError, match="the key 'title' is missing"):
        builder.course.kata("020")
