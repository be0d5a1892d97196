"""What a run must be protected from, one function each: ``python -m offenders NAME``.

Every one of them is bounded by itself, in case that the protection fails.
"""

# ruff: noqa: T201 - they talk to whoever watches them
from __future__ import annotations

import atexit
import contextlib
import ctypes
import importlib
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
import warnings
from pathlib import Path

MIB = 1024 * 1024
# No offender goes on for longer, in seconds.
AT_MOST = 20


def ends() -> None:
    print("to output")
    print("to errors", file=sys.stderr)
    sys.exit(3)


def gives_a_text_for_an_exit_code() -> None:
    sys.exit("it did not go well")


def ends_by_a_signal() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def says_good_bye() -> None:
    atexit.register(print, "good-bye")


def endless_loop_that_ignores_signals() -> None:
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP, signal.SIGRTMAX}:
        with contextlib.suppress(OSError):
            signal.signal(number, signal.SIG_IGN)
    end = time.monotonic() + AT_MOST
    while time.monotonic() < end:
        pass


def expression_that_holds_the_gil() -> None:
    re.match(r"(a+)+$", "a" * 40 + "b")


def fork_bomb() -> None:
    end = time.monotonic() + AT_MOST
    for _ in range(7):  # 128 processes
        os.fork()
    while time.monotonic() < end:
        time.sleep(0.1)


def memory_bomb() -> None:
    blocks = [bytearray(b"x") * (8 * MIB) for _ in range(200)]
    print(len(blocks))


def memory_bomb_of_many() -> None:
    for _ in range(3):
        os.fork()
    blocks = [bytearray(b"x") * MIB for _ in range(40)]
    time.sleep(AT_MOST)
    print(len(blocks))


def memory_that_is_shared() -> None:
    """Forty mebibytes, eight times: the same ones."""
    blocks = [bytearray(b"x") * MIB for _ in range(40)]
    for _ in range(3):
        os.fork()
    time.sleep(0.3)
    print(len(blocks))


def large_allocation() -> None:
    print(len(bytearray(10**12)))


def flood() -> None:
    for _ in range(100):
        sys.stdout.write("x" * MIB)
    print("the end", file=sys.stderr)


def large_file() -> None:
    with Path(os.environ["TMPDIR"], "large").open("wb") as file:
        file.writelines(b"x" * MIB for _ in range(64))


def many_files() -> None:
    for number in range(200):
        Path(os.environ["TMPDIR"], str(number)).write_bytes(b"x" * MIB)
        time.sleep(0.001)


def open_files() -> None:
    files = [Path(os.devnull).open() for _ in range(300)]  # noqa: SIM115 - that is the offence
    print(len(files))


def threads() -> None:
    for _ in range(100):
        threading.Thread(target=time.sleep, args=(AT_MOST,), daemon=True).start()
        time.sleep(0.002)
    time.sleep(AT_MOST)


def busy_children() -> None:
    for _ in range(2):
        os.fork()
    end = time.monotonic() + AT_MOST
    while time.monotonic() < end:
        pass


def _write_pid(pid: int) -> None:
    """Write down `pid` for whoever waits for the file to be there."""
    path = Path(os.environ["PID_FILE"])
    path.with_suffix(".new").write_text(str(pid))
    path.with_suffix(".new").rename(path)


def daemon() -> None:
    """Fork twice, begin a session of its own, and stay."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            _write_pid(os.getpid())
            ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)  # whoever dies, stay
            time.sleep(AT_MOST)
        os._exit(0)
    while not Path(os.environ["PID_FILE"]).exists():
        time.sleep(0.01)


def starts_a_child() -> None:
    child = subprocess.Popen([sys.executable, "-c", f"import time; time.sleep({AT_MOST})"])
    _write_pid(child.pid)
    time.sleep(AT_MOST)


def stays_with_a_daemon() -> None:
    daemon()
    time.sleep(AT_MOST)


def child_that_keeps_the_pipe_open() -> None:
    subprocess.Popen([sys.executable, "-c", f"import time; time.sleep({AT_MOST})"])
    print("done")


def many_that_end_at_once() -> None:
    """Each is an orphan when it ends: somebody has to take leave of it."""
    for _ in range(8):
        if os.fork() == 0:
            if os.fork() == 0:
                os._exit(0)
            os._exit(0)
        os.wait()
        time.sleep(0.005)


def kills_its_supervisor() -> None:
    daemon()
    ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(AT_MOST)


def kills_the_server() -> None:
    parent = Path(f"/proc/{os.getppid()}/stat").read_text().rpartition(")")[2].split()[1]
    os.kill(int(parent), signal.SIGKILL)
    time.sleep(AT_MOST)


def stops_its_supervisor() -> None:
    os.kill(os.getppid(), signal.SIGSTOP)
    time.sleep(AT_MOST)


def leaves_a_locked_folder() -> None:
    folder = Path(os.environ["TMPDIR"]) / "locked"
    folder.mkdir()
    (folder / "file").write_text("")
    folder.chmod(0o500)


def sleeps_half_a_second() -> None:
    time.sleep(0.5)


def sleeps() -> None:
    time.sleep(AT_MOST)


_LIST_DESCRIPTORS = "import os; print(*sorted(os.listdir('/proc/self/fd')))"


def says_what_it_inherits() -> None:
    print(*sorted(entry.name for entry in Path("/proc/self/fd").iterdir()))
    print("stdin", repr(sys.stdin.read()))
    print("folder", Path.cwd())
    print("greeting", os.environ.get("GREETING"))
    handlers = map(signal.getsignal, (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE))
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    names = [getattr(each, "__name__", getattr(each, "name", each)) for each in handlers]
    print("signals", *names, blocked)


def says_what_is_random() -> None:
    print(random.random(), uuid.uuid4(), tempfile.mktemp())
    print({"black", "isort", "mypy", "ruff"})


def writes_a_temporary_file() -> None:
    with tempfile.NamedTemporaryFile(delete=False) as file:
        print(file.name)


def lets_a_child_say_what_it_inherits() -> None:
    subprocess.run([sys.executable, "-c", _LIST_DESCRIPTORS], check=True, close_fds=False)


def leaves_traces() -> None:
    if "wave" in sys.modules or any(each[0] == "error" for each in warnings.filters):
        print("traces in this process")
    elif os.environ.get("TRACE") or hasattr(time, "trace"):
        print("traces in what it uses")
    else:
        print("no traces")
    importlib.import_module("wave")
    warnings.simplefilter("error")
    os.environ["TRACE"] = "1"
    setattr(time, "trace", "1")  # noqa: B010 - that is the offence


if __name__ == "__main__":
    globals()[sys.argv[1]]()
