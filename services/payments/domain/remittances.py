"""Money that arrived elsewhere: taken once, posted if its debt is known, else kept in suspense; never refused."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from services.payments.domain import payments, receipts
from services.payments.domain.debts import Debt, Debts, Invoice, Named, find_debt
from services.payments.domain.instruments import Instrument
from services.payments.domain.payments import Occasion, Tendered
from shared.errors import Conflict, Invalid, NotFound, Refusal
from shared.events.payments import RemittancePlaced, RemittanceSuspended, Tender
from shared.ids import PaymentId, RemittanceId

Key = tuple[str, str]
State = Literal["posted", "suspended", "placed"]


class RemittanceReferenceReused(Conflict):
    """A sender uses a reference for one sum of money only."""

    remedy = "Send the other money under a reference of its own; the first is kept as it came."


class ReceivedInFuture(Invalid):
    """Money is received today or before."""

    remedy = "Correct received_on."


class RemittanceUnknown(NotFound):
    """Nothing lies, or lay, in suspense under this id."""

    remedy = "Look in the list of suspense."


class RemittanceAlreadyPlaced(Conflict):
    """Money is placed once: what was posted or placed is no longer in suspense."""

    remedy = "Look at its payment; if that is on the wrong account, reverse it for wrong_account."


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a sender told, with readable numbers written as ten digits, so that the same content compares equal."""

    source: str
    reference: str
    named: Named
    amount_cents: int
    tender: Tender
    received_on: date

    @property
    def key(self) -> Key:
        """Under which it is taken once."""
        return (self.source, self.reference)


@dataclass(frozen=True, slots=True)
class Remittance:
    """An arrival that was taken, and what became of it."""

    remittance_id: RemittanceId
    arrival: Arrival
    state: State
    reason_code: str | None
    taken_at: datetime

    @property
    def told(self) -> RemittanceSuspended:
        """What the others are told when it goes into suspense."""
        assert self.reason_code is not None
        return RemittanceSuspended(
            remittance_id=self.remittance_id, amount_cents=self.arrival.amount_cents,
            received_on=self.arrival.received_on, reason_code=self.reason_code,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sorted:
    """What a set of arrivals comes to: every one is a remittance; some are payments too."""

    remittances: list[Remittance]
    tendered: list[Tendered]


def arrival(
    named: Named, *, source: str, reference: str, amount_cents: int, tender: Tender, received_on: date
) -> Arrival:
    """An arrival as it is compared and kept."""
    return Arrival(source, reference, named.as_read, amount_cents, tender, received_on)


def sort_out(
    arrivals: Sequence[Arrival],
    taken: Mapping[Key, Arrival],
    debts: Debts,
    ids: Iterable[tuple[RemittanceId, PaymentId]],
    occasion: Occasion,
) -> Sorted:
    """Post what names an open debt, suspend the rest, pass over what was taken before.

    Raises RemittanceReferenceReused when a reference comes again with other content.
    """
    seen = dict(taken)
    result = Sorted([], [])
    for each, (remittance_id, payment_id) in zip(arrivals, ids, strict=True):
        earlier = seen.setdefault(each.key, each)
        if earlier != each:
            raise RemittanceReferenceReused(field="reference", reference=each.reference)
        if earlier is not each:
            continue
        try:
            debt = debt_of(each, debts, occasion.today)
        except Refusal as refusal:
            reason = refusal.slug.replace("-", "_")
            result.remittances.append(Remittance(remittance_id, each, "suspended", reason, occasion.now))
            continue
        if isinstance(debt, Invoice):
            debts = debts.settled(debt, payment_id)
        result.remittances.append(Remittance(remittance_id, each, "posted", None, occasion.now))
        result.tendered.append(tendered_from(each, debt, remittance_id, payment_id, occasion))
    return result


def debt_of(each: Arrival, debts: Debts, today: date) -> Debt:
    """The debt that an arrival may pay; a sender east of us may be a calendar day ahead.

    Raises ReceivedInFuture, and what `find_debt` raises.
    """
    if each.received_on > today + timedelta(days=1):
        raise ReceivedInFuture(field="received_on", received_on=each.received_on.isoformat())
    return find_debt(each.named, each.amount_cents, debts)


def tendered_from(
    each: Arrival, debt: Debt, remittance_id: RemittanceId, payment_id: PaymentId, occasion: Occasion
) -> Tendered:
    """The arrival as money taken for a debt, with the day on which it was received there."""
    return payments.tender(
        debt,
        each.amount_cents,
        Instrument(each.tender),
        payment_id=payment_id,
        series=receipts.lane(each.tender),
        received_on=each.received_on,
        occasion=occasion,
        remittance_id=remittance_id,
    )


def place(remittance: Remittance, named: Named, debts: Debts, payment_id: PaymentId, occasion: Occasion) -> Tendered:
    """Take suspended money for the debt that a person names, received on the day it first arrived.

    Raises RemittanceAlreadyPlaced, and what `find_debt` raises.
    """
    if remittance.state != "suspended":
        raise RemittanceAlreadyPlaced(field="remittance_id", remittance_id=remittance.remittance_id)
    debt = find_debt(named, remittance.arrival.amount_cents, debts)
    return tendered_from(remittance.arrival, debt, remittance.remittance_id, payment_id, occasion)


def place_awaited(
    suspended: Sequence[Remittance], debts: Debts, ids: Iterable[PaymentId], occasion: Occasion
) -> list[Tendered]:
    """Take suspended money whose account or invoice became known; what still finds no debt stays where it is."""
    placed: list[Tendered] = []
    for remittance, payment_id in zip(suspended, ids, strict=True):
        try:
            debt = debt_of(remittance.arrival, debts, occasion.today)
        except Refusal:
            continue
        if isinstance(debt, Invoice):
            debts = debts.settled(debt, payment_id)
        placed.append(tendered_from(remittance.arrival, debt, remittance.remittance_id, payment_id, occasion))
    return placed


def placed_fact(payment: Tendered) -> RemittancePlaced:
    """What the others are told when money leaves suspense."""
    assert payment.remittance_id is not None
    return RemittancePlaced(
        remittance_id=payment.remittance_id, payment_id=payment.payment_id, placed_at=payment.posted_at, version=2
    )
