"""`mlinfra serve`, as a process of its own that real clients talk to."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import msgspec
import pytest

from command import Mlinfra
from pytest_mlinfra.errors import FleetError
from pytest_mlinfra.fleet.standalone.address import Address
from pytest_mlinfra.fleet.standalone.client import FleetClient
from serving import ServedFleet, served

_FLEET = """
grace = 20

[[models]]
name = "resnet"

[[models]]
name = "bert"

[[models]]
name = "slow"
port = 0
faults = [{kind = "latency", seconds = 60, path = "/predict"}]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A fleet of three models, one of which is slow."""
    path = tmp_path / "fleet.toml"
    path.write_text(_FLEET)
    return path


@pytest.fixture
def fleet(file: Path) -> Iterator[ServedFleet]:
    """It, served."""
    with served(file) as fleet:
        yield fleet


@pytest.fixture
def ask(fleet: ServedFleet, mlinfra: Mlinfra, monkeypatch: pytest.MonkeyPatch) -> Mlinfra:
    """What ``mlinfra fleet`` says about it."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(fleet.folder))
    return partial(mlinfra, "fleet")


def _get(url: str) -> httpx.Response:
    return httpx.get(url, trust_env=False, timeout=20)


class TestARunningFleet:
    def test_is_broken_healed_looked_at_and_stopped(self, fleet: ServedFleet, ask: Mlinfra) -> None:
        """The whole story, in one process: it takes a second to start one."""
        health = f"{fleet.url('bert')}/health"

        assert _get(health).json()["model"] == "bert"
        assert ask("break", "bert", "status", "code=503", "first=1").out.startswith(
            "bert  1. status "
        )
        assert [_get(health).status_code for _ in range(2)] == [503, 200]
        assert _get(f"{fleet.url('resnet')}/health").status_code == 200

        shown = ask("--json")
        assert [each["requests"] for each in json.loads(shown.out)["models"]] == [1, 3, 0]
        assert "1. status" in ask().out
        assert "503 status" in ask("timeline", "--model", "bert").out
        told = json.loads(ask("journal", "--json", "--last", "3").out)
        assert [each["status"] for each in told] == [503, 200, 200]
        assert [each["faults"] for each in told] == [["status"], [], []]
        assert ask("heal", "bert").out == "bert: nothing is wrong with it\n"
        event = fleet.event("request")
        assert (event["model"], event["path"], event["status"]) == ("bert", "/health", 200)

        fleet.send(signal.SIGTERM)
        assert fleet.event("stopped") == {"event": "stopped", "requests": 4, "cut_off": 0}
        assert fleet.wait() == 0
        assert fleet.left_behind == []
        with pytest.raises(httpx.ConnectError):
            _get(health)

    def test_lets_requests_finish_and_is_hurried_by_a_second_signal(
        self, fleet: ServedFleet, ask: Mlinfra
    ) -> None:
        asking = threading.Thread(target=_ask_in_vain, args=(f"{fleet.url('slow')}/predict",))
        asking.start()
        while json.loads(ask("--json").out)["in_flight"] == 0:
            pass

        fleet.send(signal.SIGINT)
        assert fleet.event("stopping") == {"event": "stopping", "in_flight": 1, "grace": 20}
        fleet.send(signal.SIGINT)

        assert fleet.event("stopped") == {"event": "stopped", "requests": 1, "cut_off": 1}
        assert fleet.wait() == 1
        asking.join()
        assert fleet.left_behind == []

    def test_is_broken_anew_and_healed_in_part(self, ask: Mlinfra) -> None:
        ask("break", "bert", "hang", "path=/nothing")
        assert ask("break", "bert", "reset", "--instead").out == "bert  1. reset\n"
        ask("break", "bert", "status", "code=500")
        assert ask("heal", "bert", "1").out == "bert  1. status code=500\n"
        assert ask("heal", "bert", "hang").err == "mlinfra: bert has no fault hang\n"
        assert ask("break", "bert", "hnag").err.startswith(
            "mlinfra: 'kind': no fault is called 'hnag'; did you mean 'hang'?"
        )
        assert "status" not in ask("heal").out

    def test_is_watched_by_its_client(
        self, fleet: ServedFleet, ask: Mlinfra, tmp_path: Path
    ) -> None:
        address = msgspec.convert(fleet.said["admin"], Address)
        with FleetClient(address) as client:
            followed = client.follow(model="resnet")
            url, is_told = f"{fleet.url('resnet')}/health", threading.Event()
            asking = threading.Thread(target=_ask_until, args=(is_told, url))
            asking.start()
            told = json.loads(next(followed))
            is_told.set()
            asking.join()
            assert (told["model"], told["path"]) == ("resnet", "/health")

            picture = tmp_path / "picture.svg"
            assert ask("timeline", "--svg", str(picture)).out == ""
            assert picture.read_text().startswith("<svg")
            client.clear_journal()
            assert json.loads(client.journal("json")) == []
            client.replace_faults("bert", [{"kind": "hang"}])
            assert [model.faults for model in client.heal().models if model.name == "bert"] == [[]]

            client.stop()
            fleet.wait()
            with pytest.raises(FleetError, match="the fleet 'fleet' has stopped"):
                list(followed)

    def test_is_stopped_by_its_client(self, fleet: ServedFleet, ask: Mlinfra) -> None:
        assert ask("stop").out == "Stopping\n"

        assert fleet.wait() == 0
        assert fleet.left_behind == []
        assert "no fleet is running" in ask().err


