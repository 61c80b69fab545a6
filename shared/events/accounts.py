"""What accounts tells: who lives where, takes which service, and what was done in the field."""

from enum import StrEnum
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.events.fact import Fact
from shared.events.fields import AccountDigits, CentsPaid, Code, Day, Dials, Label, Line, Moment, Serial
from shared.events.meters import METER_ERROR_MAX, METER_ERROR_MIN, MeterFacts
from shared.ids import (
    AccountId,
    AgreementId,
    AskId,
    AuthorizationId,
    MeterId,
    OrderId,
    PersonId,
    ProtectionId,
    ServicePointId,
)


class Commodity(StrEnum):
    """What flows through a service point."""

    WATER = "water"
    SEWER = "sewer"
    ELECTRIC = "electric"


class OrderKind(StrEnum):
    """What a crew is sent to do (rulebook 1)."""

    TURN_ON = "turn_on"
    TURN_OFF = "turn_off"
    NONPAYMENT_SHUTOFF = "nonpayment_shutoff"
    RECONNECTION = "reconnection"


class AccountsFact(Fact):
    """A fact about an account, told by accounts."""

    speaker: ClassVar[str] = "accounts"
    account_id: AccountId


class AccountOpened(AccountsFact):
    """An account was opened for a person at a premise."""

    about: ClassVar[str] = "account_id"
    account_number: AccountDigits
    holder_name: Line
    service_address: Line
    mailing_address: Line
    billing_cycle: Code
    opened_on: Day


class AccountClosed(AccountsFact):
    """An account was closed; nothing new is billed to it."""

    about: ClassVar[str] = "account_id"
    closed_on: Day


class HolderNameChanged(AccountsFact):
    """The person who holds the account has another name; it is the same person, and the same owner.

    Told on the day from which the name holds, or as soon as it is known later. What was sent before keeps its name.
    """

    about: ClassVar[str] = "account_id"
    holder_name: Line
    effective_on: Day
    person_id: PersonId | None = Field(default=None, description="Whose name it is; null: told before this was.")
    change_id: UUID | None = Field(default=None, description="One for all accounts of that person; in order of time.")


class MailingAddressChanged(AccountsFact):
    """Bills go to another address from now on. Told on the day from which it holds, or as soon as it is known later."""

    about: ClassVar[str] = "account_id"
    mailing_address: Line
    effective_on: Day


class DepositDecided(AccountsFact):
    """It was decided whether the account must leave a deposit, and how much; billing asks for it and keeps it."""

    about: ClassVar[str] = "account_id"
    decision: Literal["required", "waived"]
    amount_cents: CentsPaid | None
    reason_code: Code
    decided_on: Day


class AccountProtected(AccountsFact):
    """The account is not shut off from a day through another; why is nobody's business outside accounts."""

    about: ClassVar[str] = "account_id"
    protection_id: ProtectionId
    from_on: Day
    through_on: Day


class ProtectionEnded(AccountsFact):
    """A protection was ended before its last day; it no longer holds from this day on."""

    about: ClassVar[str] = "account_id"
    protection_id: ProtectionId
    ended_on: Day


class ServiceStarted(AccountsFact):
    """A service agreement began: from this day and this reading the account takes this commodity here.

    `origin` says how: `turn_on` (a crew turned it on; the first bill is held for review), `conversion`
    (taken over from the old system). An unmetered service has neither meter nor reading.
    """

    about: ClassVar[str] = "account_id"
    agreement_id: AgreementId
    service_point_id: ServicePointId
    commodity: Commodity
    rate_code: Code
    billing_cycle: Code
    started_on: Day
    meter: MeterFacts | None
    start_reading: Dials | None
    origin: Literal["turn_on", "conversion"]
    customer_class: Code = Field(default="residential", description="Residential, commercial, ...: what rates go by.")
    dwelling_units: int = Field(default=1, ge=0, le=10_000, description="Households that the service reaches.")
    discounts: tuple[Code, ...] = Field(default=(), max_length=10, description="Granted: senior, veteran.")


class RateCircumstancesChanged(AccountsFact):
    """What the rates of a service go by is this from a day on: the customer's class, the households, the discounts.

    Told when it is recorded: the day may lie behind or ahead. Of two with the same day the later one holds.
    """

    about: ClassVar[str] = "account_id"
    agreement_id: AgreementId
    effective_on: Day
    customer_class: Code
    dwelling_units: int = Field(ge=0, le=10_000, description="Households that the service reaches.")
    discounts: tuple[Code, ...] = Field(max_length=10, description="All that are granted from that day on.")


