"""Each deadline strikes exactly once, in order of time, whoever else is striking."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from shared import deadlines
from shared.deadlines import Deadline, Striker
from shared.ids import new_id
from shared.postgres import Tx
from tests.rooms import ServiceFactory
from tests.shared.ledger import Ledger


async def test_only_what_is_due_strikes_and_in_order_of_time(service: ServiceFactory) -> None:
    """Of three reminders, the two that are due strike, the earlier first."""
    ledger = Ledger()
    rooms = await service(ledger)
    now = rooms.clock.now()
    late, later, not_yet = (Deadline("remind", new_id(), now + timedelta(hours=h)) for h in (1, 2, 30))
    async with rooms.tx() as tx:
        await deadlines.put(tx, not_yet, later, late)
    assert await rooms.strike() == 0
    rooms.clock.turn(hours=3)
    assert await rooms.strike() == 2
    assert ledger.struck == [late, later]


async def test_three_replicas_strike_each_deadline_once(service: ServiceFactory) -> None:
    """Two thousand reminders fall due at once, and three strikers take them together."""
    ledger = Ledger()
    rooms = await service(ledger)
    due = [Deadline("remind", new_id(), rooms.clock.now()) for _ in range(2_000)]
    async with rooms.tx() as tx:
        await deadlines.put(tx, *due)

    async def strike_all() -> None:
        striker = Striker(ledger.strikes, rooms.database, rooms.clock)
        while await striker.strike_due():
            pass

    await asyncio.gather(*(strike_all() for _ in range(3)))
    assert len(ledger.struck) == 2_000
    assert {d.about for d in ledger.struck} == {d.about for d in due}


async def test_a_deadline_that_became_needless_does_not_strike(service: ServiceFactory) -> None:
    """It was paid in time: the reminder is taken away by what made it needless."""
    ledger = Ledger()
    rooms = await service(ledger)
    about = new_id()
    async with rooms.tx() as tx:
        await deadlines.put(tx, Deadline("remind", about, rooms.clock.now()))
        await deadlines.remove(tx, "remind", [about])
    assert await rooms.strike() == 0


async def test_a_deadline_that_is_moved_strikes_at_its_new_time(service: ServiceFactory) -> None:
    """Put again, it is the same deadline at another time."""
    ledger = Ledger()
    rooms = await service(ledger)
    about, now = new_id(), rooms.clock.now()
    async with rooms.tx() as tx:
        await deadlines.put(tx, Deadline("remind", about, now))
        await deadlines.put(tx, Deadline("remind", about, now + timedelta(days=1)))
    assert await rooms.strike() == 0
    rooms.clock.turn(days=1)
    assert await rooms.strike() == 1


async def test_one_that_fails_does_not_hold_up_the_others(service: ServiceFactory) -> None:
    """The one that fails is put off with its reason; the others strike."""
    ledger = Ledger()
    rooms = await service(ledger)
    bad = new_id()

    async def refuse(tx: Tx, due: Sequence[Deadline]) -> None:
        if any(d.about == bad for d in due):
            raise ValueError("no form for this reminder")
        ledger.struck.extend(due)

    ledger.strikes.handlers["remind"] = refuse
    async with rooms.tx() as tx:
        await deadlines.put(tx, *[Deadline("remind", about, rooms.clock.now()) for about in (new_id(), bad, new_id())])
    await Striker(ledger.strikes, rooms.database, rooms.clock).strike_due()
    assert len(ledger.struck) == 2
    async with rooms.tx() as tx:
        row = await tx.fetchrow("SELECT about, attempts, last_error FROM deadlines")
    assert (row["about"], row["attempts"]) == (bad, 1)
    assert "no form for this reminder" in row["last_error"]
