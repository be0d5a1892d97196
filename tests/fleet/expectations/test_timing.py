"""Sentences about time."""

from __future__ import annotations

from inline_snapshot import snapshot

from complaints import complaint_of
from exchanges import Told, retries, staircase, written


def test_gaps() -> None:
    retries((1, 2, 4)).expect().gaps([1, 2, 4])

    sentence = retries((1, 1, 1)).expect(4, "attempts")
    assert complaint_of(lambda: sentence.gaps([1, 2, 4])) == snapshot("""\
expected pauses of 1 s, 2 s and 4 s between attempts, saw 1 s, 1 s and 1
s

resnet POST /predict 0         1         2         3 s
                     ┬─────────┬─────────┬─────────┬───
1                    !                                  503 status
2                               !                       503 try 2 status
3                                          !            503 try 3 status
4                                                     █ 200 try 4
! answered or spoilt by a fault\
""")


def test_gaps_are_exact_unless_told_otherwise() -> None:
    journal = retries((1.004, 1.996))

    journal.expect().gaps([1, 2], within=0.005)
    assert "saw 1.004 s and 1.996 s" in complaint_of(lambda: journal.expect().gaps([1, 2]))


def test_no_gap_follows_what_is_still_in_flight() -> None:
    journal = written(Told(0, None), Told(1, 2))

    assert complaint_of(lambda: journal.expect().gaps([1])) == snapshot("""\
expected pauses of 1 s between requests, but one that another follows
has not ended

model GET /health 0          0.5        1.0        1.5       2.0 s
                  ┬──────────┬──────────┬──────────┬─────────┬
1                 ███████████████████████████████████████████► in flight
2                                       ██████████████████████ 200
► still in flight\
""")


def test_starts_apart() -> None:
    retries((1, 2)).expect().starts_apart([1.1, 2.1])

    assert complaint_of(lambda: retries((1, 2)).expect().starts_apart([1, 2])) == snapshot("""\
expected requests to start 1 s and 2 s apart, saw 1.1 s and 2.1 s

resnet POST /predict 0         1          2         3 s
                     ┬─────────┬──────────┬─────────┬──
1                    !                                  503 status
2                               !                       503 try 2 status
3                                                     █ 200 try 3
! answered or spoilt by a fault\
""")


def test_took() -> None:
    staircase(3).expect().took(0.5).took([0.5, 0.5, 0.5]).took(0.6, within=0.1)

    assert complaint_of(lambda: staircase(2).expect().took([0.5, 0.25])) == snapshot("""\
expected requests to take 500 ms and 250 ms, saw 500 ms and 500 ms

GET /health 0          0.2        0.4         0.6        0.8 s
            ┬──────────┬──────────┬───────────┬──────────┬──────────
model-0     ████████████████████████████                             200
model-1                                 ████████████████████████████ 200\
""")


def test_what_is_in_flight_has_taken_no_time_yet() -> None:
    journal = written(Told(0, 1), Told(0, None))

    assert complaint_of(lambda: journal.expect().took(1)) == snapshot("""\
expected requests to take 1 s and 1 s, saw 1 s, and 1 still in flight

model GET /health 0        0.2      0.4     0.6      0.8     1.0 s
                  ┬────────┬────────┬───────┬────────┬───────┬
1                 ████████████████████████████████████████████ 200
2                 ███████████████████████████████████████████► in flight
► still in flight\
""")


def test_within() -> None:
    staircase(4).expect().within(2)

    assert complaint_of(lambda: staircase(3).expect().within(1)) == snapshot("""\
expected all 3 requests to be over within 1 s, it took 1.5 s

GET /health 0      0.2     0.4    0.6     0.8    1.0     1.2    1.4 s
            ┬──────┬───────┬──────┬───────┬──────┬───────┬──────┬───
model-0     ███████████████████                                      200
model-1                        ██████████████████                    200
model-2                                          ███████████████████ 200\
""")


def test_what_is_in_flight_is_not_over() -> None:
    journal = written(Told(0, 1), Told(0, None))

    assert complaint_of(lambda: journal.expect().within(5)) == snapshot("""\
expected all 2 requests to be over within 5 s, saw 1 still in flight

model GET /health 0        0.2      0.4     0.6      0.8     1.0 s
                  ┬────────┬────────┬───────┬────────┬───────┬
1                 ████████████████████████████████████████████ 200
2                 ███████████████████████████████████████████► in flight
► still in flight\
""")
