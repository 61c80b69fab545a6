"""What licensing tells: applications, what must be corrected, what was decided, invoiced and issued."""

from datetime import date, datetime
from typing import ClassVar, Literal

from shared.events.fact import Fact
from shared.ids import ApplicationId, InvoiceId, InvoiceNumber, LicenseId


class LicensingFact(Fact):
    """A fact about an application; everything that follows from it is keyed by it."""

    speaker: ClassVar[str] = "licensing"
    about: ClassVar[str] = "application_id"
    application_id: ApplicationId
    license_type: str


class ApplicationSubmitted(LicensingFact):
    """An application came in, or came back: `round_number` counts the submissions."""

    submitted_at: datetime
    round_number: int


class CorrectionsRequested(LicensingFact):
    """The application cannot be approved as it stands; `reason_codes` name what must be corrected."""

    requested_at: datetime
    reason_codes: list[str]
    respond_by: date


class ApplicationDecided(LicensingFact):
    """A person decided the application."""

    decision: Literal["approved", "denied"]
    decided_at: datetime


class InvoiceRaised(LicensingFact):
    """The fee for an approved application; payments take it by its number."""

    invoice_id: InvoiceId
    invoice_number: InvoiceNumber
    amount_cents: int
    raised_on: date


class LicenseIssued(LicensingFact):
    """The license was issued, after its fee was paid."""

    license_id: LicenseId
    license_number: str
    issued_on: date
    expires_on: date


class LicenseExpired(LicensingFact):
    """The license's term ended."""

    license_id: LicenseId
    expired_on: date


class LicenseSuspended(LicensingFact):
    """The license does not hold for now; `reason_code` says why."""

    license_id: LicenseId
    reason_code: str
    suspended_at: datetime


class LicenseRestored(LicensingFact):
    """What suspended the license was put right."""

    license_id: LicenseId
    restored_at: datetime
