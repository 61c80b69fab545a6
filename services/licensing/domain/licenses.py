"""An issued license: active, suspended while what it stands on is gone, expired when its term ends."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.licensing.domain.terms import Term
from shared.errors import NotFound

FEE_TAKEN_BACK = "fee_payment_reversed"


class LicenseUnknown(NotFound):
    """There is no such license."""

    remedy = "Check the number on the license."


class LicenseState(StrEnum):
    """How a license stands."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class License:
    """A license as issued; `version` counts its changes, its number never changes."""

    license_id: UUID
    license_number: str
    state: LicenseState
    issued_on: date
    term: Term
    version: int = 1
    reason_code: str | None = None


def follow_payment(license_: License, *, is_paid: bool) -> License:
    """Suspend an active license whose fee was taken back; restore it when the fee is paid again.

    **Source** rulebook 11, story 19.
    """
    if license_.state is LicenseState.ACTIVE and not is_paid:
        return _changed(license_, LicenseState.SUSPENDED, FEE_TAKEN_BACK)
    if license_.state is LicenseState.SUSPENDED and license_.reason_code == FEE_TAKEN_BACK and is_paid:
        return _changed(license_, LicenseState.ACTIVE, None)
    return license_


def expire(license_: License, today: date) -> License:
    """The license expired, if its last day is past."""
    if license_.state is LicenseState.EXPIRED or today <= license_.term.expires_on:
        return license_
    return _changed(license_, LicenseState.EXPIRED, license_.reason_code)


def number_for(prefix: str, serial_number: str) -> str:
    """The number that is printed on the license and read aloud: "DOG-0000000017"."""
    return f"{prefix}-{serial_number}"


def _changed(license_: License, state: LicenseState, reason_code: str | None) -> License:
    return replace(license_, state=state, reason_code=reason_code, version=license_.version + 1)
