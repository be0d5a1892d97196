"""The rules of the statement, one test each: the real ruff over planted projects."""

from __future__ import annotations

import io
import shutil
import textwrap
import tokenize
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pipeline import add_sample, count_labels, make_scorers, pair_scores, read_config

from pytest_mlinfra.gates.ruff import lint_project

Lint = Callable[[dict[str, str]], set[tuple[str, str]]]

# For each family, some of its rules, each with a file that offends it.
OFFENDERS = {
    "E": {
        "E711": "value = 1\nsame = value == None\n",
        "E722": "try:\n    import torch as torch\nexcept:\n    torch = None\n",
    },
    "W": {"W605": 'pattern = "\\d"\n', "W291": "value = 1 \n"},
    "F": {"F401": "import os\n", "F841": "def train():\n    epochs = 3\n"},
    "I": {"I001": "import sys\nimport os\n\nprint(os, sys)\n"},
    "B": {
        "B006": "def collect(item, batch=[]):\n    batch.append(item)\n    return batch\n",
        "B023": "calls = []\nfor n in range(3):\n    calls.append(lambda: n)\n",
        "B905": "pairs = list(zip([1], [2, 3]))\n",
    },
    "C4": {"C404": "d = dict([(n, n) for n in range(3)])\n", "C406": "counts = dict([(1, 2)])\n"},
    "UP": {
        "UP006": "from typing import List\n\nnames: List[str] = ['a']\n",
        "UP045": "from typing import Optional\n\nname: Optional[str] = None\n",
    },
}
A_BUG = OFFENDERS["B"]["B006"]
SHARED_FIXTURE = """
    from fixtures import sample


    def test_sample(sample):
        assert sample
"""
# Offends most of the other families, and none of the seven.
OTHERS = '''
    import logging
    import os
    from datetime import datetime


    class run_log(Exception):
        names = {}

        def reset(self):
            """Forget"""
            pass


    def Report(input, path, mode="fast", verbose=True, limit=17, *extra, **more):
        # print(input)
        # TODO: tell somebody
        assert path, 'a path is needed'
        lines = ["first"] + list(extra)
        for line in open(os.path.join(path, "log.txt")):
            if line != "":
                lines.append(line.strip())
        logging.info(f"{len(lines)} lines")
        print("read at", datetime.now(), "for", input._owner)
        if mode == "fast":
            if verbose:
                return eval(lines[0])
            else:
                return None
        elif limit == 4096:
            raise Exception("too many")
        elif mode == "slow":
            limit = limit * 2
        elif mode == "full":
            limit = limit * 3
        elif mode == "none":
            limit = 0
        elif mode == "half":
            limit = limit / 2
        elif mode == "some":
            limit = 1
        elif mode == "more":
            limit = 42
        try:
            result = lines[limit]
            return result
        except Exception:
            raise run_log("no " + "line" " there") from None
'''


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
    """Each of the seven families has to complain about what offends it, in every way."""
    offenders = {f"offends_{rule}.py": text for rule, text in OFFENDERS[family].items()}

    found = lint(offenders)

    silent = [rule for rule in OFFENDERS[family] if (f"offends_{rule}.py", rule) not in found]
    assert silent == []


@pytest.mark.message("too-many-families")
def test_no_other_family_is_on(lint: Lint) -> None:
    """Code that offends none of the seven families has to be left in peace."""
    assert lint({"train.py": OTHERS}) == set()


@pytest.mark.message("line-length-twice")
def test_the_length_of_lines_is_left_to_black(lint: Lint) -> None:
    """A long line must not be ruff's business where black formats."""
    assert lint({"train.py": f'NAME = "{"x" * 130}"\n'}) == set()


@pytest.mark.message("wrong-python")
def test_knows_that_the_code_runs_on_python_3_11(lint: Lint) -> None:
    """What Python 3.11 has a better way for is complained about, and what only 3.12 has is not."""
    text = """
        import datetime
        from typing import TypeAlias

        Row: TypeAlias = list[float]
        ZONE = datetime.timezone.utc
    """

    assert lint({"train.py": text}) == {("train.py", "UP017")}


@pytest.mark.message("tests-not-exempt")
@pytest.mark.parametrize(
    "path", ["tests/test_train.py", "tests/unit/test_train.py", "tests/conftest.py"]
)
def test_tests_may_import_fixtures(lint: Lint, path: str) -> None:
    """Below tests/, an imported fixture that looks unused must not be complained about."""
    assert lint({path: SHARED_FIXTURE}) == set()


@pytest.mark.points(2)
@pytest.mark.message("too-much-exempt")
def test_only_that_is_silent_and_only_in_tests(lint: Lint) -> None:
    """Tests have to keep every other rule, and files elsewhere these two as well."""
    elsewhere = ["train.py", "src/test_train.py", "contests/train.py"]

    in_tests = {"tests/test_bug.py": A_BUG, "tests/test_epochs.py": OFFENDERS["F"]["F841"]}

    found = lint({**in_tests, **dict.fromkeys(elsewhere, SHARED_FIXTURE)})

    kept = {("tests/test_bug.py", "B006"), ("tests/test_epochs.py", "F841")}
    both = {(path, rule) for path in elsewhere for rule in ("F401", "F811")}
    assert found == kept | both


@pytest.mark.message("left-out")
def test_looks_at_every_folder(lint: Lint) -> None:
    """No file of the project may be left out."""
    files = ["train.py", "pipeline.py", "setup.py"]
    folders = ["src", "pipelines/daily", "tests", "docs", "scripts", "examples", "migrations"]
    places = [*files, *(f"{folder}/train.py" for folder in folders)]

    found = lint(dict.fromkeys(places, A_BUG))

    left_out = [place for place in places if (place, "B006") not in found]
    assert left_out == []


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

    assert isinstance(scorers, list)
    assert [scorer(3.0) for scorer in scorers] == [3.0, 6.0, 30.0]


@pytest.mark.points(2)
@pytest.mark.message("rest-dropped")
@pytest.mark.parametrize("scores", [[0.9], [0.9, 0.8, 0.7]], ids=["fewer", "more"])
def test_names_and_scores_are_equally_many(scores: list[float]) -> None:
    """A name without a score, or a score without a name, must not be dropped."""
    assert pair_scores(["a", "b"], [0.9, 0.8]) == [("a", 0.9), ("b", 0.8)]
    with pytest.raises(ValueError):
        pair_scores(["a", "b"], scores)


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
@pytest.mark.parametrize(
    ("text", "error"), [(17, TypeError), ("[" * 100_000, RecursionError)], ids=["int", "deep"]
)
def test_hides_no_other_error(text: Any, error: type[Exception]) -> None:
    """Only "this is not JSON" may become None; every other error has to pass through."""
    with pytest.raises(error):
        read_config(text)
