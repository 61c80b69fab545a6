"""Readings: taken in sets, and what a person does about those that stand out."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.billing import store
from services.billing.domain.readings import (
    Came,
    LaterReadingTaken,
    Metered,
    Reading,
    ReadingAlreadyBilled,
    ReadingNotFlagged,
    ReadingNotInForce,
    ReadingOfFieldWork,
    ReadingUnknown,
    serials,
    take,
)
from shared import outbox
from shared.errors import Refusal
from shared.events import inbound
from shared.events.billing import ReadingAccepted, ReadingFlagged
from shared.events.fields import Dials, Moment, Sentence, Serial
from shared.ids import ReadingId, new_id
from shared.postgres import Tx

READINGS_MAX = 500


class NewReading(BaseModel):
    """A reading of a meter: what the dials show, and when."""

    model_config = ConfigDict(extra="forbid")

    meter_serial: Serial
    value: Dials
    read_at: Moment
    quality: Literal["actual", "estimated", "customer"] = "actual"


class NewReadings(BaseModel):
    """Readings in the order in which they were taken."""

    model_config = ConfigDict(extra="forbid")

    readings: Annotated[list[NewReading], Field(min_length=1, max_length=READINGS_MAX)]


class NewAcceptance(BaseModel):
    """Why a reading that stands out is right all the same."""

    model_config = ConfigDict(extra="forbid")

    why: Sentence


class NewCorrection(BaseModel):
    """What the dials really showed, and how one knows."""

    model_config = ConfigDict(extra="forbid")

    value: Dials
    why: Sentence


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


async def take_readings(tx: Tx, sent: Sequence[NewReading]) -> ReadingsTaken:
    """Take readings that staff sends; what is refused does not harm the others.

    A single reading that is refused is a refusal. Raises MeterUnknown, ReadingInFuture, ReadingBeyondDials,
    ReadingAlreadyTaken, ReadingBeforeLast.
    """
    came = [Came(ReadingId(new_id()), one.meter_serial, one.value, one.read_at, one.quality, "staff") for one in sent]
    taken, refused = await _take(tx, came)
    if len(sent) == 1 and refused:
        raise refused[0][1]
    serial_of = {one.reading_id: one.meter_serial for one in came}
    return ReadingsTaken(
        taken=[_taken(reading, serial_of[reading.reading_id]) for reading in taken],
        refused=[
            ReadingRefused(
                place=place, meter_serial=sent[place].meter_serial, field=why.field, rule=why.rule, remedy=why.remedy
            )
            for place, why in refused
        ],
    )


async def hear_readings(tx: Tx, facts: Sequence[inbound.MeterReading]) -> None:
    """Take readings of a head-end. The first refusal is raised: the inbox then takes them apart and answers it."""
    came = [
        Came(ReadingId(new_id()), one.meter_serial, one.value, one.read_at, one.quality, "head_end") for one in facts
    ]
    _, refused = await _take(tx, came)
    if refused:
        raise refused[0][1]


async def accept_reading(tx: Tx, reading_id: ReadingId, acceptance: NewAcceptance) -> ReadingTaken:
    """Accept a reading that stands out. Raises ReadingUnknown, ReadingNotFlagged, LaterReadingTaken."""
    reading, serial = await _lock_one(tx, reading_id)
    if reading.state != "flagged":
        raise ReadingNotFlagged(field="reading_id", state=reading.state)
    if await store.find_outrun(tx, [reading_id], ["accepted"]):
        raise LaterReadingTaken(field="reading_id", reading_id=reading_id)
    await store.save_acceptances(tx, [reading_id], acceptance.why)
    await tx.audit(reading_id, "reading.accepted", before={"flags": list(reading.flags)}, why=acceptance.why)
    await outbox.put(tx, _accepted(reading))
    return _taken(reading, serial).model_copy(update={"state": "accepted"})


async def correct_reading(tx: Tx, reading_id: ReadingId, correction: NewCorrection) -> ReadingTaken:
    """Put a right reading in the place of a wrong one, which stays on record.

    Raises ReadingUnknown, ReadingNotInForce, ReadingOfFieldWork, ReadingAlreadyBilled, LaterReadingTaken,
    ReadingBeyondDials.
    """
    old, serial = await _lock_one(tx, reading_id)
    await _check_correctable(tx, old)
    new_reading_id = ReadingId(new_id())
    # The old one steps aside first: only one reading stands at a moment. Its successor is checked at the commit.
    await store.save_supersession(tx, reading_id, new_reading_id, correction.why)
    came = Came(new_reading_id, serial, correction.value, old.read_at, old.quality, "staff")
    taken, refused = await _take(tx, [came])
    if refused:
        raise refused[0][1]
    await tx.audit(
        reading_id, "reading.corrected",
        before={"value": old.value}, after={"value": correction.value, "reading_id": str(new_reading_id)},
        why=correction.why,
    )  # fmt: skip
    return _taken(taken[0], serial)


async def _take(tx: Tx, came: Sequence[Came]) -> tuple[list[Reading], list[tuple[int, Refusal]]]:
    policy = (await store.find_policy(tx, tx.today)).readings
    meters: dict[str, Metered] = await store.lock_meters(tx, serials(came), policy.compared_from_days)
    taken, refused = take(came, meters, tx.now, tx.zone, policy)
    await store.insert_readings(tx, taken, came[0].source)
    await outbox.put(tx, *(_flagged(one) if one.flags else _accepted(one) for one in taken))
    return taken, refused


async def _lock_one(tx: Tx, reading_id: ReadingId) -> tuple[Reading, str]:
    """Raises ReadingUnknown."""
    found = await store.lock_readings(tx, [reading_id])
    if reading_id not in found:
        raise ReadingUnknown(field="reading_id", reading_id=reading_id)
    return found[reading_id]


async def _check_correctable(tx: Tx, old: Reading) -> None:
    if old.state == "superseded":
        raise ReadingNotInForce(field="reading_id", reading_id=old.reading_id)
    if old.source in ("start", "stop"):
        raise ReadingOfFieldWork(field="reading_id", source=old.source)
    if await store.find_billed(tx, [old.reading_id]):
        raise ReadingAlreadyBilled(field="reading_id", reading_id=old.reading_id)
    if await store.find_outrun(tx, [old.reading_id], ["accepted", "flagged"]):
        raise LaterReadingTaken(field="reading_id", reading_id=old.reading_id)


def _accepted(reading: Reading) -> ReadingAccepted:
    return ReadingAccepted(
        account_id=reading.account_id, reading_id=reading.reading_id, meter_id=reading.meter_id,
        agreement_id=reading.agreement_id, read_on=reading.read_on, value=reading.value,
    )  # fmt: skip


def _flagged(reading: Reading) -> ReadingFlagged:
    return ReadingFlagged(
        account_id=reading.account_id, reading_id=reading.reading_id, meter_id=reading.meter_id,
        agreement_id=reading.agreement_id, read_on=reading.read_on, value=reading.value, flags=list(reading.flags),
    )  # fmt: skip


def _taken(reading: Reading, serial: str) -> ReadingTaken:
    return ReadingTaken(
        reading_id=reading.reading_id, meter_serial=serial, value=reading.value, state=reading.state,
        flags=list(reading.flags), used_units=reading.used_units, days_count=reading.days_count,
    )  # fmt: skip
