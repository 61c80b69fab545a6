"""Meters that crews exchanged: one reading goes out, another comes in, and the service goes by the new meter."""

from collections.abc import Sequence

from services.billing import store
from services.billing.commands.readings.telling import told
from services.billing.domain.exchanges import Exchange, NewMeter, exchange
from services.billing.domain.policies import ReadingPolicy
from services.billing.domain.readings import rounds
from shared import outbox
from shared.events import accounts
from shared.ids import ReadingId, new_id
from shared.postgres import Tx


async def exchange_meters(tx: Tx, facts: Sequence[accounts.MeterExchanged]) -> None:
    """Follow exchanges. Heard again, the readings stand already. Raises MeterCountsOtherwise."""
    declared = [
        Exchange(fact.agreement_id, fact.exchanged_at, fact.old_reading, _new(fact), _ids())
        for fact in facts
        if fact.agreement_id is not None
    ]
    policy = (await store.find_policy(tx, tx.today)).readings
    for turn in rounds(declared, key=lambda one: one.agreement_id):
        await _exchange_round(tx, turn, policy)


async def _exchange_round(tx: Tx, declared: Sequence[Exchange], policy: ReadingPolicy) -> None:
    """Each agreement is named once. What goes out is kept under the old meter, what comes in under the new one."""
    known = set(await store.lock_agreements(tx, [one.agreement_id for one in declared]))
    here = [one for one in declared if one.agreement_id in known]
    moments = [(one.agreement_id, one.exchanged_at) for one in here]
    metered = await store.find_metered(tx, moments, policy)
    fresh = [one for one in here if metered[one.agreement_id].same is None]
    pairs = [exchange(one, metered[one.agreement_id], tx.zone, policy) for one in fresh]
    await store.insert_readings(tx, [out for out, _ in pairs], "exchange", policy)
    await store.save_meters(tx, here)
    await store.insert_meters(tx, {one.new.meter_id: one.new.serial for one in here})
    await store.insert_readings(tx, [into for _, into in pairs], "exchange", policy)
    await store.save_neighbors(tx, [
        (into.agreement_id, into.read_at) for _, into in pairs
        if into.state == "accepted" and metered[into.agreement_id].after is not None
    ])  # fmt: skip
    await outbox.put(tx, *(told(one) for pair in pairs for one in pair))


def _new(fact: accounts.MeterExchanged) -> NewMeter:
    new = fact.new_meter
    return NewMeter(new.meter_id, new.serial, new.dials, new.multiplier, new.unit, new.size, fact.new_reading)


def _ids() -> tuple[ReadingId, ReadingId]:
    return ReadingId(new_id()), ReadingId(new_id())
