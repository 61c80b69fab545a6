"""Payments taken back."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from services.payments import store
from services.payments.commands.posting import occasion_of
from services.payments.domain import books
from services.payments.domain.payments import PaymentUnknown
from services.payments.domain.reversals import Reversal, reverse
from shared import outbox
from shared.events.fields import VISIBLE, Code
from shared.ids import PaymentId
from shared.postgres import Tx


class NewReversal(BaseModel):
    """Why a payment is taken back."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason_code: Code = Field(
        description="R01 to R29 as the bank says, or returned_check, chargeback, wrong_account, entered_in_error."
    )
    note: str | None = Field(
        default=None, min_length=1, max_length=500, pattern=VISIBLE, description="Stays here; it is told to nobody."
    )


class PaymentTakenBack(BaseModel):
    """The counter-entry of a payment."""

    payment_id: PaymentId
    reason_code: str
    note: str | None
    reversed_at: datetime
    reversed_by: str


async def reverse_payments(tx: Tx, asked: Mapping[PaymentId, NewReversal]) -> list[PaymentTakenBack]:
    """Take payments back by counter-entries: all of them, or none.

    Raises PaymentUnknown, PaymentAlreadyReversed, ReasonUnknown, ReasonDoesNotFitTender.
    """
    payments = await store.find_payments(tx, asked)
    for payment_id in asked:
        if payment_id not in payments:
            raise PaymentUnknown(field="payment_id", payment_id=payment_id)
    await store.lock_debts_by_id(
        tx, [each.account_id for each in payments.values()], [each.invoice_id for each in payments.values()]
    )
    gone = await store.find_reversed(tx, asked)
    reversals = [
        reverse(payments[payment_id], new.reason_code, new.note, gone, occasion_of(tx))
        for payment_id, new in asked.items()
    ]
    await store.insert_reversals(tx, reversals)
    await store.insert_entries(tx, [books.reversal(each.payment, tx.today) for each in reversals])
    await outbox.put(tx, *(each.told for each in reversals))
    return [_taken_back(each) for each in reversals]


def _taken_back(reversal: Reversal) -> PaymentTakenBack:
    return PaymentTakenBack(
        payment_id=reversal.payment.payment_id,
        reason_code=reversal.reason_code,
        note=reversal.note,
        reversed_at=reversal.reversed_at,
        reversed_by=reversal.reversed_by,
    )
