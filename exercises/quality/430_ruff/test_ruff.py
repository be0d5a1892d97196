"""The rules of the statement, one test each: the real ruff over planted projects."""

from __future__ import annotations

import io
import json
import shutil
import textwrap
import tokenize
from collections.abc import Callable
from pathlib import Path

import pytest
from pipeline import add_sample, count_labels, make_scorers, pair_scores, read_config

from pytest_mlinfra.gates.ruff import lint_project

Lint = Callable[[dict[str, str]], set[tuple[str, str]]]

OFFENDERS = {
    "E": ("E711", "value = 1\nsame = value == None\n"),
    "W": ("W605", 'pattern = "\\d"\n'),
    "F": ("F401", "import os\n"),
    "I": ("I001", "import sys\nimport os\n\nprint(os, sys)\n"),
    "B": ("B006", "def collect(item, batch=[]):\n    batch.append(item)\n    return batch\n"),
    "C4": ("C406", "counts = dict([(1, 2)])\n"),
    "UP": ("UP006", "from typing import List\n\nnames: List[str] = ['a']\n"),
}
SHARED_FIXTURE = """
    from fixtures import sample


    def test_sample(sample):
        assert sample
"""


@pytest.fixture
def lint(tmp_path: Path, answer_folder: Path) -> Lint:
    """Plants files in a project with the learner's configuration, and lints them."""

    def lint(files: dict[str, str]) -> set[tuple[str, str]]:
        shutil.copyfile(answer_folder / "pyproject.toml", tmp_path / "pyproject.toml")
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text), encoding="utf-8")
        findings = lint_project(tmp_path)
        root = tmp_path.resolve()
        return {
            (Path(finding.path).resolve().relative_to(root).as_posix(), finding.rule)
            for finding in findings
        }

    return lint


@pytest.mark.message("configuration-refused")
def test_ruff_accepts_the_configuration(lint: Lint) -> None:
    """Ruff has to take the configuration without an error and without a warning."""
    lint({"train.py": "EPOCHS = 10\n"})  # raises what ruff says about the configuration


@pytest.mark.message("family-off")
@pytest.mark.parametrize("family", OFFENDERS)
def test_the_family_is_on(lint: Lint, family: str) -> None:
    """Each of the seven families has to complain about a file that offends it."""
    rule, text = OFFENDERS[family]

    assert ("train.py", rule) in lint({"train.py": text})


@pytest.mark.message("too-many-families")
def test_no_other_family_is_on(lint: Lint) -> None:
    """Code that offends none of the seven families has to be left in peace."""
    text = """
        def scale(value, factor=2.5, verbose=True):
            assert value
            if verbose:
                print("scaled by", factor)
            return eval("value * 17")
    """

    assert lint({"train.py": text}) == set()


@pytest.mark.message("line-length-twice")
def test_the_length_of_lines_is_left_to_black(lint: Lint) -> None:
    """A long line must not be ruff's business where black formats."""
    assert lint({"train.py": f'NAME = "{"x" * 130}"\n'}) == set()


@pytest.mark.message("old-python")
def test_knows_that_the_code_runs_on_python_3_11(lint: Lint) -> None:
    """What Python 3.11 has a better way for has to be complained about."""
    text = """
        import datetime

        ZONE = datetime.timezone.utc
    """

    assert lint({"train.py": text}) == {("train.py", "UP017")}


@pytest.mark.message("tests-not-exempt")
@pytest.mark.parametrize("path", ["tests/test_train.py", "tests/unit/test_train.py"])
def test_tests_may_import_fixtures(lint: Lint, path: str) -> None:
    """Below tests/, an imported fixture that looks unused must not be complained about."""
    assert lint({path: SHARED_FIXTURE}) == set()


@pytest.mark.points(2)
@pytest.mark.message("too-much-exempt")
def test_only_that_is_silent_and_only_in_tests(lint: Lint) -> None:
    """Tests have to keep every other rule, and other files these two as well."""
    rule, text = OFFENDERS["B"]

    found = lint({"tests/test_train.py": text, "src/train.py": SHARED_FIXTURE})

    assert found == {
        ("tests/test_train.py", rule),
        ("src/train.py", "F401"),
        ("src/train.py", "F811"),
    }


@pytest.mark.message("left-out")
def test_looks_at_every_folder(lint: Lint) -> None:
    """No file of the project may be left out."""
    places = ["train.py", "src/train.py", "pipelines/daily/train.py", "tests/conftest.py"]
    rule, text = OFFENDERS["B"]

    assert lint(dict.fromkeys(places, text)) == {(place, rule) for place in places}


@pytest.mark.message("silenced")
def test_nothing_is_silenced(answer_folder: Path) -> None:
    """The module has to be mended, not silenced: it may have no noqa comment."""
    text = (answer_folder / "pipeline.py").read_text(encoding="utf-8")
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]

    assert [comment for comment in comments if "noqa" in comment.lower()] == []


@pytest.mark.points(2)
@pytest.mark.message("default-remembers")
def test_a_new_batch_is_new_each_time() -> None:
    """Without a batch, a sample has to go into a new one: a default must not remember."""
    assert add_sample({"id": 1}) == [{"id": 1}]
    assert add_sample({"id": 2}) == [{"id": 2}]


@pytest.mark.message("given-batch-lost")
def test_a_given_batch_grows() -> None:
    """A sample has to be put at the end of the batch that is given, also of an empty one."""
    for batch in ([{"id": 0}], []):
        expected = [*batch, {"id": 1}]
        grown = add_sample({"id": 1}, batch)
        assert grown == expected
        assert grown is batch


@pytest.mark.points(2)
@pytest.mark.message("loop-variable-shared")
def test_each_scorer_has_its_own_weight() -> None:
    """Each function has to multiply by its own weight, not by the last one of the loop."""
    scorers = make_scorers([1.0, 2.0, 10.0])

    assert [scorer(3.0) for scorer in scorers] == [3.0, 6.0, 30.0]


@pytest.mark.points(2)
@pytest.mark.message("rest-dropped")
@pytest.mark.parametrize("scores", [[0.9], [0.9, 0.8, 0.7]], ids=["fewer", "more"])
def test_names_and_scores_are_equally_many(scores: list[float]) -> None:
    """A name without a score, or a score without a name, must not be dropped."""
    assert list(pair_scores(["a", "b"], [0.9, 0.8])) == [("a", 0.9), ("b", 0.8)]
    with pytest.raises(ValueError):
        list(pair_scores(["a", "b"], scores))


@pytest.mark.message("labels-miscounted")
def test_counts_labels() -> None:
    """Labels have to be counted as before."""
    assert count_labels(["cat", "dog", "cat"]) == {"cat": 2, "dog": 1}
    assert count_labels([]) == {}


@pytest.mark.message("config-misread")
@pytest.mark.parametrize(
    ("text", "config"), [('{"epochs": 3}', {"epochs": 3}), ("{", None), ("null", None), ("", None)]
)
def test_reads_a_configuration(text: str, config: dict[str, int] | None) -> None:
    """A text has to be read as JSON, and what is not JSON has to give None, as before."""
    assert read_config(text) == config


@pytest.mark.points(2)
@pytest.mark.message("hides-every-error")
@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, RecursionError])
def test_hides_no_other_error(monkeypatch: pytest.MonkeyPatch, error: type[BaseException]) -> None:
    """Only "this is not JSON" may become None; Ctrl-C and the like have to pass through."""

    def interrupted(*_arguments: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr(json, "loads", interrupted)
    with pytest.raises(error):
        read_config("{}")
