"""What is sent and answered about readings."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.billing.domain.policies import Unit
from services.billing.domain.reviews import Way
from shared.events.fields import Dials, Moment, Sentence, Serial
from shared.ids import ReadingId

READINGS_MAX = 500


class NewReading(BaseModel):
    """A reading of a meter: what the dials show, and when."""

    model_config = ConfigDict(extra="forbid")

    meter_serial: Serial
    value: Dials
    read_at: Moment
    quality: Literal["actual", "estimated", "customer"] = "actual"
    unit: Unit | None = Field(default=None, description="Where it is named, it must be the meter's.")


class NewReadings(BaseModel):
    """Readings, in any order: one that comes late splits the use of those beside it."""

    model_config = ConfigDict(extra="forbid")

    readings: Annotated[list[NewReading], Field(min_length=1, max_length=READINGS_MAX)]


class NewEstimates(BaseModel):
    """Meters that nobody could read, and the moment for which their dials are guessed."""

    model_config = ConfigDict(extra="forbid")

    meter_serials: Annotated[list[Serial], Field(min_length=1, max_length=READINGS_MAX)]
    read_at: Moment


class NewAcceptance(BaseModel):
    """Why a reading that stands out is right all the same."""

    model_config = ConfigDict(extra="forbid")

    why: Sentence


class NewCorrection(BaseModel):
    """What the dials really showed, and how one knows."""

    model_config = ConfigDict(extra="forbid")

    value: Dials
    why: Sentence


class NewResolution(BaseModel):
    """What is to be done about one reading, and why."""

    model_config = ConfigDict(extra="forbid")

    reading_id: ReadingId
    way: Way = Field(description="Accept it, correct it, estimate it, or have the meter read again.")
    value: Dials | None = Field(default=None, description="What the dials really showed: for a correction.")
    why: Sentence


class NewResolutions(BaseModel):
    """What is to be done about readings that stand out."""

    model_config = ConfigDict(extra="forbid")

    resolutions: Annotated[list[NewResolution], Field(min_length=1, max_length=READINGS_MAX)]


class ReadingTaken(BaseModel):
    """A reading that is on record: accepted, or flagged and waiting for a person."""

    reading_id: ReadingId
    meter_serial: str
    value: int
    state: str
    flags: list[str]
    used_units: int = Field(description="Dial units since the last accepted reading.")
    days_count: int


class ReadingRefused(BaseModel):
    """A reading that was not taken, by its place in what was sent, from 0."""

    place: int
    meter_serial: str
    field: str | None
    rule: str
    remedy: str


class ReadingsTaken(BaseModel):
    """What became of each reading."""

    taken: list[ReadingTaken]
    refused: list[ReadingRefused]


class ReadingResolved(BaseModel):
    """What was done, and the reading that stands now: the same, or the one that took its place."""

    reading_id: ReadingId
    way: Way
    stands: ReadingTaken


class ResolutionRefused(BaseModel):
    """What was not done, by its place in what was sent, from 0."""

    place: int
    reading_id: ReadingId
    field: str | None
    rule: str
    remedy: str


class ReadingsResolved(BaseModel):
    """What became of each resolution."""

    resolved: list[ReadingResolved]
    refused: list[ResolutionRefused]