class ServiceStopped(AccountsFact):
    """A service agreement ended with this reading; the final bill follows."""

    about: ClassVar[str] = "account_id"
    agreement_id: AgreementId
    stopped_on: Day
    stop_reading: Dials | None


class OrderFact(AccountsFact):
    """A fact about field work at an account; keyed by the account, so that orders and money stay in order."""

    about: ClassVar[str] = "account_id"
    order_id: OrderId
    kind: OrderKind


class ServiceOrderRequested(OrderFact):
    """Field work was asked for."""

    requested_at: Moment
    authorization_id: AuthorizationId | None = None


class ServiceOrderScheduled(OrderFact):
    """Field work has a day and a crew."""

    scheduled_on: Day
    crew: Label


class ServiceOrderDispatched(OrderFact):
    """A crew is on its way."""

    dispatched_at: Moment
    crew: Label


class ServiceOrderCompleted(OrderFact):
    """The crew did it; the reading was taken at the meter, where there is one."""

    completed_at: Moment
    crew: Label
    reading: Dials | None


class ServiceOrderNotCompleted(OrderFact):
    """The crew could not do it, or was told at the valve not to; `reason_code` says why."""

    ended_at: Moment
    reason_code: Code


class ServiceOrderCancelled(OrderFact):
    """Field work was called off before it was done; a crew under way is recalled."""

    cancelled_at: Moment
    reason_code: Code


class FieldWorkProgressed(AccountsFact):
    """Field work of any other kind (a reading, a meter's test or exchange, a check, a restoration) came a step further.

    What it brought home is told by facts of its own; turning on and off is told by the ServiceOrder facts.
    """

    about: ClassVar[str] = "account_id"
    order_id: OrderId
    kind: Code = Field(description="What the crew is sent to do, such as meter_test; more kinds may come.")
    state: Literal["requested", "scheduled", "dispatched", "completed", "not_completed", "cancelled"]
    at: Moment
    scheduled_on: Day | None = None
    crew: Label | None = None
    reason_code: Code | None = None


class FinalReadingMissed(AccountsFact):
    """The final reading of somebody who moves out was not taken in time; the order stays open.

    **Source**: N.J.A.C. 14:3-3A.1(b): within 48 hours of the notice.
    """

    about: ClassVar[str] = "account_id"
    order_id: OrderId
    due_at: Moment


class ShutoffConfirmationAsked(AccountsFact):
    """May this water be shut off now? Payments and billing each answer from their own books (rulebook 5).

    Asked at dispatch and again by the crew's call-in at the valve; no answer by `answer_by` leaves the water on.
    """

    about: ClassVar[str] = "account_id"
    ask_id: AskId
    order_id: OrderId
    authorization_id: AuthorizationId
    stage: Literal["dispatch", "execution"]
    asked_at: Moment
    answer_by: Moment


class FieldWorkFact(AccountsFact):
    """A fact that field work brought home; told beside its completion, keyed by the account."""

    about: ClassVar[str] = "account_id"
    order_id: OrderId
    service_point_id: ServicePointId
    agreement_id: AgreementId | None = Field(description="The service that ran at the point on that day; null: none.")


class FieldReadingTaken(FieldWorkFact):
    """A crew read a meter because somebody asked: a special reading, a reading again, or one for a private party.

    A private reading is told and not billed. A final reading is told by ServiceStopped.
    """

    purpose: Literal["special", "reread", "private"]
    meter_id: MeterId
    meter_serial: Serial
    value: Dials
    read_at: Moment


class MeterExchanged(FieldWorkFact):
    """One meter went and another came, on one order: use by the old one ends at `old_reading`, by the new one begins
    at `new_reading`. An exchange is declared, and never guessed from a reading.
    """

    exchanged_at: Moment
    old_meter: MeterFacts
    old_reading: Dials
    new_meter: MeterFacts
    new_reading: Dials


class MeterTested(FieldWorkFact):
    """A meter was tested; what follows for the bills is billing's to say (N.J.A.C. 14:3-4.6)."""

    meter_id: MeterId
    meter_serial: Serial
    tested_at: Moment
    as_found_error_hundredths: int = Field(
        ge=METER_ERROR_MIN, le=METER_ERROR_MAX,
        description="Hundredths of a percent as it was found: 215 is 2.15 % fast, -300 is 3 % slow.",
    )  # fmt: skip
    reading: Dials | None
