"""From a `fleet.toml` to what it says, or to what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pytest_mlinfra.errors import FleetFileError
from pytest_mlinfra.fleet import Canned, Latency, Serving
from pytest_mlinfra.fleet.standalone.config import FleetConfig
from pytest_mlinfra.fleet.standalone.reading import read_fleet


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The path of a file in the working directory, as a person would name it."""
    monkeypatch.chdir(tmp_path)
    return Path("fleet.toml")


def _read(file: Path, text: str) -> FleetConfig:
    file.write_text(text)
    return read_fleet(file)


def _problems(file: Path, text: str) -> list[str]:
    with pytest.raises(FleetFileError) as caught:
        _read(file, text)
    return list(caught.value.problems)


def test_reads_a_whole_file(file: Path) -> None:
    config = _read(
        file,
        """
        port = 8000
        grace = 2

        [[models]]
        name = "resnet"
        answers = {kind = "canned", content = "cat"}
        serving = {slots = 2}

        [[models]]
        name = "bert"
        port = 8001
        faults = [{kind = "latency", seconds = 0.5, path = "/predict"}]
        """,
    )

    resnet, bert = config.models
    assert (config.name, config.fleet.port, config.fleet.grace) == ("fleet", 8000, 2)
    assert (resnet.model.answers, resnet.model.serving) == (Canned("cat"), Serving(slots=2))
    assert (resnet.port, bert.port) == (None, 8001)
    assert bert.faults == (Latency(seconds=0.5, path="/predict"),)
    assert (config.shared, config.alone) == ([resnet], [bert])


def test_a_model_needs_no_more_than_a_name(file: Path) -> None:
    config = _read(file, '[[models]]\nname = "model"')

    assert (config.fleet.host, config.fleet.port, config.models[0].faults) == ("127.0.0.1", 0, ())


def test_a_recorded_conversation_lies_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "talk.ndjson").write_text('{"request": 1, "response": 2}\n')
    (tmp_path / "fleet.toml").write_text(
        '[[models]]\nname = "m"\nanswers = {kind = "replay", path = "talk.ndjson"}'
    )

    assert read_fleet(tmp_path / "fleet.toml").models


def test_the_name_of_the_file_becomes_the_fleets(tmp_path: Path) -> None:
    file = tmp_path / "my fleet.toml"

    assert _read(file, '[[models]]\nname = "m"').name == "my-fleet"
    assert _read(file, 'name = "demo"\n[[models]]\nname = "m"').name == "demo"


def test_every_problem_is_told_with_its_place(file: Path) -> None:
    problems = _problems(
        file,
        """\
prot = 8000

[[models]]
name = "resnet"
port = "x"
[models.serving]
slot = 2
[[models.faults]]
kind = "latenci"

[[models]]
name = "bert"
faults = [
    {kind = "latency", seconds = 0.5},
    {kind = "latency", secs = 1},
]
answers = {kind = "banana"}
[[models]]
serving = {slots = 0}
""",
    )

    assert problems == snapshot(
        [
            "fleet.toml:1:1: unknown key 'prot'; did you mean 'port'?",
            "fleet.toml:5:1: model 'resnet': 'port': expected int, got str",
            "fleet.toml:7:1: model 'resnet': unknown key 'serving.slot'; did you mean 'slots'?",
            "fleet.toml:9:1: model 'resnet': 'kind': no fault is called 'latenci'; did you mean 'latency'?",
            "fleet.toml:15:24: model 'bert': latency: unknown key 'secs'; did you mean 'seconds'?",
            "fleet.toml:17:12: model 'bert': 'answers.kind': invalid value 'banana'",
            "fleet.toml:19:12: 'serving': 'slots' must be at least 1, not 0",
        ]
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "fleet.toml:1:1: a fleet needs at least one model: [[models]]"),
        ('[models]\nname = "a"', "fleet.toml:1:1: each model is a table of its own: [[models]]"),
        ("models = 3", "fleet.toml:1:1: each model is a table of its own: [[models]]"),
        ("port = ", "fleet.toml:1:8: this is not valid TOML: invalid value"),
        ("\n[a\n", "fleet.toml:2:3: this is not valid TOML: expected ']' at the end of a table declaration"),
        ('a = "', "fleet.toml:1:6: this is not valid TOML: unterminated string"),
        ("[[models]]", "fleet.toml:1:1: the key 'name' is missing"),
        (
            '[[models]]\nname = "a"\n[[models]]\nname = "a"',
            "fleet.toml:4:1: a second model is named 'a'",
        ),
        (
            '[[models]]\nname = "a"\nport = 80\n[[models]]\nname = "b"\nport = 80',
            "fleet.toml:6:1: model 'b': 'a' has port 80 already",
        ),
        (
            'port = 80\n[[models]]\nname = "a"\n[[models]]\nname = "b"\nport = 80',
            "fleet.toml:6:1: model 'b': the fleet has port 80 already",
        ),
        (
            '[[models]]\nname = "a"\nfaults = {kind = "hang"}',
            "fleet.toml:3:1: model 'a': each fault is a table of its own: [[models.faults]]",
        ),
        (
            'port = 70000\n[[models]]\nname = "a"',
            "fleet.toml:1:1: 'port': expected int <= 65535",
        ),
        (
            'name = "a/b"\n[[models]]\nname = "a"',
            "fleet.toml:1:1: 'name': expected str matching regex '^[A-Za-z0-9_.-]{1,40}$'",
        ),
        (
            '[admin]\nprot = 1\n[[models]]\nname = "a"',
            "fleet.toml:2:1: unknown key 'admin.prot'; did you mean 'port'?",
        ),
        (
            'banana = 1\n[[models]]\nname = "a"',
            "fleet.toml:1:1: unknown key 'banana'; the keys are admin, grace, host, keep, models, name, port, tls",
        ),
    ],
)  # fmt: skip
def test_says_what_is_wrong_and_where(file: Path, text: str, problem: str) -> None:
    assert _problems(file, text) == [problem]


def test_two_free_ports_are_two_ports(file: Path) -> None:
    config = _read(file, '[[models]]\nname = "a"\nport = 0\n[[models]]\nname = "b"\nport = 0')

    assert len(config.alone) == 2


class TestFiles:
    def test_that_are_not_there(self, file: Path) -> None:
        with pytest.raises(FileNotFoundError):
            file.read_text()
        with pytest.raises(FleetFileError, match=r"^fleet\.toml: there is no such file$"):
            read_fleet(file)

    def test_that_are_folders(self, tmp_path: Path) -> None:
        with pytest.raises(FleetFileError, match="Is a directory"):
            read_fleet(tmp_path)

    def test_that_are_no_text(self, file: Path) -> None:
        file.write_bytes(b"\xff\xfe")

        with pytest.raises(FleetFileError, match="this is not a text in UTF-8"):
            read_fleet(file)
