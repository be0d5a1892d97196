"""Sentences about what was asked."""

from __future__ import annotations

import pytest
from inline_snapshot import snapshot

from complaints import complaint_of
from exchanges import Told, written
from pytest_mlinfra.fleet import Journal


@pytest.fixture
def journal() -> Journal:
    """Three requests of one client."""
    key = (("authorization", "Bearer secret"),)
    return written(
        Told(0, 1, "GET /health", model="bert", headers=key),
        Told(1, 2, "GET /models?page=2", model="bert", headers=key),
        Told(2, 3, "POST /predict", model="resnet", body=b'{"x":1}'),
    )


class TestRequests:
    @pytest.mark.parametrize(
        "wanted",
        [
            ["GET /health", "GET /models", "POST /predict"],
            ["/health", "/models?page=2", "/predict"],
            ["bert", "bert", "resnet"],
            ["GET", "bert GET", "resnet POST /predict"],
            ["bert /health", "bert GET /models?page=2", "POST"],
        ],
    )
    def test_are_named_by_what_matters(self, journal: Journal, wanted: list[str]) -> None:
        journal.expect().requests(wanted)

    def test_are_in_order(self, journal: Journal) -> None:
        wanted = ["GET /health", "POST /predict", "GET /models"]

        assert complaint_of(lambda: journal.expect().requests(wanted)) == snapshot("""\
expected POST /predict as number 2 of 3 requests, saw GET /models?page=2

                      0       0.5    1.0     1.5     2.0    2.5 s
                      ┬───────┬──────┬───────┬───────┬──────┬───────
bert    GET /health   ███████████████                                200
bert    GET /models                  ████████████████                200
resnet  POST /predict                                ███████████████ 200\
""")

    def test_are_all_there(self, journal: Journal) -> None:
        wanted = ["bert", "bert", "resnet", "GET /metrics", "GET /models"]

        assert complaint_of(lambda: journal.expect().requests(wanted)) == snapshot("""\
expected 5 requests, saw 3: GET /metrics and GET /models did not come

                      0       0.5    1.0     1.5     2.0    2.5 s
                      ┬───────┬──────┬───────┬───────┬──────┬───────
bert    GET /health   ███████████████                                200
bert    GET /models                  ████████████████                200
resnet  POST /predict                                ███████████████ 200\
""")

    def test_are_all_that_came(self, journal: Journal) -> None:
        assert complaint_of(lambda: journal.expect().requests(["/health"])) == snapshot("""\
expected 1 request, saw 3: GET /models?page=2 and POST /predict came
besides

                      0       0.5    1.0     1.5     2.0    2.5 s
                      ┬───────┬──────┬───────┬───────┬──────┬───────
bert    GET /health   ███████████████                                200
bert    GET /models                  ████████████████                200
resnet  POST /predict                                ███████████████ 200\
""")

    @pytest.mark.parametrize(
        ("wanted", "said"),
        [
            ("gpt", "expected gpt as number 1 of 1 request, saw bert"),
            ("POST", "expected POST as number 1 of 1 request, saw GET"),
            ("gpt GET /health", "saw bert GET /health"),
            ("gpt /health", "saw bert GET /health"),
            ("/healthz", "saw GET /health"),
            ("GET /health?deep=1", "saw GET /health"),
        ],
    )
    def test_are_told_in_the_words_of_the_test(
        self, journal: Journal, wanted: str, said: str
    ) -> None:
        assert said in complaint_of(lambda: journal.expect().requests([wanted]))


class TestOrder:
    def test_leaves_room_between(self, journal: Journal) -> None:
        journal.expect().in_order(["/health", "/predict"]).in_order(["bert", "resnet"])

    def test_is_kept(self, journal: Journal) -> None:
        sentence = journal.expect()

        assert complaint_of(lambda: sentence.in_order(["/health", "resnet", "bert"])) == snapshot(
            """\
expected bert after /health and resnet, in this order, and none came

                      0       0.5    1.0     1.5     2.0    2.5 s
                      ┬───────┬──────┬───────┬───────┬──────┬───────
bert    GET /health   ███████████████                                200
bert    GET /models                  ████████████████                200
resnet  POST /predict                                ███████████████ 200\
"""
        )

    def test_begins_with_something(self, journal: Journal) -> None:
        text = complaint_of(lambda: journal.expect().in_order(["gpt", "bert"]))

        assert text.startswith("expected gpt, and none came\n")


def test_bodies(journal: Journal) -> None:
    journal.expect().bodies([None, None, {"x": 1}])

    assert complaint_of(lambda: journal.expect().bodies([None, None, {"x": 2}])) == snapshot("""\
expected {"x":2}
as the body of number 3 of the requests, saw {"x":1}

                      0       0.5    1.0     1.5     2.0    2.5 s
                      ┬───────┬──────┬───────┬───────┬──────┬───────
bert    GET /health   ███████████████                                200
bert    GET /models                  ████████████████                200
resnet  POST /predict                                ███████████████ 200\
""")


def test_a_long_body_is_cut(journal: Journal) -> None:
    text = complaint_of(lambda: journal.expect().bodies([["long"] * 1000]))

    assert "... (7,001 characters)" in text.replace("\n", " ")


def test_as_many_bodies(journal: Journal) -> None:
    text = complaint_of(lambda: journal.of("resnet").expect().bodies([{"x": 1}, [2]]))

    assert text.startswith("expected [2]\nas the body of number 2 of the requests, saw none\n")


def test_header(journal: Journal) -> None:
    journal.of("bert").expect().header("Authorization", "Bearer secret")

    sentence = journal.expect()
    assert complaint_of(lambda: sentence.header("Authorization", "Bearer secret")) == snapshot("""\
expected the header Authorization: Bearer secret on all 3 requests, saw
none on number 3

                      0       0.5    1.0     1.5     2.0    2.5 s
                      ┬───────┬──────┬───────┬───────┬──────┬───────
bert    GET /health   ███████████████                                200
bert    GET /models                  ████████████████                200
resnet  POST /predict                                ███████████████ 200\
""")
