"""Asks a running fleet, by its admin API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self, TypeVar
from urllib.parse import quote

import msgspec

from pytest_mlinfra.errors import FleetError
from pytest_mlinfra.fleet.standalone.about import FaultTable, FleetAbout
from pytest_mlinfra.fleet.standalone.address import Address

if TYPE_CHECKING:
    import httpx

_SECONDS = 10.0
_Answer = TypeVar("_Answer")


class FleetClient:
    """The admin API of one running fleet, as methods; a context manager.

    Args:
        address: where it is.

    Raises:
        FleetError: from every method: the fleet does not answer, or refuses; the text
            says why.
    """

    def __init__(self, address: Address) -> None:
        import httpx  # noqa: PLC0415 - only who asks a fleet needs it

        self._address = address
        transport = httpx.HTTPTransport(uds=address.socket, verify=False)
        headers = {"authorization": f"Bearer {address.token}"} if address.token else {}
        self._http = httpx.Client(
            base_url=f"http://127.0.0.1:{address.port or 80}",
            transport=transport,
            headers=headers,
            timeout=_SECONDS,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._http.close()

    def about(self) -> FleetAbout:
        """The fleet and its models: addresses, figures, faults."""
        return self._json(FleetAbout, "GET", "/")

    def add_fault(self, model: str, fault: FaultTable) -> list[FaultTable]:
        """Break a model; returns all faults that it has now, like the methods below."""
        return self._json(list[FaultTable], "POST", _faults_of(model), json=fault)

    def replace_faults(self, model: str, faults: Sequence[FaultTable]) -> list[FaultTable]:
        """Let these faults befall a model, and no others."""
        return self._json(list[FaultTable], "PUT", _faults_of(model), json=list(faults))

    def remove_faults(
        self, model: str, *, kind: str | None = None, number: int | None = None
    ) -> list[FaultTable]:
        """Heal a model: of all faults, of those of one kind, or of the one with a number."""
        query = _given({"kind": kind, "number": number})
        return self._json(list[FaultTable], "DELETE", _faults_of(model), params=query)

    def heal(self) -> FleetAbout:
        """Heal every model."""
        return self._json(FleetAbout, "DELETE", "/faults")

    def journal(self, form: str = "text", **query: Any) -> str:
        """The last requests; `query` may have ``last``, ``model``, ``path`` and ``outcome``."""
        return self._send("GET", "/journal", params={"format": form, **_given(query)}).text

    def follow(self, **query: Any) -> Iterator[str]:
        """Each further request as a line of JSON, as soon as it has ended."""
        import httpx  # noqa: PLC0415

        params = {"follow": "yes", **_given(query)}
        try:
            with self._http.stream("GET", "/journal", params=params, timeout=None) as response:
                self._check(response)
                yield from response.iter_lines()
        except httpx.TransportError as error:
            raise FleetError(f"the fleet {self._address.name!r} has stopped") from error

    def clear_journal(self) -> None:
        """Forget all requests that have ended."""
        self._send("DELETE", "/journal")

    def timeline(self, form: str = "text", **query: Any) -> str:
        """The last requests as a picture, ``text`` or ``svg``."""
        return self._send("GET", "/timeline", params={"format": form, **_given(query)}).text

    def stop(self) -> None:
        """Let the fleet stop, as a signal would."""
        self._send("POST", "/stop")

    def _json(self, kind: type[_Answer], method: str, path: str, **arguments: Any) -> _Answer:
        return msgspec.json.decode(self._send(method, path, **arguments).content, type=kind)

    def _send(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        import httpx  # noqa: PLC0415

        try:
            response = self._http.request(method, path, **arguments)
        except httpx.TimeoutException as error:
            raise FleetError(f"the fleet {self._address.name!r} does not answer") from error
        except httpx.TransportError as error:
            raise FleetError(
                f"the fleet {self._address.name!r} (process {self._address.pid}) cannot be "
                f"reached: {error}"
            ) from error
        self._check(response)
        return response

    @staticmethod
    def _check(response: httpx.Response) -> None:
        if response.is_error:
            response.read()
            raise FleetError(str(response.json()["error"]))


def _faults_of(model: str) -> str:
    return f"/models/{quote(model, safe='')}/faults"


def _given(query: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in query.items() if value is not None}
