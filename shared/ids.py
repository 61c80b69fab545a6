"""The names of things: typed ids (UUIDv7, so that they sort by time), and the account number that people read aloud."""

from typing import NewType
from uuid import UUID

import uuid_utils.compat
from stdnum import damm

from shared.errors import Invalid

EventId = NewType("EventId", UUID)
JobId = NewType("JobId", UUID)

PersonId = NewType("PersonId", UUID)
PremiseId = NewType("PremiseId", UUID)
ServicePointId = NewType("ServicePointId", UUID)
MeterId = NewType("MeterId", UUID)
AccountId = NewType("AccountId", UUID)
AgreementId = NewType("AgreementId", UUID)
OrderId = NewType("OrderId", UUID)
AskId = NewType("AskId", UUID)
ProtectionId = NewType("ProtectionId", UUID)

ReadingId = NewType("ReadingId", UUID)
TariffId = NewType("TariffId", UUID)
BillId = NewType("BillId", UUID)
CancellationId = NewType("CancellationId", UUID)
AdjustmentId = NewType("AdjustmentId", UUID)
DisputeId = NewType("DisputeId", UUID)
DepositId = NewType("DepositId", UUID)
RefundId = NewType("RefundId", UUID)
BudgetPlanId = NewType("BudgetPlanId", UUID)
LetterId = NewType("LetterId", UUID)
NoticeId = NewType("NoticeId", UUID)
AuthorizationId = NewType("AuthorizationId", UUID)

PaymentId = NewType("PaymentId", UUID)
RemittanceId = NewType("RemittanceId", UUID)

ApplicationId = NewType("ApplicationId", UUID)
InvoiceId = NewType("InvoiceId", UUID)
LicenseId = NewType("LicenseId", UUID)

TicketId = NewType("TicketId", UUID)

AccountNumber = NewType("AccountNumber", str)
InvoiceNumber = NewType("InvoiceNumber", str)

NUMBER_DIGITS = 10


class NumberMistyped(Invalid):
    """The last digit of an account or invoice number proves the ones before it."""

    remedy = "Read the ten digits from the bill again; two of them are probably exchanged or one is wrong."


def new_id() -> UUID:
    """A fresh UUIDv7: unique, and in order of the time it was made (RFC 9562, section 5.7)."""
    return uuid_utils.compat.uuid7()


def number_from(serial: int) -> str:
    """The ten-digit number for a serial: nine digits, then Damm's check digit.

    Source: H. M. Damm, "Total anti-symmetrische Quasigruppen", 2004: every single wrong digit and every
    exchange of neighbors is caught.
    """
    body = f"{serial:0{NUMBER_DIGITS - 1}d}"
    return body + str(damm.calc_check_digit(body))


def check_number(typed: str, field: str = "account_number") -> str:
    """The number as ten digits, spaces and hyphens forgiven. Raises NumberMistyped."""
    digits = typed.replace(" ", "").replace("-", "")
    if len(digits) != NUMBER_DIGITS or not digits.isascii() or not digits.isdigit() or not damm.is_valid(digits):
        raise NumberMistyped(field=field, given=typed[:40])
    return digits
