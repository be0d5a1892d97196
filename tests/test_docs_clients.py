"""Every client's example is run as its reader would run it, where the client is installed."""

from __future__ import annotations

import importlib.util
import os
import re
from pathlib import Path

import pytest

from clients import REQUIRED

_BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
_IMPORT = re.compile(r"^(?:import|from) (\w+)", re.MULTILINE)
# So large that nobody is made to install it.
_ON_DEMAND = {"kserve"}


def _missing(block: str) -> set[str]:
    return {name for name in _IMPORT.findall(block) if importlib.util.find_spec(name) is None}


def test_every_example_of_a_client_passes(pytester: pytest.Pytester, repository: Path) -> None:
    blocks = _BLOCK.findall((repository / "docs/clients.md").read_text())
    runnable = [block for block in blocks if not _missing(block)]
    for number, block in enumerate(runnable):
        (pytester.path / f"test_example_{number}.py").write_text(block)

    result = pytester.runpytest_subprocess(
        *("-o", "asyncio_mode=auto", "-o", "asyncio_default_fixture_loop_scope=function"),
        *("-W", "error"),
    )

    missing = set().union(*map(_missing, blocks)) - _ON_DEMAND
    assert not (missing and os.environ.get(REQUIRED))
    result.assert_outcomes(passed=sum(block.count("def test_") for block in runnable))
    if missing:
        pytest.skip(f"the rest passes, but {', '.join(sorted(missing))} are not installed")


@pytest.mark.parametrize(
    "client",
    ["openai", "tritonclient", "ollama", "huggingface_hub", "httpx", "aiohttp", "kserve"],
)
def test_no_client_is_left_out(repository: Path, client: str) -> None:
    assert f"\n## {client}\n" in (repository / "docs/clients.md").read_text()
