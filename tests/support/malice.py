"""Bytes that a server has to survive: noise, requests, broken requests, and known corner cases."""

from __future__ import annotations

import itertools

from hypothesis import strategies as st

_METHODS = ("GET", "HEAD", "POST", "OPTIONS", "CONNECT", "PRI", "get", "", "G\x00T", "A" * 300)
_TARGETS = (
    "/health",
    "/tell/x?y=z",
    "/ticks/2",
    "/raises",
    "/breaks",
    "/bytes/300000",
    "/count",
    "/file",
    "*",
    "http://fleet/health",
    "//",
    "/%",
    "/%zz%00",
    "/\xff",
    "fleet:80",
    "/" + "a" * 9000,
)
_VERSIONS = ("HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/1.9", "HTTP/1.1 ", "HTTP/11", "http/1.1", "")
_HEADERS = (
    "Host: fleet",
    "Host: fleet",
    "Host:",
    "Connection: close",
    "Connection: keep-alive",
    "Connection: upgrade\r\nUpgrade: websocket",
    "Content-Length: 5",
    "Content-Length: 5, 5",
    "Content-Length: 5\r\nContent-Length: 6",
    "Content-Length: 00005",
    "Content-Length: +5",
    "Content-Length: 0x5",
    "Content-Length: -5",
    "Content-Length: 99999999999999999999999",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: Chunked",
    "Transfer-Encoding: gzip, chunked",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: identity",
    "Expect: 100-continue",
    "Expect: a miracle",
    "X-Folded: a\r\n b\r\n\tc",
    " X-Space-First: a",
    "X-Space-Behind : a",
    "X-Empty:",
    "X-Bare-CR: a\rb",
    "X-Control: \x01\x7f",
    "X-Null: \x00",
    "X-High: \xff",
    ": nameless",
    "no colon",
    "X-Long: " + "a" * 70_000,
)
_BODIES = (
    b"",
    b"hello",
    b"5\r\nhello\r\n0\r\n\r\n",
    b'5;ext="a\r\nhello\r\n0\r\nTrailer: x\r\n\r\n',
    b"5\nhello\n0\n\n",
    b"zz\r\n",
    b"ffffffffffffffffffffff\r\n",
    b"-5\r\nhello\r\n",
    b"5\r\nhelloX\r\n",
    b"0\r\n\r\n",
    b"\r\n\r\n\r\n",
)
# Cases over which parsers of HTTP/1 have stumbled before.
_CORNER_CASES = (
    b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\x00",
    b"\r",
    b"\n",
    b" \r\n",
    b"GET",
    b"GET /health HTTP/1.1\nHost: a\n\n",
    b"GET /health HTTP/1.1\r\nHost: a\r\n\n",
    b"GET /health HTTP/1.1\r\nHost: a\n\r\n",
    b"GET /health HTTP/1.1\r\r\nHost: a\r\n\r\n",
    b"GET /health HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"POST /tell/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n",
    b"POST /tell/x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
)


def _request(method: str, target: str, version: str, headers: list[str], body: bytes) -> bytes:
    lines = [f"{method} {target} {version}", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


_requests = st.builds(
    _request,
    st.sampled_from(_METHODS),
    st.sampled_from(_TARGETS),
    st.sampled_from(_VERSIONS),
    st.lists(st.sampled_from(_HEADERS), max_size=5),
    st.sampled_from(_BODIES),
)
_good_requests = st.builds(
    _request,
    st.sampled_from(_METHODS[:4]),
    st.sampled_from(_TARGETS[:8]),
    st.just("HTTP/1.1"),
    st.just(["Host: fleet", "Content-Length: 5"]),
    st.just(b"hello"),
)


@st.composite
def _damaged(draw: st.DrawFn) -> bytes:
    """A request of which a few bytes are others, or are missing."""
    request = draw(_requests | _good_requests)
    at = draw(st.integers(0, len(request)))
    gone = draw(st.integers(0, 20))
    return request[:at] + draw(st.binary(max_size=10)) + request[at + gone :]


_pieces = st.one_of(
    st.binary(max_size=100), _good_requests, _requests, _damaged(), st.sampled_from(_CORNER_CASES)
)


@st.composite
def malice(draw: st.DrawFn) -> list[bytes]:
    """What one client sends, in the parts in which it arrives."""
    whole = b"".join(draw(st.lists(_pieces, min_size=1, max_size=4)))
    places = sorted(draw(st.lists(st.integers(0, len(whole)), max_size=4)))
    cuts = [0, *places, len(whole)]
    return [whole[start:end] for start, end in itertools.pairwise(cuts)]
