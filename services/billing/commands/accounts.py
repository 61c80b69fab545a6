"""Billing's own copy of what accounts told: who owes, what is metered, and where use begins and ends."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from services.billing import store
from services.billing.domain.readings import Came, Metered, Reading, Source, follow
from shared.events import accounts
from shared.ids import AgreementId, ReadingId, new_id
from shared.postgres import Tx

_LAST_MOMENT = timedelta(days=1) - timedelta(microseconds=1)


async def keep_accounts(tx: Tx, opened: Sequence[accounts.AccountOpened]) -> None:
    """Know accounts, and begin their pages in the ledger."""
    await store.insert_accounts(tx, opened)
    await store.insert_receivables(tx, {fact.account_id for fact in opened})


async def change_names(tx: Tx, changed: Sequence[accounts.HolderNameChanged]) -> None:
    """Know whose name the next bills carry; the last of a set holds."""
    await store.save_names(tx, {fact.account_id: fact.holder_name for fact in changed})


async def change_addresses(tx: Tx, changed: Sequence[accounts.MailingAddressChanged]) -> None:
    """Know where the next bills go; the last of a set holds."""
    await store.save_addresses(tx, {fact.account_id: fact.mailing_address for fact in changed})


async def close_accounts(tx: Tx, closed: Sequence[accounts.AccountClosed]) -> None:
    """Know which accounts are closed; what they owe stays theirs."""
    await store.save_closures(tx, closed)


async def start_services(tx: Tx, started: Sequence[accounts.ServiceStarted]) -> None:
    """Know agreements, and put on record the readings at which their use begins."""
    await store.insert_agreements(tx, started)
    await store.insert_meters(tx, {fact.meter.meter_id: fact.meter.serial for fact in started if fact.meter})
    values = {
        fact.agreement_id: (fact.start_reading, fact.started_on)
        for fact in started
        if fact.meter is not None and fact.start_reading is not None
    }
    await _keep_ends(tx, values, "start", timedelta())


async def change_rates(tx: Tx, changed: Sequence[accounts.RateCircumstancesChanged]) -> None:
    """Know what rates go by from which day on; of two with the same day the last holds."""
    await store.save_rate_changes(tx, {(fact.agreement_id, fact.effective_on): fact for fact in changed})


async def stop_services(tx: Tx, stopped: Sequence[accounts.ServiceStopped]) -> None:
    """Know which agreements ended, and put on record the readings at which their use ends."""
    await store.save_stops(tx, stopped)
    values = {
        fact.agreement_id: (fact.stop_reading, fact.stopped_on) for fact in stopped if fact.stop_reading is not None
    }
    await _keep_ends(tx, values, "stop", _LAST_MOMENT)


async def _keep_ends(tx: Tx, values: Mapping[AgreementId, tuple[int, date]], source: Source, moment: timedelta) -> None:
    """A service starts with the first moment of a day, and stops with the last."""
    if not values:
        return
    policy = (await store.find_policy(tx, tx.today)).readings
    at = {
        agreement_id: datetime.combine(values[agreement_id][1], time(), tx.zone) + moment
        for agreement_id in await store.lock_agreements(tx, values)
    }
    meters = await store.find_metered(tx, list(at.items()), policy)

    def reading(meter: Metered) -> Reading:
        value, read_at = values[meter.agreement_id][0], at[meter.agreement_id]
        came = Came(ReadingId(new_id()), "", value, read_at, "actual", source)
        return follow(came, meter, tx.zone, policy)

    await store.insert_end_readings(tx, [reading(meter) for meter in meters.values()], source, policy)
    await store.save_neighbors(tx, [(key, at[key]) for key, meter in meters.items() if meter.after is not None])
