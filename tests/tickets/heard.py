"""What the other services say of Ms. Rivera's house, as the desk hears it."""

from datetime import UTC, date, datetime
from typing import Literal
from uuid import UUID, uuid5

from shared.events import accounts, billing, licensing, payments
from shared.events.accounts import OrderKind
from shared.ids import (
    AccountId,
    AgreementId,
    ApplicationId,
    AuthorizationId,
    BillId,
    DisputeId,
    LicenseId,
    OrderId,
    PaymentId,
    RemittanceId,
)

HOUSE = UUID("0192f0c1-0000-7000-8000-000000000001")
ACCOUNT = AccountId(uuid5(HOUSE, "account"))
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
SHUTOFF = OrderKind.NONPAYMENT_SHUTOFF
Progress = Literal["requested", "scheduled", "dispatched", "completed", "not_completed", "cancelled"]


def order_id(name: str = "order") -> OrderId:
    """The id of an order of hers, by a name for it."""
    return OrderId(uuid5(HOUSE, name))


AUTHORIZATION = AuthorizationId(uuid5(HOUSE, "authorization"))
BILL = BillId(uuid5(HOUSE, "bill"))
APPLICATION = ApplicationId(uuid5(HOUSE, "application"))
REMITTANCE = RemittanceId(uuid5(HOUSE, "remittance"))


def requested(kind: OrderKind = SHUTOFF, order: str = "order") -> accounts.ServiceOrderRequested:
    """Field work was asked for; a shut-off has an authorization."""
    authorization = AUTHORIZATION if kind is SHUTOFF else None
    return accounts.ServiceOrderRequested(
        account_id=ACCOUNT, order_id=order_id(order), kind=kind, requested_at=NOW, authorization_id=authorization
    )


def scheduled(kind: OrderKind = SHUTOFF, order: str = "order") -> accounts.ServiceOrderScheduled:
    """It has a day."""
    return accounts.ServiceOrderScheduled(
        account_id=ACCOUNT, order_id=order_id(order), kind=kind, scheduled_on=date(2026, 3, 4), crew="Crew 2"
    )


def dispatched(kind: OrderKind = SHUTOFF, order: str = "order") -> accounts.ServiceOrderDispatched:
    """The crew is on its way."""
    return accounts.ServiceOrderDispatched(
        account_id=ACCOUNT, order_id=order_id(order), kind=kind, dispatched_at=NOW, crew="Crew 2"
    )


def completed(kind: OrderKind = SHUTOFF, order: str = "order") -> accounts.ServiceOrderCompleted:
    """The crew did it."""
    return accounts.ServiceOrderCompleted(
        account_id=ACCOUNT, order_id=order_id(order), kind=kind, completed_at=NOW, crew="Crew 2", reading=1204
    )


def not_completed(reason_code: str = "no_access", kind: OrderKind = SHUTOFF) -> accounts.ServiceOrderNotCompleted:
    """The crew could not."""
    return accounts.ServiceOrderNotCompleted(
        account_id=ACCOUNT, order_id=order_id(), kind=kind, ended_at=NOW, reason_code=reason_code
    )


def cancelled(reason_code: str = "paid", kind: OrderKind = SHUTOFF) -> accounts.ServiceOrderCancelled:
    """It was called off."""
    return accounts.ServiceOrderCancelled(
        account_id=ACCOUNT, order_id=order_id(), kind=kind, cancelled_at=NOW, reason_code=reason_code
    )


def final_reading_missed() -> accounts.FinalReadingMissed:
    """She moved out, and nobody read the meter."""
    return accounts.FinalReadingMissed(account_id=ACCOUNT, order_id=order_id(), due_at=NOW)


def progressed(
    state: Progress, kind: str = "final_reading", reason_code: str | None = None
) -> accounts.FieldWorkProgressed:
    """Other field work came a step further."""
    return accounts.FieldWorkProgressed(
        account_id=ACCOUNT, order_id=order_id(), kind=kind, state=state, at=NOW, reason_code=reason_code
    )


def withdrawn() -> billing.ShutoffWithdrawn:
    """She paid: the ground of the shut-off is gone."""
    return billing.ShutoffWithdrawn(
        account_id=ACCOUNT, authorization_id=AUTHORIZATION, reason_code="paid", withdrawn_at=NOW
    )


