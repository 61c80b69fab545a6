"""What becomes of a batch: each fact once, in order per key, and one bad fact harms its own key only."""

import pytest

from shared.events import billing, inbound
from shared.ids import AccountId, new_id
from shared.inbox import Inbox, Skipped, TooManyRefused, record_of
from shared.inbox.cursors import place_cursors
from shared.inbox.replay import discard, list_set_aside, replay
from tests.rooms import MONDAY_TEN_O_CLOCK, Rooms, ServiceFactory
from tests.shared.ledger import Ledger, versions_of


def account() -> AccountId:
    return AccountId(new_id())


def balance(account_id: AccountId, version: int) -> billing.BalanceChanged:
    return billing.BalanceChanged(account_id=account_id, balance_cents=1, past_due_cents=0, version=version)


async def inbox_of(rooms: Rooms) -> Inbox:
    async with rooms.tx() as tx:
        await place_cursors(tx, "ledger", {("billing", 0): 0})
    return Inbox("ledger", rooms.tower.hearing, rooms.database)


async def test_a_batch_is_written_in_sets(service: ServiceFactory) -> None:
    """Four hundred facts on many accounts are one set, not four hundred statements."""
    ledger = Ledger()
    rooms = await service(ledger)
    await rooms.tell(*[balance(account(), 1) for _ in range(400)])
    assert ledger.sets == [400]


async def test_a_fact_that_comes_twice_counts_once(service: ServiceFactory) -> None:
    """The relay may publish again what it published before it died: the same id, at another place in the log."""
    rooms = await service(Ledger())
    inbox, of_ana = await inbox_of(rooms), account()
    event_id = new_id()
    first = record_of(balance(of_ana, 1), MONDAY_TEN_O_CLOCK, 0, event_id=event_id)
    again = record_of(balance(of_ana, 1), MONDAY_TEN_O_CLOCK, 1, event_id=event_id)
    await inbox.take([first, again])
    taken = await inbox.take([again, record_of(balance(of_ana, 2), MONDAY_TEN_O_CLOCK, 2)])
    assert await versions_of(rooms, of_ana) == [1, 2]
    assert taken.fresh_count == 1


async def test_a_process_that_was_frozen_and_woken_changes_nothing(service: ServiceFactory) -> None:
    """Its batch was taken by another member meanwhile; the cursor has moved, and its records are done."""
    rooms = await service(Ledger())
    inbox, of_ben = await inbox_of(rooms), account()
    batch = [record_of(balance(of_ben, n + 1), MONDAY_TEN_O_CLOCK, n) for n in range(3)]
    await inbox.take(batch)
    taken = await Inbox("ledger", rooms.tower.hearing, rooms.database).take(batch)
    assert taken.fresh_count == 0
    assert await versions_of(rooms, of_ben) == [1, 2, 3]


async def test_a_record_above_the_cursor_is_not_taken_until_it_was_read_again(service: ServiceFactory) -> None:
    """Something may lie between; when it was read again and comes first again, nothing did."""
    rooms = await service(Ledger())
    inbox, of_cleo = await inbox_of(rooms), account()
    late = record_of(balance(of_cleo, 1), MONDAY_TEN_O_CLOCK, 7)
    with pytest.raises(Skipped) as skipped:
        await inbox.take([late])
    assert skipped.value.cursors_at == {("billing", 0): 0}
    inbox.nothing_between.add((("billing", 0), 0, 7))
    await inbox.take([late])
    assert await versions_of(rooms, of_cleo) == [1]


