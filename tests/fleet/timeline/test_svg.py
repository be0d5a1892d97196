"""The picture as SVG."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from inline_snapshot import snapshot

from exchanges import Told, retries, staircase, written
from pytest_mlinfra.fleet import Exchanges, Journal
from pytest_mlinfra.fleet.timeline.svg import MOST_ROWS, draw
from pytest_mlinfra.fleet.timeline.view import View

SVG = "{http://www.w3.org/2000/svg}"


def _parsed(exchanges: Exchanges, title: str = "Requests", view: View | None = None) -> ET.Element:
    return ET.fromstring(draw(exchanges, title, view))


def _classes(picture: ET.Element) -> list[str]:
    return [element.get("class", "") for element in picture.iter()]


def test_has_a_title_and_a_description_for_those_who_cannot_see_it() -> None:
    picture = _parsed(retries((1, 2)), "Two retries")

    named = {each.get("id"): each.text for each in picture if each.get("id")}
    texts = [named[name] for name in picture.get("aria-labelledby", "").split()]
    assert picture.get("role") == "img"
    assert texts == snapshot(
        ["Two retries", "Requests: 3 in 3.3 s, 2 faulted, 1 served. In flight at once: at most 1."]
    )


def test_tells_each_bar_in_words() -> None:
    told = Told(0, 1, "POST /predict?n=1", model="resnet", status=503, outcome="faulted",
                faults=("latency", "status"), queued=0.25)  # fmt: skip

    titles = [each.text for each in _parsed(written(told)).iter(f"{SVG}title")]

    assert titles[1:] == snapshot(
        [
            "resnet POST /predict?n=1: faulted 503 after 1 s; queued for 250 ms; faults: latency, status; connection 1"
        ]
    )


def test_holds_no_script_and_nothing_from_elsewhere() -> None:
    text = draw(staircase(), "Requests")

    assert "<script" not in text
    assert "href" not in text
    assert "url(" not in text
    assert text.count("http") == 1  # the name of the format


def test_is_for_light_pages_and_dark_ones() -> None:
    text = draw(staircase(), "Requests")

    light, dark = text.split("@media (prefers-color-scheme: dark)")
    colours = [
        line.split(":")[0].strip() for line in light.split("{")[1].split(";") if "--" in line
    ]
    assert colours
    assert all(f"{colour}:" in dark for colour in colours)


def test_what_clients_send_is_text_and_no_markup() -> None:
    journal = written(Told(0, 1, 'GET /<script>alert("1")</script>', model="a&b"))

    picture = _parsed(journal, "<title>")

    assert [each.tag for each in picture.iter() if "script" in each.tag] == []
    texts = " ".join(each.text or "" for each in picture.iter(f"{SVG}text"))
    assert "a&b" in texts


@pytest.mark.parametrize("count", [1, 2, 40, 41, 90, 91, 200])
def test_draws_a_bar_for_each_of_up_to_two_hundred(count: int) -> None:
    picture = _parsed(staircase(count))

    assert _classes(picture).count("waiting") == count
    assert "elided" not in _classes(picture)


def test_counts_those_beyond() -> None:
    picture = _parsed(staircase(1000))

    assert _classes(picture).count("waiting") == MOST_ROWS - 1
    assert _classes(picture).count("elided") == 1


def test_everything_lies_within_the_picture() -> None:
    picture = _parsed(staircase(200))
    width, height = float(picture.get("width", 0)), float(picture.get("height", 0))

    for each in picture.iter(f"{SVG}rect"):
        box = [float(each.get(name, 0)) for name in ("x", "y", "width", "height")]
        assert box[0] >= 0
        assert box[0] + box[2] <= width
        assert box[1] + box[3] <= height


def test_marks_what_occurs_and_explains_only_that() -> None:
    plain = _classes(_parsed(staircase()))
    story = written(
        Told(0, 1, outcome="reset"),
        Told(1, 2, first_byte=1.5, queued=0.25),
        Told(2, 3, outcome="cancelled"),
        Told(3, 4, outcome="faulted"),
        Told(4, None),
    )
    marked = _classes(_parsed(story, view=View(now=6)))

    special = {"queued", "streaming", "mark", "retry", "reset", "cancelled", "faulted", "in-flight"}
    assert special.isdisjoint(plain)
    assert special <= set(marked)


def test_joins_a_retry_with_what_it_repeats() -> None:
    picture = _parsed(retries((1, 2)))

    lines = [each for each in picture.iter(f"{SVG}path") if each.get("class") == "retry"]
    assert len(lines) == 2 + 1  # and one in the legend


def test_cuts_out_a_long_wait() -> None:
    short = [Told(step / 100, (step + 1) / 100 - 0.001) for step in range(4)]
    picture = _parsed(written(Told(0, 30, outcome="cancelled"), *short))

    assert "cut" in _classes(picture)
    assert any("nothing happens" in (each.text or "") for each in picture.iter(f"{SVG}text"))


def test_several_pictures_may_stand_in_one_page() -> None:
    names = [_parsed(staircase(count)).get("aria-labelledby") for count in (1, 2, 3)]

    assert len(set(names)) == 3


def test_an_empty_journal_is_a_sentence() -> None:
    texts = [each.text for each in _parsed(Journal()).iter(f"{SVG}text")]

    assert texts == ["Requests", "no request arrived"]