def bill_held() -> billing.BillHeld:
    """Her first bill is held for review."""
    return billing.BillHeld(
        account_id=ACCOUNT, bill_id=BILL, agreement_id=AgreementId(uuid5(HOUSE, "agreement")), total_cents=90_00,
        reason_code="first_bill",
    )  # fmt: skip


def bill_issued(bill: BillId = BILL) -> billing.BillIssued:
    """A bill of hers was issued."""
    return billing.BillIssued.model_validate(
        {
            "account_id": ACCOUNT, "account_number": "1000000001", "bill_id": bill,
            "agreement_id": uuid5(HOUSE, "agreement"), "period_start_on": date(2026, 1, 1),
            "period_end_on": date(2026, 2, 1), "issued_on": TODAY, "due_on": date(2026, 4, 1), "total_cents": 90_00,
        }
    )  # fmt: skip


def bill_cancelled() -> billing.BillCancelled:
    """The bill was found wrong."""
    return billing.BillCancelled.model_validate(
        {
            "account_id": ACCOUNT, "account_number": "1000000001", "bill_id": BILL,
            "agreement_id": uuid5(HOUSE, "agreement"), "period_start_on": date(2026, 1, 1),
            "period_end_on": date(2026, 2, 1), "total_cents": 90_00, "bill_version": 1, "reason_code": "misread_meter",
            "cancelled_on": TODAY,
        }
    )  # fmt: skip


def dispute_opened(dispute: str = "dispute") -> billing.DisputeOpened:
    """She questions the sewer charge on it."""
    return billing.DisputeOpened(
        account_id=ACCOUNT, dispute_id=DisputeId(uuid5(HOUSE, dispute)), bill_id=BILL, reason_code="high_use",
        disputed_cents=40_00, opened_on=TODAY,
    )  # fmt: skip


def dispute_decided(outcome: str, due_on: date | None = None, dispute: str = "dispute") -> billing.DisputeDecided:
    """It was looked into."""
    return billing.DisputeDecided(
        account_id=ACCOUNT, dispute_id=DisputeId(uuid5(HOUSE, dispute)), bill_id=BILL, outcome=outcome, due_on=due_on,
        decided_on=TODAY,
    )  # fmt: skip


def payment_reversed() -> payments.PaymentReversed:
    """Her check came back."""
    return payments.PaymentReversed(
        payment_id=PaymentId(uuid5(HOUSE, "payment")), account_id=ACCOUNT, invoice_id=None, amount_cents=90_00,
        reason_code="R01", reversed_at=NOW,
    )  # fmt: skip


def remittance_suspended() -> payments.RemittanceSuspended:
    """Money came that names nobody."""
    return payments.RemittanceSuspended(
        remittance_id=REMITTANCE, amount_cents=90_00, received_on=TODAY, reason_code="account_unknown"
    )


def remittance_placed() -> payments.RemittancePlaced:
    """It was hers."""
    return payments.RemittancePlaced(
        remittance_id=REMITTANCE, payment_id=PaymentId(uuid5(HOUSE, "payment")), placed_at=NOW
    )


def corrections_requested() -> licensing.CorrectionsRequested:
    """The rabies certificate of her dog is out of date."""
    return licensing.CorrectionsRequested(
        application_id=APPLICATION, license_type="dog", requested_at=NOW, reason_codes=["rabies_cover_too_short"],
        respond_by=date(2026, 3, 16),
    )  # fmt: skip


def resubmitted() -> licensing.ApplicationSubmitted:
    """She sent a new one."""
    return licensing.ApplicationSubmitted(
        application_id=APPLICATION, license_type="dog", submitted_at=NOW, round_number=2
    )


def approved() -> licensing.ApplicationDecided:
    """It was approved."""
    return licensing.ApplicationDecided(
        application_id=APPLICATION, license_type="dog", decision="approved", decided_at=NOW
    )


def license_issued() -> licensing.LicenseIssued:
    """She paid, and has the license."""
    return licensing.LicenseIssued(
        application_id=APPLICATION, license_type="dog", license_id=LicenseId(uuid5(HOUSE, "license")),
        license_number="DOG-2026-000001", issued_on=TODAY, expires_on=date(2027, 3, 2),
    )  # fmt: skip
