"""Money that arrived elsewhere: taken in sets, and placed by a person where it named nobody."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from services.payments import store
from services.payments.commands.payments import PaymentTaken
from services.payments.commands.posting import occasion_of, post
from services.payments.domain import books, remittances
from services.payments.domain.debts import Debts, Named
from services.payments.domain.payments import Payment, Tendered
from services.payments.domain.remittances import Arrival, RemittanceUnknown
from shared import outbox
from shared.events.fields import Typed
from shared.events.inbound import Remittance
from shared.ids import PaymentId, RemittanceId, new_id
from shared.postgres import Tx


class NewPlacement(BaseModel):
    """Whose the money in suspense is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    account_number: Typed | None = Field(default=None, description="As on the bill; spaces and hyphens are forgiven.")
    invoice_number: Typed | None = Field(default=None, description="As on the invoice; instead of an account number.")


async def take_remittances(tx: Tx, told: Sequence[Remittance]) -> None:
    """Post what names an open debt, keep the rest in suspense, pass over what was taken before.

    Raises RemittanceReferenceReused.
    """
    arrivals = [_arrival(fact) for fact in told]
    named = [each.named for each in arrivals]
    debts = await store.lock_debts(tx, [n.account_number for n in named], [n.invoice_number for n in named])
    taken = await store.find_arrivals(tx, [each.key for each in arrivals])
    ids = [(RemittanceId(new_id()), PaymentId(new_id())) for _ in arrivals]
    result = remittances.sort_out(arrivals, taken, debts, ids, occasion_of(tx))
    suspended = [each for each in result.remittances if each.state == "suspended"]
    if result.remittances:
        await store.insert_remittances(tx, result.remittances)
    await post(tx, result.tendered, books.posting)
    if suspended:
        await store.insert_entries(tx, [_suspension(each, tx) for each in suspended])
        await outbox.put(tx, *(each.told for each in suspended))


async def place_remittance(tx: Tx, remittance_id: RemittanceId, new: NewPlacement) -> PaymentTaken:
    """Take money out of suspense for the debt that a person found, received on the day it first arrived.

    Raises RemittanceUnknown, RemittanceAlreadyPlaced, and what taking money for that debt raises.
    """
    debts = await store.lock_debts(tx, [new.account_number], [new.invoice_number])
    found = await store.lock_remittances(tx, [remittance_id])
    if remittance_id not in found:
        raise RemittanceUnknown(field="remittance_id", remittance_id=remittance_id)
    named = Named(new.account_number, new.invoice_number)
    tendered = remittances.place(found[remittance_id], named, debts, PaymentId(new_id()), occasion_of(tx))
    posted = await _move(tx, [tendered])
    return PaymentTaken.model_validate(posted[0], from_attributes=True)


async def place_awaited(tx: Tx, debts: Debts) -> None:
    """Take out of suspense what waited for accounts or invoices that are known now."""
    suspended = await store.lock_awaiting(tx, debts.accounts, debts.invoices)
    ids = [PaymentId(new_id()) for _ in suspended]
    await _move(tx, remittances.place_awaited(suspended, debts, ids, occasion_of(tx)))


async def _move(tx: Tx, tendered: Sequence[Tendered]) -> list[Payment]:
    if not tendered:
        return []
    await store.save_placements(tx, tendered)
    posted = await post(tx, tendered, books.placement)
    await outbox.put(tx, *(remittances.placed_fact(each) for each in tendered))
    return posted


def _suspension(each: remittances.Remittance, tx: Tx) -> books.Entry:
    return books.suspension(each.remittance_id, each.arrival.tender, each.arrival.amount_cents, tx.today)


def _arrival(fact: Remittance) -> Arrival:
    return remittances.arrival(
        Named(fact.account_number, fact.invoice_number, fact.scan_line),
        source=fact.envelope.source if fact.envelope else "",
        reference=fact.reference,
        amount_cents=fact.amount_cents,
        tender=fact.tender,
        received_on=fact.received_on,
    )
