"""What a person is told when a step was taken: where the application stands now."""

from datetime import date

from pydantic import BaseModel, Field

from services.licensing.domain.applications import Application
from shared.ids import ApplicationId, InvoiceId, LicenseId


class ApplicationStanding(BaseModel):
    """Where an application stands after a step; read the application for all the rest."""

    application_id: ApplicationId
    license_type: str
    state: str
    round_number: int
    version: int
    open_items_count: int
    respond_by: date | None
    invoice_id: InvoiceId | None
    invoice_number: str | None = Field(description="What to pay by, at the counter or elsewhere.")
    amount_cents: int | None
    license_id: LicenseId | None
    license_number: str | None


def standing_of(application: Application) -> ApplicationStanding:
    """Where this application stands."""
    invoice, license_ = application.invoice, application.license
    return ApplicationStanding.model_validate(
        {
            "application_id": application.application_id, "license_type": application.license_type.code,
            "state": application.state, "round_number": application.round_number, "version": application.version,
            "open_items_count": len(application.open_items), "respond_by": application.respond_by,
            "invoice_id": invoice and invoice.invoice_id, "invoice_number": invoice and invoice.invoice_number,
            "amount_cents": invoice and invoice.amount_cents,
            "license_id": license_ and license_.license_id, "license_number": license_ and license_.license_number,
        }
    )  # fmt: skip
