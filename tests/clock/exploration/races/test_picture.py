"""The picture of an interleaving, as its reader sees it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from inline_snapshot import snapshot

from pytest_mlinfra.clock.exploration import explore
from pytest_mlinfra.errors import RaceFoundError

TRANSFER = """
import asyncio

class Account:
    def __init__(self):
        self.balance = 100

    async def withdraw(self, amount):
        if self.balance >= amount:
            await asyncio.sleep(0)
            self.balance -= amount

async def later(account):
    for _ in range(3):
        await asyncio.sleep(0)
    await account.withdraw(80)

async def program():
    account = Account()
    await asyncio.gather(account.withdraw(80), later(account))
    assert account.balance >= 0, account.balance
"""

TOTAL = """
import asyncio

total = 0

async def fetch():
    await asyncio.sleep(0)
    return 1

async def add(polls):
    global total
    for _ in range(polls):
        await asyncio.sleep(0)
    total += await fetch()

async def program():
    global total
    total = 0
    others = [asyncio.create_task(asyncio.sleep(0)) for _ in range(6)]
    await asyncio.gather(add(0), add(40), *others)
    assert total == 2
"""


@pytest.fixture
def imported(tmp_path: Path) -> ModuleType:
    """A module whose text is set by the test."""
    spec = importlib.util.spec_from_file_location("bank", tmp_path / "bank.py")
    assert spec is not None
    return importlib.util.module_from_spec(spec)


def race_in(module: ModuleType, text: str) -> RaceFoundError:
    assert module.__spec__ is not None
    assert module.__spec__.origin is not None
    assert module.__spec__.loader is not None
    Path(module.__spec__.origin).write_text(text.lstrip())
    module.__spec__.loader.exec_module(module)
    with pytest.raises(RaceFoundError) as found:
        explore(module.program, command="pytest test_bank.py --mlinfra-schedule={}")
    return found.value


def test_a_race_with_its_picture_and_the_way_to_repeat_it(imported: ModuleType) -> None:
    assert str(race_in(imported, TRANSFER)) == snapshot("""\
AssertionError: -60

It passes in the usual order of steps, which nothing promises.
It fails if one step waits for another:

A  program
B  withdraw
C  later

A  B  C  bank.py
●        18  account = Account()
          5  self.balance = 100
         19  await asyncio.gather(account.withdraw(80), later(account))
   ●      8  if self.balance >= amount:
          9  await asyncio.sleep(0)
      ●  13  for _ in range(3):
         14  await asyncio.sleep(0)
B is ready to go on, but C goes first:
   ┊  ●  13  for _ in range(3):
   ┊     14  await asyncio.sleep(0)
   ┊  ●  13  for _ in range(3):
   ┊     14  await asyncio.sleep(0)
   ┊  ●  13  for _ in range(3):
   ┊     15  await account.withdraw(80)
   ┊      8  if self.balance >= amount:
   ┊      9  await asyncio.sleep(0)
   ●     10  self.balance -= amount
      ●  10  self.balance -= amount
✗        20  assert account.balance >= 0, account.balance

They share self.balance.

Once more: pytest test_bank.py --mlinfra-schedule=withdraw.2@later.4\
""")


def test_a_long_run_is_cut_to_what_matters(imported: ModuleType) -> None:
    assert race_in(imported, TOTAL).picture == snapshot("""\
A  program
B  add
C  add:2

A  B  C  bank.py
●        17  total = 0
         18  others = [asyncio.create_task(asyncio.sleep(0)) for _ in r…
         19  await asyncio.gather(add(0), add(40), *others)
   ●     11  for _ in range(polls):
         13  total += await fetch()
          6  await asyncio.sleep(0)
      ●  11  for _ in range(polls):
         12  await asyncio.sleep(0)
B is ready to go on, but C goes first:
   ┊  ●  11  for _ in range(polls):
   ┊     12  await asyncio.sleep(0)
⋮
   ┊  ●  11  for _ in range(polls):
   ┊     13  total += await fetch()
   ┊      6  await asyncio.sleep(0)
   ●      7  return 1
         13  total += await fetch()
      ●   7  return 1
         13  total += await fetch()
✗        20  assert total == 2

They share total.\
""")


def test_no_line_is_too_long_for_a_terminal(imported: ModuleType) -> None:
    long = TRANSFER.replace("account.balance >= 0,", f"account.balance >= 0 and '{'x' * 99}',")

    assert max(map(len, race_in(imported, long).picture.splitlines())) == 72
