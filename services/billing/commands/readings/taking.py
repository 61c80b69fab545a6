"""Readings are taken in sets: of staff, of head-ends and handhelds, of crews; and guessed where nobody could read."""

from collections.abc import Sequence
from datetime import datetime

from services.billing import store
from services.billing.commands.readings.asked import (
    NewEstimates,
    NewReading,
    ReadingRefused,
    ReadingsTaken,
)
from services.billing.commands.readings.telling import answered, told
from services.billing.domain.policies import ReadingPolicy
from services.billing.domain.reading_refusals import MeterUnknown, ReadingAlreadyTaken
from services.billing.domain.readings import Came, Metered, Reading, estimate, judge, rounds
from shared import outbox
from shared.errors import Refusal
from shared.events import accounts, inbound
from shared.ids import AgreementId, ReadingId, new_id
from shared.postgres import Tx

Placed = tuple[int, Came]
Refused = tuple[int, Refusal]


async def take_readings(tx: Tx, sent: Sequence[NewReading]) -> ReadingsTaken:
    """Take readings that staff sends; what is refused does not harm the others.

    A single reading that is refused is a refusal. Raises MeterUnknown, ReadingInFuture, ReadingBeyondDials,
    ReadingInOtherUnit, ReadingAlreadyTaken, ReadingAtSameMoment, ReadingBeforeStart.
    """
    came = [
        Came(ReadingId(new_id()), one.meter_serial, one.value, one.read_at, one.quality, "staff", one.unit)
        for one in sent
    ]
    return _answer([one.meter_serial for one in sent], came, *await take(tx, came))


async def estimate_readings(tx: Tx, asked: NewEstimates) -> ReadingsTaken:
    """Guess what meters show that nobody could read: the next actual reading corrects it.

    A single meter that is refused is a refusal. Raises MeterUnknown, NothingToEstimateFrom, and as for readings.
    """
    serials = list(dict.fromkeys(asked.meter_serials))
    policy = (await store.find_policy(tx, tx.today)).readings
    agreements = await store.lock_meters(tx, sorted(serials))
    metered = await store.find_metered(tx, [(one, asked.read_at) for one in agreements.values()], policy)
    came: list[Placed] = []
    refused: list[Refused] = []
    for place, serial in enumerate(serials):
        try:
            meter = metered[agreements[serial]] if serial in agreements else None
            value = _estimate(serial, meter, asked.read_at, tx)
        except Refusal as why:
            refused.append((place, why))
        else:
            came.append((place, Came(ReadingId(new_id()), serial, value, asked.read_at, "estimated", "staff")))
    taken, refused_too = await _take_round(tx, came, policy)
    return _answer(serials, [one for _, one in came], taken, [*refused, *refused_too])


async def hear_readings(tx: Tx, facts: Sequence[inbound.MeterReading]) -> None:
    """Take readings of a head-end. The first refusal is raised: the inbox then takes them apart and answers it."""
    came = [
        Came(ReadingId(new_id()), one.meter_serial, one.value, one.read_at, one.quality, "head_end", one.unit)
        for one in facts
    ]
    _, refused = await take(tx, came)
    if refused:
        raise refused[0][1]


async def hear_field_readings(tx: Tx, facts: Sequence[accounts.FieldReadingTaken]) -> None:
    """Take what crews read because somebody asked. A private reading is not billed, one that stands is not taken again.

    What is read again takes the place of what waited for it.
    """
    came = [
        Came(ReadingId(new_id()), one.meter_serial, one.value, one.read_at, "actual", "field")
        for one in facts if one.purpose != "private" and one.agreement_id is not None
    ]  # fmt: skip
    taken, refused = await take(tx, came)
    for _, why in refused:
        if not isinstance(why, ReadingAlreadyTaken):
            raise why
    successors = await store.find_rereads(tx, [one for one in taken if one.state == "accepted"])
    await store.save_supersessions(tx, [(old, new, "The meter was read again") for old, new in successors])


async def take(tx: Tx, came: Sequence[Came]) -> tuple[list[Reading], list[Refused]]:
    """Judge readings of one source and put them on record; answers those taken, and the places of those refused."""
    if not came:
        return [], []
    policy = (await store.find_policy(tx, tx.today)).readings
    taken: list[Reading] = []
    refused: list[Refused] = []
    for turn in rounds(enumerate(came), key=lambda placed: placed[1].meter_serial):
        stood, fell = await _take_round(tx, turn, policy)
        taken += stood
        refused += fell
    return taken, sorted(refused, key=lambda one: one[0])


async def _take_round(tx: Tx, came: Sequence[Placed], policy: ReadingPolicy) -> tuple[list[Reading], list[Refused]]:
    """Each meter is named once."""
    agreements = await store.lock_meters(tx, sorted(one.meter_serial for _, one in came))
    moments = [(agreements[one.meter_serial], one.read_at) for _, one in came if one.meter_serial in agreements]
    metered = await store.find_metered(tx, moments, policy)
    taken, refused = _judge(tx, came, agreements, metered, policy)
    await store.insert_readings(tx, taken, came[0][1].source if came else "staff", policy)
    await store.save_neighbors(tx, [
        (one.agreement_id, one.read_at) for one in taken
        if one.state == "accepted" and metered[one.agreement_id].after is not None
    ])  # fmt: skip
    await outbox.put(tx, *(told(one) for one in taken))
    return taken, refused


def _judge(
    tx: Tx, came: Sequence[Placed], agreements: dict[str, AgreementId], metered: dict[AgreementId, Metered],
    policy: ReadingPolicy,
) -> tuple[list[Reading], list[Refused]]:  # fmt: skip
    taken: list[Reading] = []
    refused: list[Refused] = []
    for place, one in came:
        agreement_id = agreements.get(one.meter_serial)
        try:
            meter = None if agreement_id is None else metered[agreement_id]
            taken.append(judge(one, meter, tx.now, tx.zone, policy))
        except Refusal as why:
            refused.append((place, why))
    return taken, refused


def _estimate(serial: str, meter: Metered | None, read_at: datetime, tx: Tx) -> int:
    if meter is None:
        raise MeterUnknown(field="meter_serials", meter_serial=serial)
    return estimate(meter, read_at, tx.zone)


def _answer(
    serials: Sequence[str], came: Sequence[Came], taken: Sequence[Reading], refused: Sequence[Refused]
) -> ReadingsTaken:
    """A single one that is refused is raised."""
    if len(serials) == 1 and refused:
        raise refused[0][1]
    serial_of = {one.reading_id: one.meter_serial for one in came}
    return ReadingsTaken(
        taken=[answered(one, serial_of[one.reading_id]) for one in taken],
        refused=[
            ReadingRefused(place=place, meter_serial=serials[place], field=why.field, rule=why.rule, remedy=why.remedy)
            for place, why in refused
        ],
    )
