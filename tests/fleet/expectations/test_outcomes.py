"""Sentences about what came of the requests."""

from __future__ import annotations

from inline_snapshot import snapshot

from complaints import complaint_of
from exchanges import Told, retries, staircase, written


def test_statuses() -> None:
    retries((1, 2)).expect().statuses([503, 503, 200])

    assert complaint_of(lambda: retries((1, 2)).expect().statuses([503, 200])) == snapshot("""\
expected requests to be answered with 503 and 200, saw 503, 503 and 200

resnet POST /predict 0         1          2         3 s
                     ┬─────────┬──────────┬─────────┬──
1                    !                                  503 status
2                               !                       503 try 2 status
3                                                     █ 200 try 3
! answered or spoilt by a fault\
""")


def test_no_answer_has_no_status() -> None:
    journal = written(Told(0, 1, outcome="reset"), Told(2, 3))

    journal.expect().statuses([None, 200])
    text = complaint_of(lambda: journal.expect().statuses([200, 200]))
    assert text.startswith(
        "expected requests to be answered with 200 and 200, saw no answer and 200\n"
    )


def test_long_runs_of_statuses_are_counted() -> None:
    text = complaint_of(lambda: staircase(12).expect().statuses([200] * 11 + [503]))

    assert "with 11 times 200 and 503, saw 12 times\n200\n" in text


def test_outcomes() -> None:
    journal = written(Told(0, 1, outcome="reset"), Told(2, 3), Told(4, None))

    journal.expect().outcomes(["reset", "served", "in flight"])
    assert complaint_of(lambda: journal.expect().outcomes(["served", "served"])) == snapshot("""\
expected requests to end as served and served, saw reset, served and in
flight

model GET /health 0          1          2          3         4 s
                  ┬──────────┬──────────┬──────────┬─────────┬
1                 ██████████×                                  reset
2                                       ███████████            200 try 2
3                                                            ► in flight
× reset   ► still in flight\
""")


def test_served() -> None:
    staircase(2).expect().served()

    assert complaint_of(lambda: retries((1, 2)).expect().served()) == snapshot("""\
expected all 3 requests served, saw 2 faulted

resnet POST /predict 0         1          2         3 s
                     ┬─────────┬──────────┬─────────┬──
1                    !                                  503 status
2                               !                       503 try 2 status
3                                                     █ 200 try 3
! answered or spoilt by a fault\
""")


def test_cancelled() -> None:
    journal = written(
        Told(0, 1, model="slow", outcome="cancelled"),
        Told(0, 1, model="slower", outcome="cancelled"),
        Told(0, 0.5, model="quick"),
    )

    journal.expect().cancelled(2)
    journal.of("slow").expect().cancelled()
    assert complaint_of(lambda: journal.expect(noun="checks").cancelled()) == snapshot("""\
expected all 3 checks cancelled, saw 1 served

GET /health 0         0.2       0.4       0.6       0.8      1.0 s
            ┬─────────┬─────────┬─────────┬─────────┬────────┬
slow        █████████████████████████████████████████████████◄ cancelled
slower      █████████████████████████████████████████████████◄ cancelled
quick       █████████████████████████                          200
◄ cancelled by the client\
""")
    assert complaint_of(lambda: journal.expect(noun="checks").cancelled(1)) == snapshot("""\
expected 1 check cancelled by the client, saw 2

GET /health 0         0.2       0.4       0.6       0.8      1.0 s
            ┬─────────┬─────────┬─────────┬─────────┬────────┬
slow        █████████████████████████████████████████████████◄ cancelled
slower      █████████████████████████████████████████████████◄ cancelled
quick       █████████████████████████                          200
◄ cancelled by the client\
""")


def test_attempts() -> None:
    retries((1, 2)).expect().attempts(3)

    assert complaint_of(lambda: retries((1, 2)).expect().attempts(4)) == snapshot("""\
expected 4 attempts, saw 3

resnet POST /predict 0         1          2         3 s
                     ┬─────────┬──────────┬─────────┬──
1                    !                                  503 status
2                               !                       503 try 2 status
3                                                     █ 200 try 3
! answered or spoilt by a fault\
""")


def test_attempts_at_each_of_several() -> None:
    journal = written(
        Told(0, 1, "GET /a", outcome="reset"), Told(0, 1, "GET /b"), Told(2, 3, "GET /a")
    )

    text = complaint_of(lambda: journal.expect().attempts(2))

    assert text.startswith("expected 2 attempts at each, saw 2 and 1\n")
