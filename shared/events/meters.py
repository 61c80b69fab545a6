"""What is said of a meter, whoever speaks of one."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.events.fields import Label, Serial
from shared.ids import MeterId

METER_ERROR_MIN, METER_ERROR_MAX = -10_000, 100_000
"""In hundredths of a percent: from a meter that stands still to one that runs eleven times too fast."""


class MeterFacts(BaseModel):
    """What a biller must know of a meter: value x multiplier is a quantity of `unit`; dials roll over at 10^dials."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    meter_id: MeterId
    serial: Serial
    dials: int = Field(ge=1, le=12)
    multiplier: int = Field(ge=1, le=1_000_000)
    unit: Literal["hcf", "ccf", "kgal", "gal", "cf", "kwh"]
    size: Label | None = Field(default=None, description="As on the meter's face: 5/8, 1, 2. Some rates go by it.")
