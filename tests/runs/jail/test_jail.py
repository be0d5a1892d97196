"""What confined code sees of the machine, which is little."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from pytest_mlinfra.runs.jail import bubblewrap

pytestmark = pytest.mark.skipif(bool(bubblewrap.why_not()), reason=bubblewrap.why_not())

CONFINED = """
import sys
from pytest_mlinfra.katas.model import Limits
from pytest_mlinfra.runs.jail.confine import confine
layers = confine(Limits(**{limits}))
"""


def jailed(code: str, limits: dict[str, int] | None = None, *, confined: bool = True) -> str:
    """What `code` prints behind the wall."""
    head = CONFINED.format(limits=limits or {}) if confined else ""
    done = subprocess.run(
        bubblewrap.jailed([sys.executable, "-I", "-c", head + textwrap.dedent(code)]),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stdout + done.stderr


def test_every_layer_is_reached_where_the_machine_has_it() -> None:
    assert jailed("print(sorted(layers))") == (
        "['identity', 'limits', 'privileges', 'processes']\n"
    )


def test_the_course_and_its_solutions_are_not_there(repository: Path) -> None:
    seen = jailed(f"""
        from pathlib import Path
        print([Path({str(repository)!r}, name).exists()
               for name in ("exercises", "solutions", "tests", "pytest_mlinfra")])
    """)

    assert seen == "[False, False, False, True]\n"


def test_nothing_can_be_written_but_scratch_files() -> None:
    seen = jailed("""
        import os, sys
        for path in ("/usr/x", "/etc/x", sys.prefix + "/x", "/x", "/tmp/x"):
            try:
                open(path, "w").close()
                print("wrote", path)
            except OSError:
                pass
    """)

    assert seen == "wrote /tmp/x\n"


def test_what_is_written_is_gone_afterwards() -> None:
    jailed("open('/tmp/left-behind', 'w').close()")

    assert not Path("/tmp/left-behind").exists()
    assert "False" in jailed("import os; print(os.path.exists('/tmp/left-behind'))")


def test_the_scratch_folder_is_bounded() -> None:
    seen = jailed(
        """
        try:
            with open("/tmp/big", "wb") as stream:
                for _ in range(80):
                    stream.write(bytes(1 << 20))
        except OSError as error:
            print(error.strerror)
    """,
        {"file": 1024},
    )

    assert seen == "No space left on device\n"


def test_the_network_holds_nothing_but_its_own_loopback() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        seen = jailed(f"""
            import socket
            try:
                socket.create_connection(("127.0.0.1", {port}), timeout=1)
            except OSError as error:
                print(type(error).__name__)
            print([name for _, name in socket.if_nameindex()])
        """)

    assert seen == "ConnectionRefusedError\n['lo']\n"


def test_no_other_process_is_to_be_seen() -> None:
    seen = jailed("""
        import os
        print(os.getpid(), [name for name in os.listdir("/proc") if name.isdigit()])
    """)

    assert seen in ("1 ['1']\n", "1 []\n")


def test_nothing_of_the_environment_leaks() -> None:
    os.environ["MLINFRA_TEST_SECRET"] = "secret"
    try:
        assert "secret" not in jailed("import os; print(dict(os.environ))")
    finally:
        del os.environ["MLINFRA_TEST_SECRET"]


def test_limits_hold() -> None:
    seen = jailed(
        """
        try:
            bytearray(3 << 29)
        except MemoryError:
            print("no memory")
        try:
            with open("/tmp/x", "wb") as stream:
                stream.write(bytes(2 << 20))
        except OSError as error:
            print(error.strerror)
        """,
        {"memory": 64, "file": 1},
    )

    assert seen == "no memory\nFile too large\n"


def test_a_daemon_does_not_outlive_its_run() -> None:
    seen = jailed("""
        import os, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(1.0)
                print("still here", flush=True)
            os._exit(0)
        time.sleep(0.2)
        os._exit(0)
    """)

    assert seen == ""
