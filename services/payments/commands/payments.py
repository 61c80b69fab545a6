"""Money taken at a counter."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.payments import store
from services.payments.commands.posting import occasion_of, post
from services.payments.domain import books, counter
from services.payments.domain.debts import Named
from services.payments.domain.instruments import Instrument
from shared.errors import Refusal
from shared.events.fields import VISIBLE, CentsPaid, Day, Scanned, Typed
from shared.events.payments import Tender
from shared.ids import AccountId, InvoiceId, PaymentId, new_id
from shared.postgres import Request, Tx

Drawer = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{0,15}$")]


class NewPayment(BaseModel):
    """Money on the counter, for an account or for an invoice."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    account_number: Typed | None = Field(default=None, description="As on the bill; spaces and hyphens are forgiven.")
    invoice_number: Typed | None = Field(default=None, description="As on the invoice; instead of an account number.")
    scan_line: Scanned | None = Field(
        default=None,
        description="From the bill's stub, instead of an account number; spaces are forgiven. More or less than the"
        " stub asks for may be paid: amount_cents says what was.",
    )
    amount_cents: CentsPaid
    tender: Literal["cash", "check", "money_order", "card"]
    drawer: Drawer = Field(default="FRONT", description="Whose receipts it is numbered with.")
    instrument_number: str | None = Field(
        default=None, min_length=1, max_length=40, pattern=VISIBLE, description="Of a check or money order."
    )
    instrument_on: Day | None = Field(default=None, description="The date on a check or money order.")
    payee: str | None = Field(
        default=None, min_length=1, max_length=120, pattern=VISIBLE, description="Whom the check is made out to."
    )
    amount_in_words: str | None = Field(
        default=None, min_length=1, max_length=200, pattern=VISIBLE, description="The legal line, if it is to be read."
    )
    street_address: str | None = Field(
        default=None,
        min_length=1,
        max_length=120,
        pattern=VISIBLE,
        description="If typed, it must be the account's.",
    )
    approval_code: str | None = Field(
        default=None, min_length=1, max_length=12, pattern=r"^[A-Za-z0-9]+$",
        description="The card terminal's; never a card's number.",
    )  # fmt: skip


class PaymentTaken(BaseModel):
    """What the customer is given for the money: a receipt."""

    payment_id: PaymentId
    receipt_number: str
    account_id: AccountId | None
    invoice_id: InvoiceId | None
    amount_cents: int
    tender: Tender
    received_on: date
    posted_at: datetime


async def post_payments(tx: Tx, requests: Sequence[Request[NewPayment]]) -> list[PaymentTaken | Refusal]:
    """Take money at a counter, from everybody who stands there; what is refused harms no other.

    Refused: AccountUnknown, InvoiceUnknown, NumberMistyped, PaymentNamesOneDebt, InvoiceAlreadyPaid,
    InvoicePaidInFullOnly, ScanLineMistyped, ScanLineNamesAnotherAccount, and what screening a check raises.
    """
    policy = await store.find_policy(tx, tx.today)
    slips = [_slip(each.body) for each in requests]
    named = [slip.named.as_read for slip in slips]
    debts = await store.lock_debts(tx, [n.account_number for n in named], [n.invoice_number for n in named])
    causes = {PaymentId(new_id()): each.cause for each in requests}
    outcomes = counter.accept(slips, debts, policy, causes, [occasion_of(tx, each.actor) for each in requests])
    tendered = [each for each in outcomes if not isinstance(each, Refusal)]
    posted = iter(await post(tx, tendered, books.posting, [causes[each.payment_id] for each in tendered]))
    return [
        each if isinstance(each, Refusal) else PaymentTaken.model_validate(next(posted), from_attributes=True)
        for each in outcomes
    ]


def _slip(new: NewPayment) -> counter.Slip:
    instrument = Instrument(
        Tender(new.tender), new.instrument_number, new.instrument_on, new.payee, new.amount_in_words, new.approval_code
    )
    named = Named(new.account_number, new.invoice_number, new.scan_line)
    return counter.Slip(named, new.amount_cents, instrument, new.drawer, new.street_address)
