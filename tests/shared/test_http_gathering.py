"""Who comes first is answered at once, who comes meanwhile goes next, together, and nobody is harmed by a neighbor."""

import asyncio
from collections.abc import Sequence
from uuid import uuid4

import pytest

from shared.auth import Actor
from shared.errors import Conflict, Refusal
from shared.http.asking import Asked
from shared.http.gathering import SET_MAX, Apart, Asking, Gathering
from shared.http.idempotency import Once
from shared.http.problems import Answer
from shared.postgres import Cause, Request

CARL = Actor.service("carl")
SCOPE = {"method": "POST", "path": "/v1/payments", "query_string": b"", "headers": []}


class DrawerIsShut(Conflict):
    """Nothing is taken at a drawer that is shut."""


class Counter:
    """A counter that notes each set, and is done with it when it is told so."""

    def __init__(self, held_up_seconds_max: float = 60.0) -> None:
        self.sets: list[list[str]] = []
        self.free = asyncio.Event()
        self.fault: Exception | None = None
        self.gathering = Gathering(self._together, held_up_seconds_max)

    def ask(self, what: str, key: str | None = None) -> "asyncio.Task[Answer]":
        once = Once("carl", "post_payment", key or str(uuid4()), b"")
        asking = Asking(Asked(SCOPE, None), once, Request(what, CARL, Cause("c")))
        return asyncio.create_task(self.gathering.answer(asking))

    async def until_sets(self, count: int) -> None:
        while len(self.sets) < count:
            await asyncio.sleep(0)

    async def _together(self, asking: Sequence[Asking]) -> list[Answer | Refusal]:
        self.sets.append([each.request.body for each in asking])
        await self.free.wait()
        if self.fault is not None:
            raise self.fault
        return [
            DrawerIsShut() if each.request.body == "shut" else Answer(201, each.request.body.encode())
            for each in asking
        ]


async def test_those_who_come_while_one_is_answered_are_answered_together_in_their_order() -> None:
    counter = Counter()
    first = counter.ask("first")
    await counter.until_sets(1)
    others = [counter.ask(f"n{number}") for number in range(SET_MAX + 3)]
    await asyncio.sleep(0)
    counter.free.set()
    answers = await asyncio.gather(first, *others)
    names = ["first", *(f"n{number}" for number in range(SET_MAX + 3))]
    assert [answer.body.decode() for answer in answers] == names
    assert counter.sets == [names[:1], names[1 : SET_MAX + 1], names[SET_MAX + 1 :]]


async def test_one_is_refused_and_her_neighbors_are_not() -> None:
    counter = Counter()
    counter.free.set()
    rosa, omar, dana = counter.ask("rosa"), counter.ask("shut"), counter.ask("dana")
    with pytest.raises(DrawerIsShut):
        await omar
    assert [(await rosa).status, (await dana).status] == [201, 201]
    assert len(counter.sets) == 1


async def test_two_with_one_key_are_never_in_one_set() -> None:
    counter = Counter()
    counter.free.set()
    await asyncio.gather(*(counter.ask(what, key="k" if what != "other" else None) for what in ("k", "k", "other")))
    assert counter.sets == [["k", "other"], ["k"]]


async def test_when_a_set_comes_to_nothing_each_is_told_to_ask_alone() -> None:
    counter = Counter()
    counter.fault = ConnectionResetError("the server hung up")
    counter.free.set()
    outcomes = await asyncio.gather(*(counter.ask(f"n{number}") for number in range(3)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [Apart] * 3
    counter.fault = None
    assert (await counter.ask("next")).status == 201


async def test_who_hangs_up_before_her_turn_is_left_out_and_who_hangs_up_later_is_done_all_the_same() -> None:
    counter = Counter()
    hasty = counter.ask("hasty")
    await counter.until_sets(1)
    early, patient = counter.ask("early"), counter.ask("patient")
    await asyncio.sleep(0)
    hasty.cancel()
    early.cancel()
    counter.free.set()
    assert (await patient).status == 201
    assert counter.sets == [["hasty"], ["patient"]]


async def test_a_set_that_hangs_does_not_hold_up_the_next_for_ever() -> None:
    counter = Counter(held_up_seconds_max=0.01)
    stuck = counter.ask("stuck")
    await counter.until_sets(1)
    following = counter.ask("following")
    await counter.until_sets(2)
    counter.free.set()
    assert [(await stuck).body, (await following).body] == [b"stuck", b"following"]
