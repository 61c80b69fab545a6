"""A license type as it stands on one day: its form, its fee and its rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.licensing.domain.fees import FeeSchedule
from services.licensing.domain.requirements import Rules
from shared.errors import NotFound


class LicenseTypeUnknown(NotFound):
    """The city offers no such license today."""

    remedy = "Read the list of license types."


@dataclass(frozen=True, slots=True)
class LicenseType:
    """What is asked of an application filed on the day it was read for; an application keeps it to its end."""

    license_type_id: UUID
    code: str
    citation: str
    number_prefix: str
    form_id: UUID
    form: Mapping[str, Any]
    fee_schedule_id: UUID
    fees: FeeSchedule
    rule_set_id: UUID
    rules: Rules
