"""A process that adopts orphans knows, and ends, whatever descends from it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

# A process of its own, since adopting orphans is for the whole life of a process.
_BEGIN = """
import json, os, time
from pathlib import Path
from pytest_mlinfra.runs.forkserver import kernel, tree
kernel.adopt_orphans()

def child(function, *arguments):
    pid = os.fork()
    if pid == 0:
        function(*arguments)
        os._exit(0)
    return pid
"""


def _run(code: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-c", _BEGIN + code], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_finds_children_and_grandchildren() -> None:
    found = _run("""
def family():
    child(time.sleep, 20)
    time.sleep(20)

child(family)
while len(list(tree.descendants())) < 2:
    time.sleep(0.01)
print(json.dumps([len(list(tree.descendants())), len(tree.children())]))
tree.kill_descendants()
""")

    assert found == [2, 1]


def test_ends_those_that_forked_twice_and_began_a_session() -> None:
    codes, left = _run("""
def family():
    os.setsid()
    child(time.sleep, 20)
    os._exit(7)

ended = child(family)
child(time.sleep, 20)
while not Path(f"/proc/{ended}/stat").read_text().rpartition(")")[2].startswith(" Z"):
    time.sleep(0.01)
codes = tree.kill_descendants()
print(json.dumps([sorted(codes.values()), len(list(tree.descendants()))]))
""")

    assert codes == [-9, -9, 7]
    assert left == 0


def test_adds_up_what_they_use() -> None:
    before, after, ended = _run("""
def use():
    block = b"x" * 50_000_000
    end = time.process_time() + 0.2
    while time.process_time() < end:
        pass
    Path(os.devnull).write_bytes(block[:1_000_000])
    time.sleep(20)

before = tree.usage()
pid = child(use)
while tree.usage().written < 1_000_000:
    time.sleep(0.01)
after = tree.usage()
tree.kill_descendants()
figures = lambda use: [use.processes, use.threads, use.cpu, use.memory, use.written]
print(json.dumps([figures(use) for use in (before, after, tree.usage())]))
""")

    assert before == [0, 0, 0, 0, 0]
    processes, threads, cpu, memory, written = after
    assert (processes, threads) == (1, 1)
    assert 0.15 <= cpu < 1
    assert 50_000_000 < memory < 150_000_000
    assert 1_000_000 <= written < 1_100_000
    # The time of those that ended still counts.
    assert ended[0] == 0
    assert ended[2] >= 0.15


def test_counts_memory_that_is_shared_only_once_where_it_looks_closely() -> None:
    rough, exact = _run("""
block = b"x" * 50_000_000
for _ in range(4):
    child(time.sleep, 20)
print(json.dumps([tree.usage().memory, tree.exact_memory()]))
tree.kill_descendants()
""")

    assert rough > 200_000_000
    assert exact < 80_000_000


def test_takes_leave_of_orphans_but_not_of_the_runner() -> None:
    assert _run("""
runner = child(os._exit, 3)
other = child(os._exit, 4)
for pid in (runner, other):
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
tree.reap_orphans(runner)
print(json.dumps([tree.children() == [runner], os.waitpid(runner, 0)[1] >> 8]))
""") == [True, 3]
