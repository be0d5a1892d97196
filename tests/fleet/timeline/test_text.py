"""The picture in characters: each is a snapshot that a person has looked at."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from exchanges import Told, retries, staircase, written
from pytest_mlinfra.fleet import Journal
from pytest_mlinfra.fleet.exchange import OUTCOMES
from pytest_mlinfra.fleet.timeline.characters import ASCII, UNICODE, Characters
from pytest_mlinfra.fleet.timeline.text import draw
from pytest_mlinfra.fleet.timeline.view import View


def _story() -> Journal:
    """Everything that can be drawn."""
    return written(
        Told(0, 1, "POST /v1/chat", model="gpt", first_byte=0.25, connection="a"),
        Told(0, 2, "POST /v1/chat", model="gpt", queued=1, first_byte=1.25, connection="b"),
        Told(0.5, 1.2, model="bert", outcome="reset", faults=("reset",), connection="c"),
        Told(1.5, 1.7, model="bert", outcome="faulted", status=503, faults=("latency", "status"),
             connection="d"),
        Told(1, 2.2, "GET /v1/models", model="bert", outcome="cancelled", connection="a"),
        Told(1.9, 1.9, model="bert", connection="d"),
        Told(2, None, "GET /v1/models/resnet/versions/1", model="resnet", connection="b"),
    )  # fmt: skip


def test_draws_everything_that_can_happen() -> None:
    assert draw(_story(), view=View(now=2.5)) == snapshot("""\
                                 0        1        2 s
                                 ┬────────┬────────┬───
gpt     POST /v1/chat         #1 ██▄▄▄▄▄▄▄              200
gpt     POST /v1/chat         #2 ░░░░░░░░░██▄▄▄▄▄▄▄     200
bert    GET /health           #3     ██████×            reset
bert    GET /v1/models        #1          █████████◄    cancelled
bert    GET /health           #4              █!        503 try 2 la…ncy, status
bert    GET /health           #4                  ▌     200 try 3
resnet  GET /v1/mo…ersions/1  #2                   ███► in flight
░ queued   █ until the first byte   ▄ streaming
! answered or spoilt by a fault   × reset   ◄ cancelled by the client
► still in flight   #1 number of the connection\
""")


def test_draws_the_same_in_ascii() -> None:
    assert draw(_story(), view=View(now=2.5), characters=ASCII) == snapshot("""\
                                 0        1        2 s
                                 +--------+--------+---
gpt     POST /v1/chat         #1 ##=======              200
gpt     POST /v1/chat         #2 .........##=======     200
bert    GET /health           #3     ######x            reset
bert    GET /v1/models        #1          #########<    cancelled
bert    GET /health           #4              #!        503 try 2 l..ncy, status
bert    GET /health           #4                  |     200 try 3
resnet  GET /v1/m..ersions/1  #2                   ###> in flight
. queued   # until the first byte   = streaming
! answered or spoilt by a fault   x reset   < cancelled by the client
> still in flight   #1 number of the connection\
""")


def test_says_once_what_every_row_would_say() -> None:
    assert draw(staircase(3)) == snapshot("""\
GET /health 0        0.2     0.4      0.6     0.8      1.0     1.2      1.4 s
            ┬────────┬───────┬────────┬───────┬────────┬───────┬────────┬───
model-0     █████████████████████                                            200
model-1                          ██████████████████████                      200
model-2                                                █████████████████████ 200\
""")


def test_numbers_the_rows_that_are_all_alike() -> None:
    assert draw(retries()) == snapshot("""\
resnet POST /predict 0     1    2     3     4    5     6     7 s
                     ┬─────┬────┬─────┬─────┬────┬─────┬─────┬─
1                    !                                          503 status
2                          !                                    503 try 2 status
3                                      !                        503 try 3 status
4                                                             █ 200 try 4
! answered or spoilt by a fault\
""")


def test_says_once_which_fault_befell_all() -> None:
    told = [Told(step, step + 1, model=f"m{step}", faults=("latency",)) for step in range(2)]

    assert draw(written(*told)) == snapshot("""\
GET /health 0               0.5             1.0             1.5 s
            ┬───────────────┬───────────────┬───────────────┬───────────────
m0          ████████████████████████████████                                 200
m1                                          ████████████████████████████████ 200
every request: latency\
""")


def test_cuts_out_a_long_wait() -> None:
    short = [Told(step / 100, (step + 1) / 100, model=f"m{step}") for step in range(4)]
    journal = written(Told(0, 30, model="stuck", outcome="cancelled"), *short)

    assert draw(journal) == snapshot("""\
