"""The dog license as the migration ships it, and applications for it by people with names."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from services.licensing.domain.applications import Application, State
from services.licensing.domain.fees import FeeSchedule
from services.licensing.domain.requirements import Rules
from services.licensing.domain.types import LicenseType

MIGRATION = Path(__file__).parents[2] / "services/licensing/migrations/0003_dog_license.sql"
FORM, FEES_DATA, RULES_DATA = (
    json.loads(body) for body in re.findall(r"\$json\$(.*?)\$json\$", MIGRATION.read_text("utf-8"), re.DOTALL)
)
FEES = FeeSchedule.model_validate(FEES_DATA)
RULES = Rules.model_validate(RULES_DATA)
DOG = LicenseType(
    UUID(int=201), "dog", "N.J.S.A. 4:19-15.2", "DOG", UUID(int=202), FORM, UUID(int=203), FEES, UUID(int=204), RULES
)

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
CITIZEN_AT_THE_COUNTER = "csr:rosa"
CLERK = "licensing:otto"

BISCUIT: Mapping[str, Any] = {
    "owner_name": "Dana Whitfield",
    "owner_street": "12 Canal Street",
    "owner_city": "Millbrook",
    "owner_postal_code": "07000",
    "dog_name": "Biscuit",
    "breed": "Beagle",
    "sex": "female",
    "altered": True,
    "born_on": "2023-05-14",
    "color": "brown and white",
    "hair": "short",
    "rabies_certificate": "R-55120",
    "rabies_immune_until": "2027-03-01",
}
"""A dog for which everything is in order; her fee is $12.00."""


def answers(**changes: Any) -> dict[str, Any]:
    """Biscuit's form with some answers different."""
    return {**BISCUIT, **changes}


def application(**changes: Any) -> Application:
    """Dana's application, as filed by Rosa at the counter."""
    facts: dict[str, Any] = {
        "application_id": UUID(int=1), "license_type": DOG, "state": State.SUBMITTED,
        "round_number": 1, "version": 1, "filed_by": CITIZEN_AT_THE_COUNTER, "applicant_name": "Dana Whitfield",
        "applicant_subject": None, "submitted_at": NOW, "answers": BISCUIT,
    }  # fmt: skip
    return Application(**{**facts, **changes})
