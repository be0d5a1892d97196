"""The page on protocols lists every route, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from pytest_mlinfra.fleet import Model, Models
from pytest_mlinfra.fleet.protocols.built_in import BUILT_IN

_SECTION = re.compile(r"^### (\S+)\n(.*?)(?=^##)", re.MULTILINE | re.DOTALL)
_ROUTE = re.compile(r"`((?:GET|POST|DELETE) /[^`]*)`")


def test_the_page_on_protocols_lists_every_route(repository: Path) -> None:
    page = (repository / "docs/protocols.md").read_text()
    written = {
        name: {
            route
            for row in section.splitlines()
            if row.startswith("| `")
            for route in _ROUTE.findall(row.split(" | ")[0])
        }
        for name, section in _SECTION.findall(page)
    }
    models = Models([Model("{model}")])
    spoken = {
        protocol.name: {f"{route.method} {route.path}" for route in protocol.routes(models)}
        for protocol in BUILT_IN
    }

    assert written == spoken
