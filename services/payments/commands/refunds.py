"""Refunds paid out: heard when billing approves them, drawn as checks, and given up where one does not arrive."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.payments import store
from services.payments.commands.posting import occasion_of
from services.payments.domain import books, refunds
from services.payments.domain.refunds import Check, Refund, RefundUnknown, State, VoidReason
from shared import outbox
from shared.events.billing import RefundApproved
from shared.events.fields import VISIBLE, Day, Serial
from shared.ids import AccountId, RefundId
from shared.postgres import Tx


class NewCheck(BaseModel):
    """A check that was drawn for a refund."""

    model_config = ConfigDict(extra="forbid")

    refund_id: RefundId
    check_number: Serial
    paid_on: Day = Field(description="The date that is printed on the check.")


class NewRefundPayments(BaseModel):
    """A run of checks."""

    model_config = ConfigDict(extra="forbid")

    checks: Annotated[list[NewCheck], Field(min_length=1, max_length=500)]


class NewVoid(BaseModel):
    """Why a refund is given up."""

    model_config = ConfigDict(extra="forbid")

    reason_code: VoidReason
    note: str | None = Field(
        default=None, min_length=1, max_length=500, pattern=VISIBLE, description="Stays here; it is told to nobody."
    )


class RefundStands(BaseModel):
    """Where a refund stands after what was done."""

    refund_id: RefundId
    account_id: AccountId
    amount_cents: int
    state: State
    check_number: str | None
    paid_on: date | None
    voided_on: date | None


class RefundsPaid(BaseModel):
    """The refunds that a run of checks paid."""

    refunds: list[RefundStands]
    total_cents: int


async def keep_refunds(tx: Tx, approved: Sequence[RefundApproved]) -> None:
    """Know what is to be paid out."""
    await store.insert_refunds(tx, approved)


async def pay_refunds(tx: Tx, new: NewRefundPayments) -> RefundsPaid:
    """Mark refunds as paid by the checks that were drawn: all of them, or none.

    Raises RefundUnknown, RefundNamedTwice, RefundNotPayable, CheckNumberUsed, CheckDayNotSound, FundsTakenBack.
    """
    checks = [Check(each.refund_id, each.check_number, each.paid_on) for each in new.checks]
    known = await _lock(tx, [check.refund_id for check in checks])
    used = await store.lock_checks_drawn(tx, [check.number for check in checks])
    taken_back_on = await store.find_taken_back(tx, {of.account_id for of in known.values()})
    paid = refunds.pay(checks, known, used, taken_back_on, tx.today)
    await store.save_refunds_paid(tx, paid)
    await store.insert_refund_entries(
        tx, [(of.refund_id, books.refund(of.amount_cents, tx.today)) for of in paid]
    )  # fmt: skip
    await outbox.put(tx, *(of.told_paid for of in paid))
    return RefundsPaid(
        refunds=[_stands(of) for of in paid], total_cents=sum(of.amount_cents for of in paid)
    )  # fmt: skip


async def void_refund(tx: Tx, refund_id: RefundId, new: NewVoid) -> RefundStands:
    """Give a refund up, paid or not: it is credit on the account again. Raises RefundUnknown, RefundAlreadyVoided."""
    known = await _lock(tx, [refund_id])
    if refund_id not in known:
        raise RefundUnknown(field="refund_id", refund_id=refund_id)
    was = known[refund_id]
    voided = refunds.void(was, new.reason_code, occasion_of(tx))
    await store.save_refund_voided(tx, voided, new.note)
    if was.state == "paid":
        await store.insert_refund_entries(tx, [(refund_id, books.refund_void(was.amount_cents, tx.today))])
    await outbox.put(tx, voided.told_voided)
    return _stands(voided)


async def _lock(tx: Tx, refund_ids: Sequence[RefundId]) -> dict[RefundId, Refund]:
    """The accounts first, as when a payment is taken back: one of the two waits for the other."""
    await store.lock_accounts(tx, set(await store.find_refunded_accounts(tx, refund_ids)))
    return await store.lock_refunds(tx, refund_ids)


def _stands(of: Refund) -> RefundStands:
    return RefundStands(
        refund_id=of.refund_id, account_id=of.account_id, amount_cents=of.amount_cents, state=of.state,
        check_number=of.check_number, paid_on=of.paid_on, voided_on=of.voided_on,
    )  # fmt: skip
