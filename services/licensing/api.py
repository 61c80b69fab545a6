"""Door 1: what people ask of licensing."""

from typing import Annotated

from fastapi import Path

from services.licensing import commands, views
from services.licensing.commands import (
    AmendedLicense,
    ApplicationStanding,
    FeeScheduleSet,
    NewAmendment,
    NewApplication,
    NewClearance,
    NewCorrections,
    NewDenial,
    NewFeeSchedule,
    NewResubmission,
    NewWaiver,
    NewWithdrawal,
    TypeCode,
)
from services.licensing.views import (
    ApplicationLine,
    ApplicationState,
    ApplicationView,
    LicenseStatus,
    LicenseTypeLine,
    LicenseTypeView,
    LicenseVersion,
    LicenseView,
)
from shared.auth import Role, permission
from shared.events.fields import Day
from shared.http import Door, IfMatch, Page, PageQuery, ReadTx, WriteTx
from shared.ids import ApplicationId, LicenseId

door = Door()

_DESK = (Role.CSR, Role.SENIOR, Role.SUPERVISOR, Role.LICENSING)

READ_TYPES = permission("license_types.read", *Role)
SET_FEES = permission("license_fees.set", Role.SUPERVISOR)
READ_APPLICATIONS = permission("applications.read", *_DESK, Role.SERVICE)
FILE_APPLICATIONS = permission("applications.file", *_DESK)
REVIEW_APPLICATIONS = permission("applications.review", Role.LICENSING, Role.SUPERVISOR)
DECIDE_APPLICATIONS = permission("applications.decide", Role.LICENSING, Role.SUPERVISOR)
WAIVE_REQUIREMENTS = permission("requirements.waive", Role.SUPERVISOR)
AMEND_LICENSES = permission("licenses.amend", Role.LICENSING, Role.SUPERVISOR)
READ_LICENSES = permission("licenses.read", *_DESK, Role.CASHIER, Role.FIELD, Role.SERVICE)
READ_LICENSE_STATUS = permission("license_status.read", *Role)

LicenseNumber = Annotated[str, Path(pattern=r"^[A-Z]{2,6}-[0-9]{10}$", examples=["DOG-0000000017"])]


@door.get("/license-types", needs=READ_TYPES)
async def list_license_types(tx: ReadTx) -> list[LicenseTypeLine]:
    """The licenses that the city offers."""
    return await views.list_license_types(tx)


@door.get("/license-types/{code}", needs=READ_TYPES)
async def get_license_type(tx: ReadTx, code: TypeCode, on: Day | None = None) -> LicenseTypeView:
    """What one license asks: its form, its fee, its requirements, its term."""
    return await views.find_license_type(tx, code, on)


@door.post("/license-types/{code}/fee-schedules", needs=SET_FEES, status_code=201)
async def post_fee_schedule(tx: WriteTx, code: TypeCode, body: NewFeeSchedule) -> FeeScheduleSet:
    """Put new amounts of a fee in force from a day on, within the range of the law."""
    return await commands.set_fee_schedule(tx, code, body)


@door.post("/applications", needs=FILE_APPLICATIONS, status_code=201, idempotent=True)
async def post_application(tx: WriteTx, body: NewApplication) -> ApplicationStanding:
    """File an application."""
    [standing] = await commands.submit_applications(tx, [body])
    return standing


@door.get("/applications", needs=READ_APPLICATIONS)
async def list_applications(
    tx: ReadTx, page: PageQuery, state: ApplicationState | None = None, license_type: TypeCode | None = None
) -> Page[ApplicationLine]:
    """The desk's queue: applications by state, the oldest first."""
    return await views.list_applications(tx, page, state, license_type)


@door.get("/applications/{application_id}", needs=READ_APPLICATIONS)
async def get_application(tx: ReadTx, application_id: ApplicationId) -> ApplicationView:
    """One application on one page, with why it was rejected and what to do about it."""
    return await views.find_application(tx, application_id)


@door.post("/applications/{application_id}/corrections", needs=REVIEW_APPLICATIONS)
async def post_corrections(
    tx: WriteTx, application_id: ApplicationId, body: NewCorrections, seen: IfMatch
) -> ApplicationStanding:
    """Hand the application back with what to correct."""
    [standing] = await commands.request_corrections(tx, {application_id: body}, _seen(application_id, seen))
    return standing


