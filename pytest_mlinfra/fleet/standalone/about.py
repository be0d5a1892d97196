"""What a running fleet says of itself: the answer of the admin API to ``GET /``."""

from __future__ import annotations

from typing import Any

import msgspec

# A fault as a table, with its ``kind``.
FaultTable = dict[str, Any]


class ModelAbout(msgspec.Struct, frozen=True, kw_only=True):
    """One model.

    Attributes:
        name: its name.
        url: where it is reached, without a slash at the end.
        requests: how many requests for it the journal keeps.
        in_flight: how many of them have not ended.
        faults: what goes wrong with it, outermost first.
    """

    name: str
    url: str
    requests: int
    in_flight: int
    faults: list[FaultTable]


class FleetAbout(msgspec.Struct, frozen=True, kw_only=True):
    """The whole fleet.

    Attributes:
        name: what it is called.
        pid: its process.
        config: the path of its file.
        requests: how many requests there have been.
        in_flight: how many of them have not ended.
        models: its models, in the order of the file.
    """

    name: str
    pid: int
    config: str
    requests: int
    in_flight: int
    models: list[ModelAbout]
