"""The files of the asynchronous katas run by hand, in real time, against the fleet beside them."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from serving import ServedFleet, served

REPOSITORY = Path(__file__).parent.parent
FLEET = REPOSITORY / "exercises" / "async" / "fleet.toml"
HOME = "127.0.0.1:8000"
# What the katas and their page speak of.
MODELS = ["resnet", "bert", "gpt", "slow", "flaky", "down", "stuck", "trainer", "deployer"]


def _references() -> list[Path]:
    """The references that do something when they are run by themselves."""
    paths = sorted(REPOSITORY.glob("solutions/async/*/*.py"))
    return [path for path in paths if '__name__ == "__main__"' in path.read_text()]


@pytest.fixture
def fleet() -> Iterator[ServedFleet]:
    """The fleet of the katas, at a free port."""
    with served(FLEET, "--port", "0") as fleet:
        yield fleet


@pytest.mark.parametrize("reference", _references(), ids=lambda path: path.parent.name)
def test_a_reference_runs_by_itself(reference: Path, fleet: ServedFleet, tmp_path: Path) -> None:
    address = fleet.url("resnet").removeprefix("http://").removesuffix("/resnet")
    script = tmp_path / reference.name
    # Half a minute to break a model and to heal it in is for people.
    script.write_text(reference.read_text().replace(HOME, address).replace("rounds=15", "rounds=2"))

    done = subprocess.run(
        [sys.executable, script.name],
        cwd=tmp_path,
        env=os.environ | {"NO_PROXY": "*", "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.stderr == ""
    assert done.returncode == 0
    assert done.stdout.strip() != ""


def test_the_monitor_finds_out_how_each_model_is(fleet: ServedFleet, tmp_path: Path) -> None:
    reference = REPOSITORY / "solutions/async/030_model_health/model_health.py"
    address = fleet.url("resnet").removeprefix("http://").removesuffix("/resnet")
    # What takes time is another test's.
    few = reference.read_text().replace(HOME, address).replace(', "slow", "flaky"', "")
    (tmp_path / "few.py").write_text(few.replace(', "stuck"', ""))

    done = subprocess.run(
        [sys.executable, "few.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    found = [ast.literal_eval(line) for line in done.stdout.splitlines()]
    assert [each["endpoint"].rpartition("/")[2] for each in found] == [*MODELS[:3], "down"]
    assert [each["status"] for each in found] == ["healthy"] * 3 + ["error"]


def test_the_fleet_has_the_models_that_the_page_tells_of(fleet: ServedFleet) -> None:
    page = (REPOSITORY / "exercises" / "README.md").read_text()

    assert [model["name"] for model in fleet.said["models"]] == MODELS
    assert [name for name in MODELS if f"| `{name}` |" not in page] == []


def test_its_models_predict_write_stream_and_deploy(fleet: ServedFleet) -> None:
    with httpx.Client(trust_env=False, timeout=30) as client:
        predicted = client.post(f"{fleet.url('resnet')}/predict", json=[1, 2])
        written = client.post(
            f"{fleet.url('gpt')}/v1/chat/completions",
            json={"model": "gpt", "messages": [{"role": "user", "content": "Hi"}]},
        )
        log = client.get(f"{fleet.url('trainer')}/jobs/job-7/logs?epochs=2&format=ndjson")
        events = client.get(f"{fleet.url('trainer')}/jobs/job-7/logs?epochs=2&format=sse")
        deployed = client.post(
            f"{fleet.url('deployer')}/deployments",
            json={"model_id": "resnet", "environment": "production"},
        )
        codes = [client.get(f"{fleet.url('flaky')}/predict").status_code for _ in range(4)]

    assert predicted.json()["prediction"] == {"label": "cat", "score": 0.93}
    assert written.json()["choices"][0]["message"]["content"] == "You said: Hi"
    assert len(log.text.splitlines()) == 2
    assert events.text.count("data:") >= 2
    assert (deployed.status_code, deployed.json()["status"]) == (202, "accepted")
    assert 503 in codes
