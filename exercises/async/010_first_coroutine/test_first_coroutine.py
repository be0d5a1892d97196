"""The rules of the statement, one test each."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Iterator
from pathlib import Path

import first_coroutine
import pytest
from first_coroutine import fetch_data, main, run

from pytest_mlinfra.clock import VirtualClock, VirtualLoop

RESNET = {"url": "https://models.example.com/resnet", "data": "sample data"}


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lines that the answer prints: its `print` is one that only writes them down."""
    lines: list[str] = []

    def note(*values: object, sep: str | None = " ", **_options: object) -> None:
        lines.append((" " if sep is None else sep).join(map(str, values)))

    monkeypatch.setattr(first_coroutine, "print", note)
    return lines


# The module has no `print` of its own, so here is one for `monkeypatch` to put back.
first_coroutine.print = print  # type: ignore[attr-defined]


@pytest.fixture
def virtual_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loops that the answer makes are virtual: a second on them takes no time."""
    policy = asyncio.DefaultEventLoopPolicy
    monkeypatch.setattr(policy, "new_event_loop", lambda _policy: VirtualLoop())


def dictionary_in(line: str) -> object:
    """What a printed line stands for; the line itself if that cannot be said."""
    try:
        return ast.literal_eval(line)
    except (SyntaxError, ValueError):
        return line


@pytest.mark.message("wrong-data")
@pytest.mark.parametrize("url", ["https://models.example.com/bert", ""])
async def test_gives_the_url_and_the_data(url: str) -> None:
    """fetch_data has to give a dictionary with the url that it was passed, and the data."""
    data = await fetch_data(url)

    assert data == {"url": url, "data": "sample data"}
    assert type(data) is dict


@pytest.mark.points(2)
@pytest.mark.message("not-one-second")
async def test_takes_one_second(virtual_clock: VirtualClock) -> None:
    """fetch_data has to take 1.0 second, no more and no less."""
    with virtual_clock.elapsed() as elapsed:
        await fetch_data("https://models.example.com/bert")

    took = elapsed.seconds
    assert took == 1.0, f"it took {took:g} s"


@pytest.mark.points(2)
@pytest.mark.message("others-have-to-wait")
async def test_lets_others_run_meanwhile(virtual_clock: VirtualClock) -> None:
    """While one fetch waits, others have to be able to run: three at once take 1.0 second."""
    with virtual_clock.elapsed() as elapsed:
        await asyncio.gather(*(fetch_data(f"https://{name}.example.com") for name in "abc"))

    took = elapsed.seconds
    assert took == 1.0, f"three at once took {took:g} s"


@pytest.mark.message("shared-dictionary")
async def test_gives_a_new_dictionary_each_time() -> None:
    """Each call has to make a dictionary of its own: what one caller changes is no other's."""
    first = await fetch_data("https://a.example.com")
    first["data"] = "changed by its owner"

    second = await fetch_data("https://b.example.com")
    first["url"] = "changed by its owner"

    assert second == {"url": "https://b.example.com", "data": "sample data"}


@pytest.mark.points(2)
@pytest.mark.message("wrong-line-printed")
async def test_main_prints_the_dictionary(printed: list[str]) -> None:
    """main has to print the dictionary that came, in one line, and nothing else."""
    await main()

    assert [dictionary_in(line) for line in printed] == [RESNET]


@pytest.mark.message("not-fetched")
async def test_main_prints_what_was_fetched(
    printed: list[str], monkeypatch: pytest.MonkeyPatch, virtual_clock: VirtualClock
) -> None:
    """main has to print what fetch_data gives, whatever that is, as soon as it is there."""
    asked = []

    async def fetch_a_letter(url: str) -> dict[str, str]:
        asked.append(url)
        await asyncio.sleep(3)
        return {"url": url, "data": "a letter"}

    monkeypatch.setattr(first_coroutine, "fetch_data", fetch_a_letter)
    await main()

    calls = len(asked)
    assert calls == 1, f"main called fetch_data {calls} times"
    assert asked == [RESNET["url"]]
    assert [dictionary_in(line) for line in printed] == [{**RESNET, "data": "a letter"}]
    now = virtual_clock.now
    assert now == 3.0, f"fetching took 3 s, and main took {now:g} s"


@pytest.mark.points(2)
@pytest.mark.message("main-not-run")
@pytest.mark.usefixtures("virtual_loops")
def test_run_runs_main_to_its_end(printed: list[str]) -> None:
    """run has to run main to its end, and to return None: nobody is there who could await."""
    result = run()

    returned = type(result).__name__
    assert returned == "NoneType", f"run returned a {returned}"
    assert [dictionary_in(line) for line in printed] == [RESNET]


@pytest.mark.message("runs-once-only")
@pytest.mark.usefixtures("virtual_loops")
def test_run_works_twice(printed: list[str]) -> None:
    """run has to work each time that it is called, and each time from the beginning."""
    run()
    run()

    assert [dictionary_in(line) for line in printed] == [RESNET, RESNET]


# The coroutine of main that was made in vain is not the learner's fault.
@pytest.mark.checks(allow=["coroutine-never-awaited"])
@pytest.mark.message("runs-inside-a-loop")
async def test_run_refuses_to_run_inside_a_loop(printed: list[str]) -> None:
    """Where a loop already runs, run has to raise RuntimeError, and to print nothing."""
    with pytest.raises(RuntimeError):
        run()

    assert printed == []


@pytest.mark.message("runs-on-import")
def test_importing_it_runs_nothing(answer_folder: Path) -> None:
    """Importing the file must run nothing: only `python first_coroutine.py` may."""
    text = (answer_folder / "first_coroutine.py").read_text(encoding="utf-8")

    run_on_import = [ast.unparse(call) for call in calls_on_import(ast.parse(text))]
    assert run_on_import == []


def calls_on_import(module: ast.Module) -> Iterator[ast.Call]:
    """The calls by which importing a file would start something that the file is about."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    own = {each.name for each in module.body if isinstance(each, functions)}
    for statement in module.body:
        if isinstance(statement, (*functions, ast.ClassDef)) or is_for_running(statement):
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func).rpartition(".")[2]
                if called in own | {"run", "run_until_complete", "print", "sleep"}:
                    yield node


def is_for_running(statement: ast.stmt) -> bool:
    """Whether a statement is ``if __name__ == "__main__": ...``."""
    return isinstance(statement, ast.If) and "__name__" in ast.unparse(statement.test)
