"""A `kata.toml` becomes a kata, or an error that says where and what would be right."""

from __future__ import annotations

import pytest

from course_builder import CourseBuilder
from pytest_mlinfra.errors import ManifestError
from pytest_mlinfra.katas.manifest import load_kata


def test_reads_a_manifest(builder: CourseBuilder) -> None:
    folder = builder.kata("async/010_echo", manifest="[points]\ntest = 3\n").folder

    kata = load_kata(folder)

    assert kata.id == "async/010_echo"
    assert (kata.number, kata.slug, kata.track) == ("010", "echo", "async")
    assert kata.manifest.write == ("echo.py",)
    assert kata.manifest.points.test == 3


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("minuts = 5", "line 6: unknown key 'minuts'; did you mean 'minutes'?"),
        ("colour = 5", "unknown key 'colour'; the keys are title, minutes,"),
        ("[points]\nbugs = 1", "line 7: unknown key 'bugs'; did you mean 'bug'?"),
        ("[limits]\ntest = 'long'", "line 7: 'test': expected `float`, got `str`"),
        ("[limits]\nkata = 0", "limits.kata must be above 0, not 0"),
        ("[suite]\ntests = 3", "the key 'module' is missing in [suite]"),
        ("[suite]\nmodule = 'gone.py'", "it names 'gone.py', which is not in the folder"),
        ("given = ['../echo.py']", "'../echo.py' leads out of the kata's folder"),
        ("[gates]\ncoverage = 90", "only a kata with a [suite] has one"),
        ("x = [", "is not valid TOML"),
    ],
)
def test_says_what_is_wrong_and_where(builder: CourseBuilder, line: str, complaint: str) -> None:
    folder = builder.kata().folder
    with (folder / "kata.toml").open("a") as stream:
        stream.write(line)

    with pytest.raises(ManifestError) as caught:
        load_kata(folder)

    assert complaint in str(caught.value)
    assert str(caught.value).startswith("exercises/async/010_echo/kata.toml")


def test_says_which_key_is_missing(builder: CourseBuilder) -> None:
    folder = builder.kata().folder
    (folder / "kata.toml").write_text("minutes = 5\n")

    with pytest.raises(ManifestError, match="the key 'title' is missing"):
        load_kata(folder)


def test_refuses_a_folder_without_a_number(builder: CourseBuilder) -> None:
    folder = builder.kata().folder
    renamed = folder.rename(folder.parent / "echo")

    with pytest.raises(ManifestError, match="'echo' is not named like 030_model_health"):
        load_kata(renamed)


def test_refuses_a_manifest_that_is_not_utf_8(builder: CourseBuilder) -> None:
    folder = builder.kata().folder
    (folder / "kata.toml").write_bytes(b"title = '\xff'")

    with pytest.raises(ManifestError, match="cannot be read"):
        load_kata(folder)
