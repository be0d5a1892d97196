"""The report as a person reads it in a terminal."""

from __future__ import annotations

import msgspec
import pytest
from inline_snapshot import snapshot

from pytest_mlinfra.grading.report import Report, gather
from pytest_mlinfra.grading.verdict import State, Verdict
from pytest_mlinfra.reports.terminal import overview, render, render_lines


def test_the_screen_of_a_learner(report: Report) -> None:
    assert render(report, width=80) == snapshot("""\
async     ███████████████░░░░░░░░░░░░░░░  1/2
testing   ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  0/2
quality   ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  0/1

  ✓ 010 First coroutine                          done                     4/4
  ✗ 020 Gather                                   failing                  2/6
  · 210 First tests                              pending                  0/2
  ◐ 220 Fixtures                                 blocked by quality       2/4
  ! 410 black                                    grader error             0/0

  1 of 5 katas done, 8/16 points

Next: 020 Gather, about 20 minutes
  open    exercises/async/020_gather/gather.py
  read    exercises/async/020_gather/README.md

  ✗ All requests have to be in flight together, not one after another.

    saw at most 1 at a time
    assert 1 == 12

  look at exercises/async/020_gather/gather.py:7

  2 of its 3 checks are not passed yet
  hint    make hint KATA=020
""")


def test_the_screen_of_a_submission(handed_in: Report) -> None:
    assert render(handed_in, width=80) == snapshot("""\
async     ███████████████░░░░░░░░░░░░░░░  1/2
testing   ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  0/2
quality   ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  0/1

  ✓ 010 First coroutine                          done                     4/4
  ✗ 020 Gather                                   failing                  2/6
  · 210 First tests                              pending                  0/2
  ◐ 220 Fixtures                                 blocked by quality       2/4
  ! 410 black                                    grader error             0/0

  1 of 5 katas done, 8/16 points

020 Gather, about 20 minutes
  open    exercises/async/020_gather/gather.py
  read    exercises/async/020_gather/README.md

  ✗ All requests have to be in flight together, not one after another.

    saw at most 1 at a time
    assert 1 == 12

  look at exercises/async/020_gather/gather.py:7

  2 of its 3 checks are not passed yet

210 First tests, about 20 minutes
  open    exercises/testing/210_tests/tests.py
  read    exercises/testing/210_tests/README.md

  · Not begun yet.

    # TODO: write tests.

220 Fixtures, about 20 minutes
  open    exercises/testing/220_fixtures/fixtures.py
  read    exercises/testing/220_fixtures/README.md

  ◐ The code is not formatted as black formats it.

410 black

  ! kata.toml: the key 'title' is missing
""")


def test_in_a_narrow_terminal_marks_do_without_words(report: Report) -> None:
    screen = render_lines(overview(report, 44), width=44, colour=False)

    assert screen == snapshot("""\
async     █████████████░░░░░░░░░░░░░  1/2
testing   ░░░░░░░░░░░░░░░░░░░░░░░░░░  0/2
quality   ░░░░░░░░░░░░░░░░░░░░░░░░░░  0/1

  ✓ 010 First coroutine                  4/4
  ✗ 020 Gather                           2/6
  · 210 First tests                      0/2
  ◐ 220 Fixtures                         2/4
  ! 410 black                            0/0

  1 of 5 katas done, 8/16 points
""")


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_the_overview_fits_the_terminal(report: Report, width: int) -> None:
    screen = render_lines(overview(report, width), width=width, colour=False)

    assert max(map(len, screen.splitlines())) <= width


def test_a_long_headline_is_wrapped(report: Report) -> None:
    lines = render(report, width=44).splitlines()

    place = lines.index("  ✗ All requests have to be in flight")
    assert lines[place + 1] == "    together, not one after another."


def test_a_long_title_is_cut(verdicts: list[Verdict]) -> None:
    verdict = msgspec.structs.replace(verdicts[0], title="A title that goes on and on " * 3)

    (line,) = render_lines(
        overview(gather([verdict], handed_in=False), 80), width=80, colour=False
    ).splitlines()[2:]

    assert line == snapshot(
        "  ✓ 010 A title that goes on and on A title…     done                     4/4"
    )


def test_what_was_graded_only_in_part_says_so(verdicts: list[Verdict]) -> None:
    verdict = msgspec.structs.replace(verdicts[1], is_partial=True)

    screen = render_lines(overview(gather([verdict], handed_in=False), 80), width=80, colour=False)

    assert screen.splitlines()[2].endswith("failing                  2/6 in part")


def test_colours_are_for_the_mark_and_the_state(report: Report) -> None:
    screen = render_lines(overview(report, 80), width=80, colour=True)

    assert "\x1b[31m  ✗ \x1b[0m\x1b[1m020 \x1b[0mGather" in screen
    assert "\x1b[31mfailing" in screen
    assert "\x1b[32m█" in screen


def test_without_colour_there_are_no_codes(report: Report) -> None:
    assert "\x1b" not in render(report)


def test_when_everything_is_done_it_says_so(verdicts: list[Verdict]) -> None:
    report = gather(verdicts[:1], handed_in=False)

    assert render(report).splitlines()[-1] == "Everything is done."


def test_without_any_kata_there_is_nothing_to_say() -> None:
    assert render(Report(verdicts=())).strip() == ""


def test_a_kata_may_have_nothing_to_tell(verdicts: list[Verdict]) -> None:
    verdict = msgspec.structs.replace(verdicts[1], first_failure=None, state=State.FAILING)

    assert "✗ All requests" not in render(gather([verdict], handed_in=False))


def test_evidence_that_is_too_wide_is_wrapped_and_cut(report: Report) -> None:
    message = report.verdicts[1].first_failure
    assert message is not None
    long = msgspec.structs.replace(message, evidence=f"  a {'very ' * 80}wide line\n\nshort")
    verdict = msgspec.structs.replace(report.verdicts[1], first_failure=long)
    shown = render(gather([verdict], handed_in=False), width=80)

    lines = [line for line in shown.splitlines() if "very" in line]
    assert len(lines) == 4
    assert max(map(len, lines)) <= 80
    assert lines[1].startswith("        very")
    assert lines[-1].endswith(" …")
    assert "\n    short\n" in shown
