"""People of a small town, and what accounts, payments and the head-end say of them."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from shared.events import inbound
from shared.events.accounts import (
    AccountOpened,
    Commodity,
    OrderKind,
    RateCircumstancesChanged,
    ServiceOrderCompleted,
    ServiceOrderRequested,
    ServiceStarted,
    ServiceStopped,
    ShutoffConfirmationAsked,
)
from shared.events.meters import MeterFacts
from shared.events.payments import PaymentPosted, PaymentReversed, Tender
from shared.ids import (
    AccountId,
    AccountNumber,
    AgreementId,
    AskId,
    AuthorizationId,
    MeterId,
    OrderId,
    PaymentId,
    ServicePointId,
    new_id,
    number_from,
)

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
TODAY = NOW.date()
MOVED_IN = date(2026, 1, 31)


@dataclass(frozen=True)
class Person:
    """Somebody with an account and a water meter."""

    name: str
    serial: int
    account_id: AccountId = field(init=False)
    agreement_id: AgreementId = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "account_id", AccountId(UUID(int=self.serial)))
        object.__setattr__(self, "agreement_id", AgreementId(UUID(int=self.serial + 10_000)))

    @property
    def number(self) -> AccountNumber:
        """What she reads aloud."""
        return AccountNumber(number_from(self.serial))

    @property
    def meter_serial(self) -> str:
        """What is stamped on her meter."""
        return f"N-{self.serial}"

    def opened(self, cycle: str = "C1") -> AccountOpened:
        """What accounts said when she came."""
        return AccountOpened(
            account_id=self.account_id, account_number=self.number, holder_name=self.name,
            service_address=f"{self.serial} Elm Street", mailing_address=f"{self.serial} Elm Street",
            billing_cycle=cycle, opened_on=MOVED_IN,
        )  # fmt: skip

    def started(self, origin: Literal["turn_on", "conversion"] = "conversion", **changes: Any) -> ServiceStarted:
        """What accounts said when her water began."""
        meter = MeterFacts(
            meter_id=MeterId(UUID(int=self.serial + 20_000)),
            serial=self.meter_serial,
            dials=6,
            multiplier=1,
            unit="hcf",
        )
        facts: dict[str, Any] = {
            "rate_code": "nyc", "billing_cycle": "C1", "started_on": MOVED_IN, "meter": meter, "start_reading": 100,
        }  # fmt: skip
        return ServiceStarted(
            account_id=self.account_id, agreement_id=self.agreement_id,
            service_point_id=ServicePointId(UUID(int=self.serial + 30_000)), commodity=Commodity.WATER, origin=origin,
            **{**facts, **changes},
        )  # fmt: skip

    def rated(self, on: date, **changes: Any) -> RateCircumstancesChanged:
        """What accounts said when her rates went by something else."""
        facts: dict[str, Any] = {"customer_class": "residential", "dwelling_units": 1, "discounts": ()}
        return RateCircumstancesChanged(
            account_id=self.account_id, agreement_id=self.agreement_id, effective_on=on, **{**facts, **changes}
        )

    def stopped(self, on: date, reading: int) -> ServiceStopped:
        """What accounts said when she moved out."""
        return ServiceStopped(
            account_id=self.account_id, agreement_id=self.agreement_id, stopped_on=on, stop_reading=reading
        )

    def read(self, value: int, at: datetime = NOW) -> inbound.MeterReading:
        """What the head-end read."""
        return inbound.MeterReading(meter_serial=self.meter_serial, value=value, read_at=at)

    def paid(self, cents: int, payment_id: PaymentId | None = None, at: datetime = NOW) -> PaymentPosted:
        """What payments said when she paid."""
        return PaymentPosted(
            payment_id=payment_id or PaymentId(new_id()), account_id=self.account_id, invoice_id=None,
            amount_cents=cents, tender=Tender.CHECK, receipt_number="A-1", received_on=at.date(), posted_at=at,
        )  # fmt: skip

    def returned(self, payment: PaymentPosted, at: datetime = NOW) -> PaymentReversed:
        """What payments said when her check came back."""
        return PaymentReversed(
            payment_id=payment.payment_id, account_id=self.account_id, invoice_id=None,
            amount_cents=payment.amount_cents, reason_code="insufficient_funds", reversed_at=at,
        )  # fmt: skip

    def ordered(self, order_id: OrderId, kind: OrderKind, authorization_id: AuthorizationId) -> ServiceOrderRequested:
        """What accounts said when it sent for a crew."""
        return ServiceOrderRequested(
            account_id=self.account_id,
            order_id=order_id,
            kind=kind,
            requested_at=NOW,
            authorization_id=authorization_id,
        )

    def done(self, order_id: OrderId, kind: OrderKind, at: datetime = NOW) -> ServiceOrderCompleted:
        """What accounts said when the crew had done it."""
        return ServiceOrderCompleted(
            account_id=self.account_id, order_id=order_id, kind=kind, completed_at=at, crew="Crew 2", reading=None
        )

    def asked(self, order_id: OrderId, authorization_id: AuthorizationId, at: datetime) -> ShutoffConfirmationAsked:
        """What accounts asked when the crew stood at her valve."""
        return ShutoffConfirmationAsked(
            account_id=self.account_id, ask_id=AskId(new_id()), order_id=order_id, authorization_id=authorization_id,
            stage="execution", asked_at=at, answer_by=at + timedelta(seconds=60),
        )  # fmt: skip


ADA = Person("Ada Moreno", 1001)
BEN = Person("Ben Okafor", 1002)
CLEO = Person("Cleo Marsh", 1003)
