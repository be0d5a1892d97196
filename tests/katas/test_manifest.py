"""A `kata.toml` becomes a kata, or an error that says where and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from course_builder import CourseBuilder
from pytest_mlinfra.errors import ManifestError
from pytest_mlinfra.katas.manifest import load_kata


def test_reads_a_manifest(builder: CourseBuilder) -> None:
    folder = builder.kata("async/010_echo", manifest="[points]\ntest = 3\n").folder

    kata = load_kata(folder)

    assert kata.id == "async/010_echo"
    assert kata.manifest.write == ("echo.py",)
    assert kata.manifest.points.test == 3
    assert kata.manifest.points.gate == 1


def test_reads_a_manifest_with_a_mark_at_its_beginning(builder: CourseBuilder) -> None:
    path = builder.kata().folder / "kata.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    assert load_kata(path.parent).manifest.title == "Echo"


def _folder_with(builder: CourseBuilder, line: str) -> Path:
    """The folder of a kata whose manifest goes on, from its line 6, with `line`."""
    folder = builder.kata().folder
    with (folder / "kata.toml").open("a") as stream:
        stream.write(line)
    return folder


def _complaint(folder: Path) -> str:
    with pytest.raises(ManifestError) as caught:
        load_kata(folder)
    return str(caught.value)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("minuts = 5", ", line 6: unknown key 'minuts'; did you mean 'minutes'?"),
        ("colour = 5", ", line 6: unknown key 'colour'; the keys are title, minutes,"),
        ("[points]\nbugs = 1", ", line 7: unknown key 'bugs'; did you mean 'bug'?"),
        ("[suite]\nmodul = 'echo.py'", ", line 7: unknown key 'modul'; did you mean 'module'?"),
        ("[pionts]\ntest = 1", ", line 6: unknown key 'pionts'; did you mean 'points'?"),
        ("[suite]\ntests = 3", ", line 6: the key 'module' is missing in [suite]"),
    ],
)
def test_names_a_key_that_is_unknown_or_missing(
    builder: CourseBuilder, line: str, complaint: str
) -> None:
    folder = _folder_with(builder, line)

    assert _complaint(folder).startswith(f"exercises/async/010_echo/kata.toml{complaint}")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("[limits]\ntest = 'long'", "line 7: 'test': expected `float`, got `str`"),
        ("[points]\ntest = 2\n[limits]\ntest = 'x'", "line 9: 'test': expected `float`, got `str`"),
        ("given = [1]", "line 6: 'given': expected `str`, got `int`"),
        ("points = 3", "line 6: 'points': expected `object`, got `int`"),
        ("[points]\ngate = -1", "line 7: 'gate': expected `float` >= 0.0"),
        ("[points]\ngate = nan", "line 7: 'gate': expected `float` >= 0.0"),
        ("[points]\ngate = true", "line 7: 'gate': expected `float`, got `bool`"),
        ("[suite]\nmodule = 'echo.py'\ntests = 0", "line 8: 'tests': expected `int` >= 1"),
        ("[gates]\ncoverage = 101", "line 7: 'coverage': expected `float` <= 100.0"),
        ("[limits]\nkata = 0", "limits.kata must be above 0 and finite, not 0"),
        ("[limits]\ntest = inf", "limits.test must be above 0 and finite, not inf"),
    ],
)
def test_names_a_value_that_makes_no_sense(
    builder: CourseBuilder, line: str, complaint: str
) -> None:
    assert complaint in _complaint(_folder_with(builder, line))


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ('title = "Echo"', 'title = ""', "line 1: 'title': expected `str` of length >= 1"),
        ("minutes = 5", "minutes = 0", "line 2: 'minutes': expected `int` >= 1"),
        ('["echo.py"]', "[]", "line 5: 'write': expected `array` of length >= 1"),
        ('["echo.py"]', '["echo.py", "echo.py"]', "write names 'echo.py' twice"),
        ("minutes = 5", "", ": the key 'minutes' is missing"),
    ],
)
def test_asks_for_what_every_kata_needs(
    builder: CourseBuilder, before: str, after: str, complaint: str
) -> None:
    path = builder.kata().folder / "kata.toml"
    path.write_text(path.read_text().replace(before, after))

    assert complaint in _complaint(path.parent)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("[suite]\nmodule = 'gone.py'", "it names 'gone.py', which is not in the folder"),
        ("given = ['../echo.py']", "'../echo.py' leads out of the kata's folder"),
        ("given = ['/etc/hosts']", "'/etc/hosts' leads out of the kata's folder"),
        ("[gates]\ncoverage = 90", "gates.coverage is only for a kata with a [suite]"),
        ("[gates]\ntools = ['ruff', 'ruff']", "gates.tools names 'ruff' twice"),
    ],
)
def test_names_what_does_not_fit_the_folder(
    builder: CourseBuilder, line: str, complaint: str
) -> None:
    assert complaint in _complaint(_folder_with(builder, line))


def test_a_kata_without_tests_would_grade_nothing(builder: CourseBuilder) -> None:
    folder = builder.kata().folder
    (folder / "test_echo.py").unlink()

    assert "there is no test_*.py beside it, so nothing would be graded" in _complaint(folder)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"x = [", " is not valid TOML"),
        (b"minutes = 1\nminutes = 2\n", " is not valid TOML: Cannot overwrite a value"),
        (b"title = '\xff'", " is not UTF-8: see line 1"),
        (b"", ": the key 'title' is missing"),
    ],
)
def test_refuses_what_is_no_manifest(
    builder: CourseBuilder, content: bytes, complaint: str
) -> None:
    folder = builder.kata().folder
    (folder / "kata.toml").write_bytes(content)

    assert _complaint(folder).startswith(f"exercises/async/010_echo/kata.toml{complaint}")


def test_refuses_a_folder_of_that_name(builder: CourseBuilder) -> None:
    folder = builder.kata().folder
    (folder / "kata.toml").unlink()
    (folder / "kata.toml").mkdir()

    assert _complaint(folder) == "exercises/async/010_echo/kata.toml is a folder, not a file"


@pytest.mark.parametrize("name", ["echo", "10_echo", "010-echo", "010_Echo", "0100_echo"])
def test_refuses_a_folder_that_is_named_otherwise(builder: CourseBuilder, name: str) -> None:
    folder = builder.kata().folder
    renamed = folder.rename(folder.parent / name)

    assert f"the folder '{name}' is not named like 030_model_health" in _complaint(renamed)
