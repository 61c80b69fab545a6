"""A payment: money accepted for one debt, with a receipt; it is never edited, only countered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from services.payments.domain import receipts
from services.payments.domain.debts import Account, Debt, Invoice
from services.payments.domain.instruments import Instrument
from shared.errors import NotFound
from shared.events.payments import PaymentPosted, Tender
from shared.ids import AccountId, InvoiceId, PaymentId, RemittanceId


class PaymentUnknown(NotFound):
    """No payment has this id."""

    remedy = "Find it by its receipt number, or by the number of the check."


@dataclass(frozen=True, slots=True)
class Occasion:
    """When something is done, on which day of the town, and by whom."""

    now: datetime
    today: date
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tendered:
    """Money taken for a debt, before it has a receipt. `series` is the drawer or lane that will give one."""

    payment_id: PaymentId
    account_id: AccountId | None
    invoice_id: InvoiceId | None
    amount_cents: int
    tender: Tender
    series: str
    instrument_number: str | None
    instrument_on: date | None
    approval_code: str | None
    received_on: date
    posted_at: datetime
    posted_by: str
    remittance_id: RemittanceId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment(Tendered):
    """A payment that stands in the books, with the number of its receipt."""

    receipt_number: str

    @property
    def told(self) -> PaymentPosted:
        """What the others are told of it."""
        return PaymentPosted(
            payment_id=self.payment_id, account_id=self.account_id, invoice_id=self.invoice_id,
            amount_cents=self.amount_cents, tender=self.tender, receipt_number=self.receipt_number,
            received_on=self.received_on, posted_at=self.posted_at,
        )  # fmt: skip


def tender(
    debt: Debt,
    amount_cents: int,
    instrument: Instrument,
    *,
    payment_id: PaymentId,
    series: str,
    received_on: date,
    occasion: Occasion,
    remittance_id: RemittanceId | None = None,
) -> Tendered:
    """Take money for a debt that was found to be open to it."""
    return Tendered(
        payment_id=payment_id,
        account_id=debt.account_id if isinstance(debt, Account) else None,
        invoice_id=debt.invoice_id if isinstance(debt, Invoice) else None,
        amount_cents=amount_cents,
        tender=instrument.tender,
        series=series,
        instrument_number=instrument.number,
        instrument_on=instrument.dated_on,
        approval_code=instrument.approval_code,
        received_on=received_on,
        posted_at=occasion.now,
        posted_by=occasion.by,
        remittance_id=remittance_id,
    )


_TENDERED = tuple(field.name for field in fields(Tendered))


def with_receipts(tendered: Sequence[Tendered], last_serials: Mapping[str, int]) -> list[Payment]:
    """The same money with receipts, in order, each series going on from its last number."""
    numbers = receipts.numbers([each.series for each in tendered], last_serials)
    return [
        Payment(receipt_number=number, **{name: getattr(each, name) for name in _TENDERED})
        for each, number in zip(tendered, numbers, strict=True)
    ]
