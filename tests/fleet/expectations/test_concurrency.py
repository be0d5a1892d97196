"""Sentences about what was in flight when."""

from __future__ import annotations

from inline_snapshot import snapshot

from complaints import complaint_of
from exchanges import Told, staircase, together, written


def test_in_flight_together() -> None:
    together(5).expect(5, "health checks").in_flight_together()

    sentence = staircase(5).to("/health").expect(5, "health checks")
    assert complaint_of(sentence.in_flight_together) == snapshot("""\
expected all 5 health checks in flight together, saw at most 1 at a time

GET /health 0          0.5        1.0         1.5        2.0 s
            ┬──────────┬──────────┬───────────┬──────────┬──────────
model-0     ███████████                                              200
model-1                ███████████                                   200
model-2                           ████████████                       200
model-3                                       ███████████            200
model-4                                                  ███████████ 200\
""")


def test_peak_in_flight() -> None:
    together(3).expect().peak_in_flight(3)

    assert complaint_of(lambda: together(4).expect().peak_in_flight(3)) == snapshot("""\
expected a peak of 3 requests in flight, saw 4

GET /health 0          100        200         300        400 ms
            ┬──────────┬──────────┬───────────┬──────────┬──────────
model-0     ████████████████████████████████████████████████████████ 200
model-1     ████████████████████████████████████████████████████████ 200
model-2     ████████████████████████████████████████████████████████ 200
model-3     ████████████████████████████████████████████████████████ 200\
""")
    assert complaint_of(lambda: staircase(2).expect().peak_in_flight(2)) == snapshot("""\
expected a peak of 2 requests in flight, saw at most 1

GET /health 0          0.2        0.4         0.6        0.8 s
            ┬──────────┬──────────┬───────────┬──────────┬──────────
model-0     ████████████████████████████                             200
model-1                                 ████████████████████████████ 200\
""")


def test_at_most_in_flight() -> None:
    together(3).expect().at_most_in_flight(3)
    staircase(3).expect().at_most_in_flight(3)

    assert complaint_of(lambda: together(3).expect().at_most_in_flight(1)) == snapshot("""\
expected at most 1 request in flight at a time, saw 3

GET /health 0          100        200         300        400 ms
            ┬──────────┬──────────┬───────────┬──────────┬──────────
model-0     ████████████████████████████████████████████████████████ 200
model-1     ████████████████████████████████████████████████████████ 200
model-2     ████████████████████████████████████████████████████████ 200\
""")


def test_one_at_a_time() -> None:
    staircase(3).expect().one_at_a_time()

    journal = written(
        Told(0, 1, model="bert"),
        Told(1.5, 3, "POST /predict", model="bert"),
        Told(2, 3, model="resnet"),
    )
    assert complaint_of(journal.expect().one_at_a_time) == snapshot("""\
expected requests one at a time, but number 3 (resnet GET /health)
arrived while number 2 (bert POST /predict) was in flight

                      0       0.5    1.0     1.5     2.0    2.5 s
                      ┬───────┬──────┬───────┬───────┬──────┬───────
bert    GET /health   ███████████████                                200
bert    POST /predict                        ███████████████████████ 200
resnet  GET /health                                  ███████████████ 200\
""")
