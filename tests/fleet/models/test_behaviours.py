"""Every way to answer, over the lecture's own protocol."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.errors import ModelError
from pytest_mlinfra.fleet import (
    Calls,
    Canned,
    Echo,
    InTurn,
    Model,
    ModelFleet,
    Models,
    Question,
    Refusal,
    Seeded,
    Template,
    TensorSpec,
)


async def answers(model: Model, *instances: Any) -> list[Any]:
    served = Models([model]).first
    return [(await served.predict([instance]))[0] for instance in instances]


async def test_an_echo() -> None:
    assert await answers(Model("m", Echo()), 1, {"a": [2]}) == [1, {"a": [2]}]


async def test_a_canned_answer() -> None:
    assert await answers(Model("m", Canned({"label": "cat"})), 1, 2) == [{"label": "cat"}] * 2


async def test_answers_in_turn() -> None:
    assert await answers(Model("m", InTurn(("a", "b"))), 1, 2, 3) == ["a", "b", "b"]
    again = InTurn(("a", "b"), then="start again")
    assert await answers(Model("m", again), 1, 2, 3) == ["a", "b", "a"]


async def test_answers_that_run_out() -> None:
    with pytest.raises(Refusal, match="only 1 answers"):
        await answers(Model("m", InTurn(("a",), then="fail")), 1, 2)


async def test_a_template() -> None:
    model = Model("llama", Template("{model} heard {input!r}, its number {number}"))

    assert await answers(model, "Hi", "Ho") == [
        "llama heard 'Hi', its number 0",
        "llama heard 'Ho', its number 1",
    ]


async def test_a_function_and_a_coroutine_function(virtual_clock: VirtualClock) -> None:
    async def slowly(rows: list[int]) -> int:
        await asyncio.sleep(2)
        return sum(rows)

    assert await answers(Model("m", sum), [1, 2]) == [3]
    assert await answers(Model("m", slowly), [1, 2]) == [3]
    assert virtual_clock.now == 2


async def test_an_object_of_one_s_own_gets_the_whole_question() -> None:
    class Curious:
        def answer(self, question: Question) -> Any:
            return [question.kind, question.input, question.model, question.number]

    assert await answers(Model("m", Curious()), 5) == [["predict", 5, "m", 0]]


async def test_what_a_function_raises_is_a_500_in_words(
    model_fleet: ModelFleet, http_client: httpx.AsyncClient
) -> None:
    server = await model_fleet.start("broken", predict=lambda row: row["missing"])

    answer = await http_client.post(f"{server.url}/predict", json={})

    assert (answer.status_code, answer.json()) == (500, {"error": "KeyError: 'missing'"})


async def test_an_answer_that_json_cannot_hold_is_told(
    model_fleet: ModelFleet, http_client: httpx.AsyncClient
) -> None:
    server = await model_fleet.start("odd", predict=lambda _: object())

    answer = await http_client.post(f"{server.url}/predict", json=1)

    assert answer.status_code == 500
    assert answer.json() == {"error": "TypeError: JSON cannot hold a value of the type 'object'"}


async def test_seeded_numbers_keep_to_their_range_and_shape() -> None:
    spec = TensorSpec("scores", "FP64", (3,), low=-2, high=-1)
    first, again, other = await answers(Model("m", Seeded(), outputs=(spec,)), 1, 1, 2)
    (reseeded,) = await answers(Model("m", Seeded(1), outputs=(spec,)), 1)

    assert first == again
    assert first not in (other, reseeded)
    assert len(first) == 3
    assert all(-2 <= number <= -1 for number in first)


async def test_several_seeded_outputs_have_their_names() -> None:
    label = TensorSpec("label", "INT32", (1,), low=3, high=3)
    flag = TensorSpec("flag", "BOOL", (2,))
    word = TensorSpec("word", "BYTES", (1,))

    (drawn,) = await answers(Model("m", Seeded(), outputs=(label, flag, word)), 1)

    assert drawn["label"] == [3]
    assert [type(each) for each in drawn["flag"]] == [bool, bool]
    assert isinstance(drawn["word"][0], str)


def test_no_call_is_refused() -> None:
    with pytest.raises(ModelError, match="at least one call"):
        Calls(())


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("{colour}", "{colour}, but its fields are {input}"), ("{input", "no template")],
)
def test_a_template_that_cannot_be_filled_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(ModelError, match=complaint):
        Template(text)


def test_what_is_no_way_to_answer_is_refused() -> None:
    with pytest.raises(ModelError, match=r"give Canned\('Hi'\)"):
        Model("m", "Hi")  # type: ignore[arg-type]


def test_no_answer_is_refused() -> None:
    with pytest.raises(ModelError, match="at least one answer"):
        InTurn(())
