from __future__ import annotations

from pathlib import Path

from pytest_mlinfra.clock.finding import Finding, quoted, without_repetition
from pytest_mlinfra.places import Place


def finding(headline: str = "It blocks.", line: int = 1) -> Finding:
    return Finding("blocking-call", headline, Place(Path("app.py"), line, "run"), "await it")


def test_a_finding_says_what_is_wrong_where_and_what_to_write_instead(tmp_path: Path) -> None:
    path = tmp_path / "app.py"
    path.write_text("import time\n\ntime.sleep(1)\n")
    place = Place(path, 3, "run")

    text = str(Finding("blocking-call", "It blocks.", place, "await it", ("seen twice",)))

    assert text.splitlines() == [
        "It blocks.",
        f"  {path}:3: time.sleep(1)",
        "  seen twice",
        "  Instead: await it",
    ]


def test_a_finding_without_a_place_says_what_is_wrong() -> None:
    assert str(Finding("x", "It leaks.", None, "close it")) == "It leaks.\n  Instead: close it"


def test_a_line_that_is_not_there_is_quoted_without_its_text() -> None:
    assert quoted(Place(Path("/nowhere/app.py"), 7, "run")) == "/nowhere/app.py:7"


def test_places_below_the_working_directory_are_shown_from_there() -> None:
    assert str(Place(Path.cwd() / "app" / "main.py", 7, "run")) == "app/main.py:7"


def test_the_same_mistake_on_the_same_line_is_told_once() -> None:
    findings = [finding(), finding(), finding(line=2)]

    assert without_repetition(findings) == [finding(), finding(line=2)]