@door.post("/applications/{application_id}/resubmission", needs=FILE_APPLICATIONS)
async def post_resubmission(
    tx: WriteTx, application_id: ApplicationId, body: NewResubmission, seen: IfMatch
) -> ApplicationStanding:
    """Hand the corrected form in again; there is no second fee."""
    [standing] = await commands.resubmit_applications(tx, {application_id: body}, _seen(application_id, seen))
    return standing


@door.post("/applications/{application_id}/clearance", needs=REVIEW_APPLICATIONS)
async def post_clearance(
    tx: WriteTx, application_id: ApplicationId, body: NewClearance, seen: IfMatch
) -> ApplicationStanding:
    """Find items put right."""
    [standing] = await commands.clear_items(tx, {application_id: body}, _seen(application_id, seen))
    return standing


@door.post("/applications/{application_id}/waiver", needs=WAIVE_REQUIREMENTS)
async def post_waiver(
    tx: WriteTx, application_id: ApplicationId, body: NewWaiver, seen: IfMatch
) -> ApplicationStanding:
    """Let a requirement go, with a reason, where its law allows it."""
    [standing] = await commands.waive_requirements(tx, {application_id: body}, _seen(application_id, seen))
    return standing


@door.post("/applications/{application_id}/approval", needs=DECIDE_APPLICATIONS)
async def post_approval(tx: WriteTx, application_id: ApplicationId, seen: IfMatch) -> ApplicationStanding:
    """Approve the application and invoice its fee."""
    [standing] = await commands.approve_applications(tx, [application_id], _seen(application_id, seen))
    return standing


@door.post("/applications/{application_id}/denial", needs=DECIDE_APPLICATIONS)
async def post_denial(
    tx: WriteTx, application_id: ApplicationId, body: NewDenial, seen: IfMatch
) -> ApplicationStanding:
    """Deny the application, naming reason and law."""
    [standing] = await commands.deny_applications(tx, {application_id: body}, _seen(application_id, seen))
    return standing


@door.post("/applications/{application_id}/withdrawal", needs=FILE_APPLICATIONS)
async def post_withdrawal(
    tx: WriteTx, application_id: ApplicationId, body: NewWithdrawal, seen: IfMatch
) -> ApplicationStanding:
    """Take the application back at the applicant's wish."""
    [standing] = await commands.withdraw_applications(tx, {application_id: body}, _seen(application_id, seen))
    return standing


@door.get("/licenses/{license_id}", needs=READ_LICENSES)
async def get_license(tx: ReadTx, license_id: LicenseId) -> LicenseView:
    """One license."""
    return await views.find_license(tx, license_id)


@door.get("/licenses/by-number/{license_number}", needs=READ_LICENSES)
async def get_license_by_number(tx: ReadTx, license_number: LicenseNumber) -> LicenseView:
    """One license by the number printed on it."""
    return await views.find_license_by_number(tx, license_number)


@door.post("/licenses/{license_id}/amendments", needs=AMEND_LICENSES, status_code=201, idempotent=True)
async def post_amendment(tx: WriteTx, license_id: LicenseId, body: NewAmendment, seen: IfMatch) -> AmendedLicense:
    """Give the holder another name: same number, next version. What accounts tells of its people comes by itself."""
    [amended] = await commands.amend_licenses(tx, {license_id: body}, {license_id: seen})
    return amended


@door.get("/licenses/{license_id}/versions", needs=READ_LICENSES)
async def list_license_versions(tx: ReadTx, license_id: LicenseId, on: Day | None = None) -> list[LicenseVersion]:
    """All that the license ever said, the newest first; `?on=` what it said on that day."""
    return await views.list_license_versions(tx, license_id, on)


@door.get("/license-status/{license_number}", needs=READ_LICENSE_STATUS)
async def get_license_status(tx: ReadTx, license_number: LicenseNumber) -> LicenseStatus:
    """Whether a license is valid today, and nothing else."""
    return await views.find_license_status(tx, license_number)


def _seen(application_id: ApplicationId, version: int | None) -> dict[ApplicationId, int]:
    return {} if version is None else {application_id: version}