async def test_poison_waits_in_order_and_everything_else_flows(service: ServiceFactory) -> None:
    """Dora's account is poisoned: her facts wait in their order; after the fix one command ends in the same state."""
    ledger = Ledger()
    rooms = await service(ledger)
    dora, others = account(), [account() for _ in range(50)]
    ledger.poisoned.add(dora)
    facts = [balance(other, 1) for other in others]
    facts[10:10] = [balance(dora, 1)]
    facts[30:30] = [balance(dora, 2)]
    taken = await rooms.tell_anyhow(*facts)
    assert [(a.heard.key, a.is_cause) for a in taken.asides] == [(str(dora), True), (str(dora), False)]
    await rooms.tell_anyhow(balance(dora, 3), balance(others[0], 2))

    assert await versions_of(rooms, dora) == []
    assert await versions_of(rooms, others[0]) == [1, 2]
    async with rooms.tx() as tx:
        (waiting,) = await list_set_aside(tx)
    assert (waiting.events_count, waiting.first_type) == (3, "billing.BalanceChanged")
    assert waiting.reason.startswith("Nothing is written on a poisoned account.")

    ledger.poisoned.clear()
    async with rooms.tx() as tx:
        assert await replay(tx, ledger.hearing, "ledger", str(dora)) == 3
    await rooms.tell(balance(dora, 4))
    assert await versions_of(rooms, dora) == [1, 2, 3, 4]


async def test_a_replay_that_fails_again_keeps_its_place(service: ServiceFactory) -> None:
    """Still poisoned: nothing goes, the attempt is counted, the next one comes later."""
    ledger = Ledger()
    rooms = await service(ledger)
    emil = account()
    ledger.poisoned.add(emil)
    await rooms.tell_anyhow(balance(emil, 1), balance(emil, 2))
    async with rooms.tx() as tx:
        assert await replay(tx, ledger.hearing, "ledger", str(emil)) == 0
        (waiting,) = await list_set_aside(tx)
    assert (waiting.events_count, waiting.attempts) == (2, 1)


async def test_what_is_discarded_stays_on_the_record(service: ServiceFactory) -> None:
    """Faye gives one event up, with her reason; what waited behind it can go."""
    ledger = Ledger()
    rooms = await service(ledger)
    faye = account()
    ledger.poisoned.add(faye)
    taken = await rooms.tell_anyhow(balance(faye, 1), balance(faye, 2))
    ledger.poisoned.clear()
    async with rooms.tx() as tx:
        await discard(tx, "ledger", str(faye), taken.asides[0].heard.event_id, "sent by a test system")
        assert await replay(tx, ledger.hearing, "ledger", str(faye)) == 1
        assert await tx.fetchval("SELECT why FROM set_aside_discards") == "sent by a test system"
    assert await versions_of(rooms, faye) == [2]


async def test_a_constraint_sets_aside_with_its_sentence(service: ServiceFactory) -> None:
    """A constraint's name is a sentence, and that sentence is the reason."""
    rooms = await service(Ledger())
    taken = await rooms.tell_anyhow(balance(account(), 1), balance(account(), 1_000_000))
    assert [aside.reason for aside in taken.asides] == ["version is below a million"]


async def test_a_bad_deployment_is_not_poison(service: ServiceFactory) -> None:
    """When much of a batch fails, nothing is set aside and nothing is taken: people must look."""
    ledger = Ledger()
    rooms = await service(ledger)
    accounts = [account() for _ in range(100)]
    ledger.poisoned.update(accounts[:50])
    with pytest.raises(TooManyRefused, match="50 of 100 facts failed"):
        await rooms.tell_anyhow(*[balance(each, 1) for each in accounts])
    assert await versions_of(rooms, accounts[99]) == []


async def test_another_city_system_gets_its_rubbish_back(service: ServiceFactory) -> None:
    """The head-end sends a meter we do not know between two that we do: it is answered, the others are taken."""
    rooms = await service(Ledger())
    readings = [inbound.MeterReading(meter_serial=s, value=1, read_at=MONDAY_TEN_O_CLOCK) for s in ("A1", "X9", "B2")]
    taken = await rooms.tell_anyhow(*readings)
    (answer,) = taken.answers
    assert (answer.field, answer.rule) == ("meter_serial", "A reading names a meter that we know. (meter_serial: X9)")
    assert answer.remedy == "Check the serial on the meter's face."
    assert [fact.event_type() for fact in await rooms.said()] == ["inbound.MessageRefused"]
    async with rooms.tx() as tx:
        assert await tx.fetchval("SELECT array_agg(serial ORDER BY n) FROM serials") == ["A1", "B2"]
        assert await tx.fetchval("SELECT count(*) FROM set_aside") == 0
