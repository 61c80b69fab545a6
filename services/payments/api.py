"""Door 1: what people ask of payments."""

from datetime import date
from typing import Annotated, Literal

from fastapi import Path, Query

from services.payments import commands, views
from services.payments.commands import (
    NewPayment,
    NewPlacement,
    NewRefundPayments,
    NewReversal,
    NewVoid,
    PaymentTaken,
    PaymentTakenBack,
    RefundsPaid,
    RefundStands,
)
from services.payments.views import JournalDay, PayableView, PaymentView, RefundState, ShutoffAnswerView, SuspenseView
from shared.auth import Role, permission
from shared.events.fields import VISIBLE, Day
from shared.http import Door, Outcomes, Page, PageQuery, ReadTx, Requests, WriteTx
from shared.ids import AccountId, PaymentId, RefundId, RemittanceId

door = Door()

_DESK = (Role.CSR, Role.SENIOR, Role.SUPERVISOR, Role.CASHIER)

READ_PAYMENTS = permission("payments.read", *_DESK, Role.BILLING, Role.LICENSING, Role.SERVICE)
POST_PAYMENTS = permission("payments.post", *_DESK)
REVERSE_PAYMENTS = permission("payments.reverse", Role.SUPERVISOR, Role.BILLING)
READ_SUSPENSE = permission("suspense.read", Role.SENIOR, Role.SUPERVISOR, Role.CASHIER, Role.BILLING)
PLACE_SUSPENSE = permission("suspense.place", Role.SENIOR, Role.SUPERVISOR, Role.BILLING)
READ_PAYABLES = permission("payables.read", *_DESK, Role.BILLING)
PAY_REFUNDS = permission("refunds.pay", Role.CASHIER, Role.SUPERVISOR)
VOID_REFUNDS = permission("refunds.void", Role.SUPERVISOR)
READ_JOURNAL = permission("journal.read", Role.SUPERVISOR, Role.CASHIER, Role.BILLING)

Number = Annotated[
    str | None, Query(min_length=1, max_length=20, pattern=VISIBLE, description="Spaces and hyphens are forgiven.")
]
Printed = Annotated[str | None, Query(min_length=1, max_length=40, pattern=VISIBLE)]


@door.post("/payments", needs=POST_PAYMENTS, status_code=201, idempotent=True)
async def post_payment(tx: WriteTx, requests: Requests[NewPayment]) -> Outcomes[PaymentTaken]:
    """Take money at the counter, for an account or for an invoice, and give a receipt."""
    return await commands.post_payments(tx, requests)


@door.get("/payments", needs=READ_PAYMENTS)
async def list_payments(
    tx: ReadTx,
    page: PageQuery,
    *,
    account_id: AccountId | None = None,
    account_number: Number = None,
    invoice_number: Number = None,
    receipt_number: Printed = None,
    instrument_number: Printed = None,
) -> Page[PaymentView]:
    """Find payments by account, invoice, receipt or check; newest first."""
    return await views.list_payments(
        tx,
        page,
        account_id=account_id,
        account_number=account_number,
        invoice_number=invoice_number,
        receipt_number=receipt_number,
        instrument_number=instrument_number,
    )


@door.get("/payments/{payment_id}", needs=READ_PAYMENTS)
async def get_payment(tx: ReadTx, payment_id: PaymentId) -> PaymentView:
    """One payment, with its counter-entry if it was taken back."""
    return await views.find_payment(tx, payment_id)


@door.post("/payments/{payment_id}/reversal", needs=REVERSE_PAYMENTS, status_code=201, idempotent=True)
async def post_reversal(tx: WriteTx, payment_id: PaymentId, body: NewReversal) -> PaymentTakenBack:
    """Take a payment back by a counter-entry: a returned check, a chargeback, a mistake."""
    [taken_back] = await commands.reverse_payments(tx, {payment_id: body})
    return taken_back


@door.get("/suspense", needs=READ_SUSPENSE)
async def list_suspense(
    tx: ReadTx, page: PageQuery, state: Literal["suspended", "placed"] = "suspended"
) -> Page[SuspenseView]:
    """Money that could not be posted when it came; the oldest first."""
    return await views.list_suspense(tx, page, state)


@door.get("/suspense/{remittance_id}", needs=READ_SUSPENSE)
async def get_suspense(tx: ReadTx, remittance_id: RemittanceId) -> SuspenseView:
    """One sum of money that is, or was, in suspense."""
    return await views.find_suspense(tx, remittance_id)


@door.post("/suspense/{remittance_id}/placement", needs=PLACE_SUSPENSE, status_code=201, idempotent=True)
async def post_placement(tx: WriteTx, remittance_id: RemittanceId, body: NewPlacement) -> PaymentTaken:
    """Post money from suspense on the account or invoice it was meant for, as received on the day it came."""
    return await commands.place_remittance(tx, remittance_id, body)


@door.get("/refunds", needs=READ_PAYABLES)
async def list_refunds(
    tx: ReadTx,
    page: PageQuery,
    *,
    state: RefundState | None = None,
    account_id: AccountId | None = None,
    check_number: Printed = None,
) -> Page[PayableView]:
    """Refunds that billing approved, the oldest first; `state=payable` are to be paid out."""
    return await views.list_payables(tx, page, state, account_id, check_number)


@door.get("/refunds/{refund_id}", needs=READ_PAYABLES)
async def get_refund(tx: ReadTx, refund_id: RefundId) -> PayableView:
    """One refund that billing approved, and by which check it was paid."""
    return await views.find_payable(tx, refund_id)


@door.post("/refund-payments", needs=PAY_REFUNDS, status_code=201, idempotent=True)
async def post_refund_payments(tx: WriteTx, body: NewRefundPayments) -> RefundsPaid:
    """Mark refunds as paid by the checks that were drawn: all of them, or none."""
    return await commands.pay_refunds(tx, body)


@door.post("/refunds/{refund_id}/voiding", needs=VOID_REFUNDS, status_code=201, idempotent=True)
async def post_refund_voiding(tx: WriteTx, refund_id: RefundId, body: NewVoid) -> RefundStands:
    """Give a refund up: a check that came back or was stopped, or one that is not to be drawn."""
    return await commands.void_refund(tx, refund_id, body)


@door.get("/journal/{booked_on}", needs=READ_JOURNAL)
async def get_journal(tx: ReadTx, booked_on: Annotated[Day, Path(examples=[date(2026, 7, 1)])]) -> JournalDay:
    """The own books of a day: what each gained and gave."""
    return await views.find_journal_day(tx, booked_on)


@door.get("/accounts/{account_id}/shutoff-answers", needs=READ_PAYMENTS)
async def list_shutoff_answers(tx: ReadTx, account_id: AccountId, page: PageQuery) -> Page[ShutoffAnswerView]:
    """What payments answered to crews at this account; the newest first."""
    return await views.list_shutoff_answers(tx, account_id, page)
