"""What licensing tells: applications, what must be corrected, what was decided, invoiced and issued."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.events.fact import Fact
from shared.events.fields import CentsPaid, Code, Count, Day, InvoiceDigits, Moment, Serial
from shared.ids import ApplicationId, InvoiceId, LicenseId


class LicensingFact(Fact):
    """A fact about an application; everything that follows from it is keyed by it."""

    speaker: ClassVar[str] = "licensing"
    about: ClassVar[str] = "application_id"
    application_id: ApplicationId
    license_type: Code


class ApplicationSubmitted(LicensingFact):
    """An application came in, or came back: `round_number` counts the submissions."""

    submitted_at: Moment
    round_number: Count


class CorrectionsRequested(LicensingFact):
    """The application cannot be approved as it stands; `reason_codes` name what must be corrected."""

    requested_at: Moment
    reason_codes: Annotated[list[Code], Field(min_length=1, max_length=200)]
    respond_by: Day


class ApplicationDecided(LicensingFact):
    """A person decided the application."""

    decision: Literal["approved", "denied"]
    decided_at: Moment


class ApplicationWithdrawn(LicensingFact):
    """The applicant took the application back before a license was issued."""

    withdrawn_at: Moment


class ApplicationAbandoned(LicensingFact):
    """Nobody answered the request for corrections by its day; the application is closed undecided."""

    respond_by: Day


class InvoiceRaised(LicensingFact):
    """The fee for an approved application; payments take it by its number."""

    invoice_id: InvoiceId
    invoice_number: InvoiceDigits
    amount_cents: CentsPaid
    raised_on: Day


class InvoiceCancelled(LicensingFact):
    """The invoice is asked no more: its application was withdrawn."""

    invoice_id: InvoiceId
    cancelled_on: Day


class LicenseIssued(LicensingFact):
    """The license was issued, after its fee was paid."""

    license_id: LicenseId
    license_number: Serial
    issued_on: Day
    expires_on: Day


class LicenseExpired(LicensingFact):
    """The license's term ended."""

    license_id: LicenseId
    expired_on: Day


class LicenseSuspended(LicensingFact):
    """The license does not hold for now; `reason_code` says why."""

    license_id: LicenseId
    reason_code: Code
    suspended_at: Moment


class LicenseRestored(LicensingFact):
    """What suspended the license was put right."""

    license_id: LicenseId
    restored_at: Moment


class LicenseAmended(LicensingFact):
    """The license says another name of its holder from a day on; it keeps its number, and what it said before.

    Told when it is recorded; the day may lie behind. The name is read from licensing by those who may.
    """

    license_id: LicenseId
    effective_on: Day
