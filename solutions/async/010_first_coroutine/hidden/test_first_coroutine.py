"""The rules once more, with other addresses, in other numbers."""

from __future__ import annotations

import ast
import asyncio
from pathlib import Path

import first_coroutine
import pytest
from first_coroutine import fetch_data, main, run

from pytest_mlinfra.clock import VirtualClock, VirtualLoop

first_coroutine.print = print  # type: ignore[attr-defined] # for monkeypatch to put back


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the answer prints: each line as the value that it stands for, if it is one."""
    values: list[object] = []

    def note(*texts: object, **_options: object) -> None:
        line = " ".join(map(str, texts))
        try:
            values.append(ast.literal_eval(line))
        except (SyntaxError, ValueError):
            values.append(line)

    monkeypatch.setattr(first_coroutine, "print", note)
    policy = asyncio.DefaultEventLoopPolicy
    monkeypatch.setattr(policy, "new_event_loop", lambda _policy: VirtualLoop())
    return values


@pytest.mark.message("wrong-data")
@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/größe?a=1#b", "ftp://x", "no address"])
async def test_gives_any_url_back(url: str) -> None:
    """fetch_data has to give the url back, whatever it is."""
    assert await fetch_data(url) == {"url": url, "data": "sample data"}


@pytest.mark.message("not-one-second")
async def test_each_fetch_takes_a_second(virtual_clock: VirtualClock) -> None:
    """Four fetches one after another have to take 4.0 seconds."""
    ends = []
    for number in range(4):
        await fetch_data(f"https://models.example.com/{number}")
        ends.append(virtual_clock.now)

    assert ends == [1.0, 2.0, 3.0, 4.0]


@pytest.mark.message("others-have-to-wait")
async def test_five_fetches_wait_together(virtual_clock: VirtualClock) -> None:
    """Five fetches at once have to take a second, and to give each its own url."""
    urls = [f"https://models.example.com/{number}" for number in range(5)]

    results = await asyncio.gather(*map(fetch_data, urls))

    assert results == [{"url": url, "data": "sample data"} for url in urls]
    assert virtual_clock.now == 1.0


@pytest.mark.message("shared-dictionary")
async def test_the_same_url_gives_a_new_dictionary() -> None:
    """Two fetches of the same url have to give two dictionaries."""
    first, second = await asyncio.gather(fetch_data("same"), fetch_data("same"))
    first.clear()

    assert second == {"url": "same", "data": "sample data"}
    assert await fetch_data("same") == second


@pytest.mark.message("not-fetched")
async def test_main_prints_whatever_is_fetched(
    printed: list[object], monkeypatch: pytest.MonkeyPatch, virtual_clock: VirtualClock
) -> None:
    """main has to print what fetch_data gives, though it be something else, and come later."""

    async def fetch_figures(url: str) -> dict[str, object]:
        await asyncio.sleep(0.25)
        return {"figures": [1, 2.5, None], "from": url}

    monkeypatch.setattr(first_coroutine, "fetch_data", fetch_figures)
    await main()

    assert printed == [{"figures": [1, 2.5, None], "from": "https://models.example.com/resnet"}]
    assert virtual_clock.now == 0.25


@pytest.mark.message("runs-once-only")
def test_run_works_five_times(printed: list[object]) -> None:
    """run has to work five times in a row."""
    for _ in range(5):
        run()

    resnet = {"url": "https://models.example.com/resnet", "data": "sample data"}
    assert printed == [resnet] * 5


@pytest.mark.checks(allow=["coroutine-never-awaited"])
@pytest.mark.message("runs-inside-a-loop")
async def test_run_refuses_inside_a_task(printed: list[object]) -> None:
    """In a task of a running loop, run has to raise RuntimeError, twice if it is called twice."""

    async def run_within() -> None:
        with pytest.raises(RuntimeError):
            run()
        with pytest.raises(RuntimeError):
            run()

    await asyncio.create_task(run_within())
    await asyncio.sleep(5)

    assert printed == []


@pytest.mark.message("runs-on-import")
def test_nothing_is_called_on_import(answer_folder: Path) -> None:
    """No line of the file may be a bare call: whoever imports it would run that."""
    module = ast.parse((answer_folder / "first_coroutine.py").read_text(encoding="utf-8"))

    statements = [each.value for each in module.body if isinstance(each, ast.Expr)]
    assert [ast.unparse(each) for each in statements if isinstance(each, ast.Call)] == []
