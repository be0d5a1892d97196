"""The rules of a kata are sentences of its statement, and every message stands under one."""

from __future__ import annotations

import pytest

from course_builder import HIDDEN_TESTS, RULES, CourseBuilder
from pytest_mlinfra.errors import RulesError
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.rules import check_rules, read_common_rules, read_rules

HIDDEN = "hidden/test_hidden.py"
COMMON = """
[[rule]]
says = "Files can be imported"
messages = ["syntax-error", "black"]
"""


@pytest.fixture
def kata(builder: CourseBuilder) -> Kata:
    """A kata with one rule."""
    kata = builder.kata(manifest='[gates]\ntools = ["black"]\n')
    builder.solution(kata.id, {"rules.toml": RULES, "hidden/test_hidden.py": HIDDEN_TESTS})
    builder.solution("", {"rules.toml": COMMON})
    (builder.exercises / "README.md").write_text("# All\n\nFiles can be\nimported.\n")
    return kata


def test_reads_the_rules_of_a_kata_and_those_of_all(kata: Kata) -> None:
    (rule,) = read_rules(kata)
    (common,) = read_common_rules(kata.exercises)

    assert rule.says == "It gives back what it is given"
    assert rule.messages == ("not-an-echo", "wrong-result")
    assert common.messages == ("syntax-error", "black")
    assert list(check_rules(kata)) == []


def test_a_course_need_not_have_rules_for_all(kata: Kata, builder: CourseBuilder) -> None:
    (builder.solutions / "rules.toml").unlink()

    assert read_common_rules(kata.exercises) == ()
    assert list(check_rules(kata)) == ["async/010_echo: the gate 'black' stands under no rule"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", ": the key 'rule' is missing"),
        ("rule = []", ", line 1: 'rule': expected `array` of length >= 1"),
        ("[[rules]]\nsays = 'a'", ", line 1: unknown key 'rules'; did you mean 'rule'?"),
        ("[[rule]]\nsay = 'a'", ", line 2: unknown key 'say'; did you mean 'says'?"),
        (
            "[[rule]]\nsays = 'a'\nmessages = ['b']\n\n[[rule]]\nsays = 'c'\n",
            ", line 5: the key 'messages' is missing in [rule]",
        ),
        (
            "[[rule]]\nsays = 'a'\nmessages = ['b']\n[[rule]]\nmessages = ['d', 7]\nsays = 'c'\n",
            ", line 5: 'messages': expected `str`, got `int`",
        ),
        ("[[rule]]\nsays = 'a'\nmessages = []\n", ", line 3: 'messages': expected `array`"),
        ("rule = [", " is not valid TOML: "),
    ],
)
def test_names_the_line_and_the_key(
    kata: Kata, builder: CourseBuilder, text: str, complaint: str
) -> None:
    builder.solution(kata.id, {"rules.toml": text})

    with pytest.raises(RulesError) as caught:
        read_rules(kata)

    assert str(caught.value).startswith(f"solutions/async/010_echo/rules.toml{complaint}")


def test_a_rule_stands_in_the_statement_once(kata: Kata, builder: CourseBuilder) -> None:
    twice = RULES + RULES + RULES.replace("gives back", "returns")
    builder.solution(kata.id, {"rules.toml": twice})

    path, statement = "solutions/async/010_echo/rules.toml", "exercises/async/010_echo/README.md"
    assert list(check_rules(kata)) == [
        f"{path} has the rule 'It gives back what it is given' twice",
        f"{path}: 'It returns what it is given' does not stand in {statement}",
    ]


def test_every_message_of_a_test_stands_under_a_rule(kata: Kata, builder: CourseBuilder) -> None:
    hidden = HIDDEN_TESTS.replace("def", '@pytest.mark.message("no-list")\ndef')
    builder.solution(
        kata.id,
        {
            "rules.toml": RULES.replace('"wrong-result"', '"other"'),
            "hidden/test_hidden.py": f"import pytest\n{hidden}",
        },
    )

    assert list(check_rules(kata)) == [
        "async/010_echo: 'wrong-result', of test_echo.py::test_returns_none, stands under no rule",
        f"async/010_echo: 'no-list', of {HIDDEN}::test_returns_a_list, stands under no rule",
    ]