def _ask_until(is_told: threading.Event, url: str) -> None:
    while not is_told.is_set():
        _get(url)


def _ask_in_vain(url: str) -> None:
    with pytest.raises(httpx.TransportError):
        httpx.post(url, json=[1], trust_env=False, timeout=60)


def test_an_admin_api_at_a_port_needs_its_token(
    file: Path, mlinfra: Mlinfra, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(file, "--admin-port", "0", "--name", "demo") as fleet:
        admin = fleet.said["admin"]

        answer = _get(f"http://127.0.0.1:{admin['port']}/")

        assert (answer.status_code, answer.json()) == (
            401,
            {"error": "the token is missing or wrong"},
        )
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(fleet.folder))
        assert mlinfra("fleet", "--fleet", "demo").out.startswith("demo: process")


def test_speaks_tls_with_a_certificate_that_clients_can_trust(tmp_path: Path) -> None:
    pytest.importorskip("trustme")
    file = tmp_path / "fleet.toml"
    file.write_text(
        'tls = true\n[[models]]\nname = "bert"\n[[models]]\nname = "old"\nport = 0\ntls = "expired"'
    )
    with served(file) as fleet:
        trusting = ssl.create_default_context(cafile=fleet.said["admin"]["authority"])
        with httpx.Client(verify=trusting, trust_env=False) as client:
            assert client.get(f"{fleet.url('bert')}/health").status_code == 200
            with pytest.raises(httpx.ConnectError, match="expired"):
                client.get(f"{fleet.url('old')}/health")
        fleet.send(signal.SIGTERM)
        fleet.wait()
        assert fleet.left_behind == []


def test_prints_names_and_urls_for_a_script(file: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest_mlinfra.cli", "serve", str(file), "--print-urls", "--quiet"],
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(3)]
    statuses = [_get(f"{line.split()[1]}/health").status_code for line in lines]
    process.terminate()

    assert process.communicate(timeout=30)[0] == ""
    assert [line.partition("\t")[0] for line in lines] == ["resnet", "bert", "slow"]
    assert statuses == [200, 200, 200]
    assert process.returncode == 0


def test_goes_on_when_nobody_reads_what_it_says(file: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest_mlinfra.cli", "serve", str(file), "--print-urls"],
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    url = process.stdout.readline().split()[1]
    process.stdout.close()

    statuses = [_get(f"{url}/health").status_code for _ in range(3)]
    process.terminate()

    assert statuses == [200, 200, 200]
    assert process.wait(30) == 0
    assert process.stderr.read() == ""
    process.stderr.close()


def test_two_fleets_of_one_name_do_not_run_at_once(file: Path, fleet: ServedFleet) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "pytest_mlinfra.cli", "serve", str(file)],
        env={"XDG_RUNTIME_DIR": str(fleet.folder)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert second.returncode == 2
    assert "a fleet named 'fleet' is running already" in second.stderr


class TestBeforeItRuns:
    def test_validate_opens_nothing(self, mlinfra: Mlinfra, file: Path) -> None:
        said = mlinfra("serve", str(file), "--validate")

        assert (said.code, said.out) == (0, f"{file}: 3 models, nothing wrong\n")

    def test_validate_tells_every_problem(self, mlinfra: Mlinfra, file: Path) -> None:
        file.write_text('prot = 1\n[[models]]\nname = "a"\nserving = {slot = 1}\n')

        said = mlinfra("serve", str(file), "--validate")

        assert said.code == 2
        assert said.err == (
            f"{file}:1:1: unknown key 'prot'; did you mean 'port'?\n"
            f"{file}:4:12: model 'a': unknown key 'serving.slot'; did you mean 'slots'?\n"
        )

    def test_a_file_that_is_not_there_is_one_line(self, mlinfra: Mlinfra) -> None:
        said = mlinfra("serve", "gone.toml")

        assert (said.code, said.err) == (2, "gone.toml: there is no such file\n")

    @pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.1"])
    def test_an_address_that_others_reach_has_to_be_meant(
        self, mlinfra: Mlinfra, file: Path, host: str
    ) -> None:
        said = mlinfra("serve", str(file), "--host", host)

        assert said.code == 2
        assert said.err == (
            f"mlinfra: other machines can reach '{host}'; serve at 127.0.0.1, or add --expose "
            "if you mean it\n"
        )

    def test_whoever_means_it_is_warned(self, mlinfra: Mlinfra, file: Path) -> None:
        said = mlinfra("serve", str(file), "--validate", "--host", "0.0.0.0", "--expose")

        assert (said.code, said.err) == (
            0,
            "Warning: whoever can reach 0.0.0.0 can talk to this fleet\n",
        )

    def test_a_port_that_is_taken_is_one_line(
        self, mlinfra: Mlinfra, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            port = taken.getsockname()[1]
            taken.listen()

            said = mlinfra("serve", str(file), "--port", str(port))

        assert said.code == 2
        assert said.err == (
            f"mlinfra: port {port} of the fleet is taken by another program; choose another, "
            "or 0 for a free one\n"
        )

    def test_a_name_that_cannot_be_a_files_is_refused(self, mlinfra: Mlinfra, file: Path) -> None:
        said = mlinfra("serve", str(file), "--name", "a/b")

        assert said.code == 2
        assert "only letters, digits, dots, dashes and underscores" in said.err
