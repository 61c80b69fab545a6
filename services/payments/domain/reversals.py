"""Taking a payment back: by a counter-entry, with a reason, and at most once (rulebook 6)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from services.payments.domain.payments import Occasion, Payment
from shared.errors import Conflict, Invalid
from shared.events.payments import PaymentReversed, Tender
from shared.ids import PaymentId

_DRAWN_ON_A_BANK = frozenset({Tender.CHECK, Tender.MONEY_ORDER, Tender.LOCKBOX, Tender.ONLINE})
_CARDS = frozenset({Tender.CARD, Tender.ONLINE})
_ANY = frozenset(Tender)

REASONS: Mapping[str, tuple[str, frozenset[Tender]]] = {
    "R01": ("insufficient funds", _DRAWN_ON_A_BANK),
    "R02": ("account closed", _DRAWN_ON_A_BANK),
    "R03": ("no account, or its holder cannot be found", _DRAWN_ON_A_BANK),
    "R04": ("invalid account number", _DRAWN_ON_A_BANK),
    "R07": ("authorization revoked by the customer", _DRAWN_ON_A_BANK),
    "R08": ("payment stopped", _DRAWN_ON_A_BANK),
    "R09": ("uncollected funds", _DRAWN_ON_A_BANK),
    "R10": ("customer says it was not authorized", _DRAWN_ON_A_BANK),
    "R16": ("account frozen", _DRAWN_ON_A_BANK),
    "R20": ("not a transaction account", _DRAWN_ON_A_BANK),
    "R29": ("corporate customer says it was not authorized", _DRAWN_ON_A_BANK),
    "returned_check": ("returned unpaid by the bank", _DRAWN_ON_A_BANK),
    "chargeback": ("taken back by the card's issuer", _CARDS),
    "wrong_account": ("posted on the wrong account", _ANY),
    "entered_in_error": ("entered by mistake", _ANY),
}
"""Why a payment may be taken back, in words, and which tenders the reason fits.

**Source**: Nacha Operating Rules, return reason codes (R..); the others are practice.
"""


class PaymentAlreadyReversed(Conflict):
    """A payment is reversed at most once."""

    remedy = "Look at its reversal; if the money came again, post it as a new payment."


class ReasonUnknown(Invalid):
    """A payment is reversed for one of the listed reasons."""

    remedy = "Choose R01 to R29 for a bank's return, or returned_check, chargeback, wrong_account, entered_in_error."


class ReasonDoesNotFitTender(Invalid):
    """Cash does not bounce: the reason of a reversal must fit the way the money came."""

    remedy = "Choose a reason that this tender can have; entered_in_error and wrong_account fit all."


@dataclass(frozen=True, slots=True)
class Reversal:
    """The counter-entry of one payment."""

    payment: Payment
    reason_code: str
    note: str | None
    reversed_at: datetime
    reversed_by: str

    @property
    def told(self) -> PaymentReversed:
        """What the others are told of it: the second version of that payment."""
        return PaymentReversed(
            payment_id=self.payment.payment_id, account_id=self.payment.account_id,
            invoice_id=self.payment.invoice_id, amount_cents=self.payment.amount_cents,
            reason_code=self.reason_code, reversed_at=self.reversed_at, version=2,
        )  # fmt: skip


def reverse(
    payment: Payment, reason_code: str, note: str | None, gone: Collection[PaymentId], occasion: Occasion
) -> Reversal:
    """Take a payment back; `gone` are those that were taken back before.

    Raises PaymentAlreadyReversed, ReasonUnknown, ReasonDoesNotFitTender.
    """
    if payment.payment_id in gone:
        raise PaymentAlreadyReversed(field="payment_id", payment_id=payment.payment_id)
    if reason_code not in REASONS:
        raise ReasonUnknown(field="reason_code", given=reason_code[:40])
    if payment.tender not in REASONS[reason_code][1]:
        raise ReasonDoesNotFitTender(field="reason_code", reason=REASONS[reason_code][0], tender=payment.tender.value)
    return Reversal(payment, reason_code, note, occasion.now, occasion.by)
