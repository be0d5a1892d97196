"""The examples of the documentation are run as their reader would run them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGES = (
    "README.md",
    "docs/faults.md",
    "docs/journal.md",
    "docs/models.md",
    "docs/plugin.md",
    "docs/protocols.md",
)
_BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES)
def test_every_example_of_a_page_passes(
    pytester: pytest.Pytester, repository: Path, page: str
) -> None:
    blocks = _BLOCK.findall((repository / page).read_text())
    tests = [block for block in blocks if "def test_" in block]
    hooks = [block for block in blocks if "def pytest_mlinfra_" in block]
    for number, test in enumerate(tests):
        (pytester.path / f"test_example_{number}.py").write_text(test)
    pytester.makeconftest("\n\n".join(hooks))

    result = pytester.runpytest_subprocess(
        "-o", "asyncio_mode=auto", "-o", "asyncio_default_fixture_loop_scope=function"
    )

    assert tests
    outcomes = result.parseoutcomes()
    assert set(outcomes) == {"passed"}
    # One that is parametrized passes several times.
    assert outcomes["passed"] >= sum(test.count("def test_") for test in tests)


@pytest.mark.parametrize(
    "page",
    [
        *PAGES,
        "CONTRIBUTING.md",
        "docs/architecture.md",
        "docs/authoring.md",
        "docs/clients.md",
        "docs/command.md",
        "docs/serve.md",
        "lectures/README.md",
        "lectures/1_async.md",
        "lectures/2_testing.md",
        "lectures/3_quality.md",
    ],
)
def test_every_link_within_the_repository_leads_somewhere(repository: Path, page: str) -> None:
    path = repository / page
    targets = [link for link in _LINK.findall(path.read_text()) if "://" not in link]

    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_the_architecture_shows_every_layer_and_no_other(repository: Path) -> None:
    picture = (repository / "docs/architecture.md").read_text().split("```")[1]
    layers = {path.parent.name for path in (repository / "pytest_mlinfra").glob("*/__init__.py")}

    assert set(re.findall(r"(?<![\w/])(\w+)/ ", picture)) >= layers


def test_the_command_s_page_lists_every_subcommand(repository: Path) -> None:
    page = (repository / "docs/command.md").read_text()
    modules = (repository / "pytest_mlinfra" / "cli").glob("[a-z]*.py")
    names = {path.stem for path in modules} - {"common", "main"}

    assert set(re.findall(r"^\| `(\w+)", page, re.MULTILINE)) == names
