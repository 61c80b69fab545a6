"""The city sets a new fee for a license type, within the law."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.licensing import store
from services.licensing.domain.fees import PART_CENTS_MAX, reprice
from services.licensing.domain.types import LicenseTypeUnknown
from shared.events.fields import Day
from shared.postgres import Tx

PartCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
PartCents = Annotated[int, Field(ge=0, le=PART_CENTS_MAX)]


class NewFeeSchedule(BaseModel):
    """New amounts for parts of a fee, by their codes; the other parts stay as they are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    effective_on: Day = Field(description="Applications filed from this day on pay it.")
    amounts_cents: Annotated[dict[PartCode, PartCents], Field(min_length=1, max_length=50)] = Field(
        examples=[{"municipal": 1280}]
    )


class FeeScheduleSet(BaseModel):
    """The schedule that is now in force from a day on."""

    license_type: str
    effective_on: date
    amounts_cents: dict[str, int]


async def set_fee_schedule(tx: Tx, license_type: str, new: NewFeeSchedule) -> FeeScheduleSet:
    """Put new amounts in force from a day on.

    Raises LicenseTypeUnknown, FeePartUnknown, FeeOutsideTheLaw, FeeScheduleLiesBack, FeeScheduleAlreadySet.
    """
    found = await store.lock_fee_schedule(tx, license_type, new.effective_on)
    if found is None:
        raise LicenseTypeUnknown(field="code", given=license_type)
    license_type_id, before = found
    after = reprice(before, new.amounts_cents, new.effective_on, tx.today)
    await store.insert_fee_schedule(tx, license_type_id, after, new.effective_on)
    return FeeScheduleSet(
        license_type=license_type, effective_on=new.effective_on, amounts_cents=dict(new.amounts_cents)
    )