GET /health 0             0.01          0.02         0.03            30 s
            ┬─────────────┬─────────────┬────────────┬─────────────//┬
stuck       ███████████████████████████████████████████████████████//◄ cancelled
m0          ██████████████                                             200
m1                        ██████████████                               200
m2                                      █████████████                  200
m3                                                   ██████████████    200
◄ cancelled by the client   // 29.96 s in which nothing happens\
""")


def test_draws_what_happens_at_one_instant() -> None:
    journal = written(*(Told(3, 3, model=f"m{number}") for number in range(3)))

    assert draw(journal) == snapshot("""\
GET /health 0 s
            ┬───────────────────────────────────────────────────────────────
m0          ▌                                                                200
m1          ▌                                                                200
m2          ▌                                                                200\
""")


def test_counts_what_has_no_room() -> None:
    told = [Told(step / 10, step / 10 + 0.25, model=f"m{step % 3}") for step in range(100)]
    told[50] = Told(5, 5.25, model="m2", outcome="reset")

    assert draw(written(*told)) == snapshot("""\
GET /health 0        2         4        6        8        10 s
            ┬────────┬─────────┬────────┬────────┬────────┬
m0          █                                               200
m1          ██                                              200
m2           █                                              200
m0           ██                                             200
… 45 more     ·····················                         200, up to 3 at once
m1                                 █                        200
m2                                 ×                        reset
m0                                  █                       200
m1                                  █                       200
m2                                   █                      200 try 2
m0                                   █                      200
m1                                   ██                     200
m2                                    █                     200
m0                                    ██                    200
… 41 more                              ···················· 200, up to 3 at once
m0                                                        █ 200
× reset\
""")


def test_counts_all_between_the_ends_where_everything_differs() -> None:
    told = [Told(step, step + 1, f"GET /models/{step}") for step in range(50)]

    assert draw(written(*told)) == snapshot("""\
model          0        10       20      30       40      50 s
               ┬────────┬────────┬───────┬────────┬───────┬
GET /models/0  █                                            200
GET /models/1   █                                           200
GET /models/2    █                                          200
GET /models/3     █                                         200
GET /models/4      ▌                                        200
GET /models/5      █                                        200
GET /models/6       █                                       200
GET /models/7        █                                      200
GET /models/8         █                                     200
GET /models/9          █                                    200
GET /models/10          █                                   200
GET /models/11           █                                  200
… 35 more                 ······························    200, up to 1 at once
GET /models/47                                          █   200
GET /models/48                                           █  200
GET /models/49                                            █ 200\
""")


def test_leaves_out_the_middle_of_a_long_name() -> None:
    paths = [f"GET /v1/models/a-model-with-a-long-name/versions/{n}" for n in range(2)]

    assert draw(written(*(Told(0, 1, path) for path in paths)), 60) == snapshot("""\
model                    0               0.5 s
                         ┬───────────────┬──────────────
GET /v1/mode…/versions/0 ███████████████████████████████ 200
GET /v1/mode…/versions/1 ███████████████████████████████ 200\
""")


def test_counts_from_the_epoch() -> None:
    journal = written(Told(100, 101), Told(102, 103.5))

    assert draw(journal[1:], view=View(epoch=100)) == snapshot("""\
model GET /health 2.0     2.2    2.4     2.6     2.8     3.0    3.2     3.4 s
                  ┬───────┬──────┬───────┬───────┬───────┬──────┬───────┬───
2                 ██████████████████████████████████████████████████████████ 200\
""")


def test_an_empty_journal_is_a_sentence() -> None:
    assert draw(Journal()) == "no request arrived"


@st.composite
def _stories(draw_: st.DrawFn) -> list[Told]:
    times = st.floats(0, 100).map(lambda seconds: round(seconds, 3))
    spans = draw_(st.lists(st.tuples(times, times, st.sampled_from(OUTCOMES)), min_size=1))
    names = st.text(st.characters(categories=["L", "N"], max_codepoint=0x24F), min_size=1)
    return [
        Told(
            min(span[:2]),
            None if span[2] == "in flight" else max(span[:2]),
            f"GET /{draw_(names)}",
            model=draw_(names),
            outcome=span[2],
        )
        for span in spans
    ]


@given(_stories(), st.integers(60, 120), st.sampled_from([ASCII, UNICODE]))
def test_every_picture_keeps_to_its_width(
    story: list[Told], width: int, characters: Characters
) -> None:
    picture = draw(written(*story), width, characters=characters)

    lines = picture.splitlines()
    assert max(map(len, lines)) <= width
    assert len(lines) <= 16 + 2 + 5
