"""The parts of an application's page."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from shared.ids import InvoiceId, LicenseId, PersonId


class ApplicantView(BaseModel):
    """Who applies, and how to reach them."""

    name: str
    contact: dict[str, Any]
    person_id: PersonId | None


class RequirementView(BaseModel):
    """One requirement, and what the answers show of it."""

    code: str
    label: str
    citation: str
    severity: Literal["blocking", "advisory"]
    standing: Literal["met", "unmet", "waived"]
    found: str | None = Field(description="What was found instead, where it is not met.")
    waiver: str | None = Field(description="The law that lets it be waived; null where none does.")


class ItemView(BaseModel):
    """One thing to correct: why, by which rule, and what to do about it."""

    deficiency_id: UUID
    standing: Literal["open", "cleared", "waived"]
    requirement_code: str | None
    fields: list[str]
    reason_code: str
    citation: str
    found: str
    remedy: str
    evidence: str
    due_on: date
    raised_round: int
    closed_at: datetime | None
    closed_by: str | None
    closed_why: str | None


class ChangeView(BaseModel):
    """One field that differs from the version that was refused."""

    field: str
    before: Any
    after: Any


class DenialView(BaseModel):
    """Why it was denied."""

    reason_code: str
    citation: str
    why: str


class WhyRejected(BaseModel):
    """Why it was rejected, and what to do about it: for the applicant and for whoever she asks."""

    open_items: list[ItemView]
    denial: DenialView | None
    respond_by: date | None
    how_to_resubmit: str | None = Field(description="Null where it was denied. There is no second fee.")
    whom_to_call: str
    how_to_appeal: str


class FeeLineView(BaseModel):
    """One part of the fee."""

    code: str
    label: str
    quantity: int
    amount_cents: int
    citation: str | None


class InvoicePaymentView(BaseModel):
    """A payment that named the invoice."""

    payment_id: UUID
    amount_cents: int
    posted_at: datetime | None
    taken_back_at: datetime | None


class InvoiceView(BaseModel):
    """What is to be paid, and what was."""

    invoice_id: InvoiceId
    invoice_number: str
    amount_cents: int
    paid_cents: int
    raised_on: date
    cancelled_on: date | None
    payments: list[InvoicePaymentView]


class IssuedLicense(BaseModel):
    """The license that came of it."""

    license_id: LicenseId
    license_number: str
    state: str
    expires_on: date


class HistoryEntry(BaseModel):
    """One thing that was done."""

    at: datetime
    by_subject: str
    action: str
    state: str
    license_state: str | None
    why: str | None
    details: dict[str, Any]
