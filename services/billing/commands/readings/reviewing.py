"""What people do about readings that stand out, one or many at a time, each on the record with who and why."""

from collections.abc import Sequence
from datetime import datetime

from services.billing import store
from services.billing.commands.readings.asked import (
    NewAcceptance,
    NewCorrection,
    NewResolution,
    ReadingResolved,
    ReadingsResolved,
    ReadingTaken,
    ResolutionRefused,
)
from services.billing.commands.readings.telling import answered, told
from services.billing.domain.policies import ReadingPolicy
from services.billing.domain.reading_refusals import ReadingUnknown
from services.billing.domain.readings import rounds
from services.billing.domain.reviews import Outcome, Terms, Wanted, Way, resolve
from shared import outbox
from shared.errors import Refusal
from shared.events.billing import RereadRequested
from shared.ids import ReadingId, new_id
from shared.postgres import Tx

Refused = tuple[int, Refusal]
_DONE: dict[Way, str] = {
    "accept": "reading.accepted",
    "correct": "reading.corrected",
    "estimate": "reading.estimated",
    "reread": "reading.reread_requested",
}


async def resolve_readings(tx: Tx, sent: Sequence[NewResolution]) -> ReadingsResolved:
    """Do what a person decided about readings; what is refused does not harm the others.

    A single one that is refused is a refusal. Raises ReadingUnknown, ReadingNotFlagged, LaterReadingTaken,
    ReadingNotInForce, ReadingOfFieldWork, ReadingAlreadyBilled, ReadingBeyondDials, NothingToEstimateFrom,
    RereadAlreadyAsked, ValueMissing.
    """
    wanted = [Wanted(one.reading_id, one.way, one.value, one.why, ReadingId(new_id())) for one in sent]
    outcomes, refused = await _resolve(tx, wanted)
    if len(sent) == 1 and refused:
        raise refused[0][1]
    return ReadingsResolved(
        resolved=[
            ReadingResolved(reading_id=one.old.reading_id, way=one.way, stands=answered(one.stands, one.serial))
            for one in outcomes
        ],
        refused=[
            ResolutionRefused(
                place=place, reading_id=sent[place].reading_id, field=why.field, rule=why.rule, remedy=why.remedy
            )
            for place, why in refused
        ],
    )


async def accept_reading(tx: Tx, reading_id: ReadingId, acceptance: NewAcceptance) -> ReadingTaken:
    """Accept a reading that stands out. Raises ReadingUnknown, ReadingNotFlagged, LaterReadingTaken."""
    wanted = NewResolution(reading_id=reading_id, way="accept", why=acceptance.why)
    return (await resolve_readings(tx, [wanted])).resolved[0].stands


async def correct_reading(tx: Tx, reading_id: ReadingId, correction: NewCorrection) -> ReadingTaken:
    """Put a right reading in the place of a wrong one, which stays on record.

    Raises ReadingUnknown, ReadingNotInForce, ReadingOfFieldWork, ReadingAlreadyBilled, ReadingBeyondDials.
    """
    wanted = NewResolution(reading_id=reading_id, way="correct", value=correction.value, why=correction.why)
    return (await resolve_readings(tx, [wanted])).resolved[0].stands


async def _resolve(tx: Tx, wanted: Sequence[Wanted]) -> tuple[list[Outcome], list[Refused]]:
    """Two readings of one meter are resolved one after the other."""
    locked = await store.lock_readings(tx, [one.reading_id for one in wanted])
    policy = (await store.find_policy(tx, tx.today)).readings
    outcomes: list[Outcome] = []
    refused: list[Refused] = []

    def agreement(placed: tuple[int, Wanted]) -> object:
        found = locked.get(placed[1].reading_id)
        return placed[1].reading_id if found is None else found.reading.agreement_id

    for turn in rounds(enumerate(wanted), key=agreement):
        stood, fell = await _resolve_round(tx, turn, policy)
        outcomes += stood
        refused += fell
    return outcomes, sorted(refused, key=lambda one: one[0])


async def _resolve_round(
    tx: Tx, wanted: Sequence[tuple[int, Wanted]], policy: ReadingPolicy
) -> tuple[list[Outcome], list[Refused]]:
    locked = await store.lock_readings(tx, [one.reading_id for _, one in wanted])
    moments = [(one.reading.agreement_id, one.reading.read_at) for one in locked.values()]
    metered = await store.find_metered(tx, moments, policy)
    outcomes: list[Outcome] = []
    refused: list[Refused] = []
    for place, one in wanted:
        try:
            if (kept := locked.get(one.reading_id)) is None:
                raise ReadingUnknown(field="reading_id", reading_id=one.reading_id)
            terms = Terms(tx.now, tx.zone, policy)
            outcomes.append(resolve(one, kept, metered[kept.reading.agreement_id], terms))
        except Refusal as why:
            refused.append((place, why))
    await _write(tx, outcomes, policy)
    await outbox.put(tx, *(_asked_again(one, tx.now) if one.way == "reread" else told(one.stands) for one in outcomes))
    return outcomes, refused


async def _write(tx: Tx, outcomes: Sequence[Outcome], policy: ReadingPolicy) -> None:
    """The old one steps aside first: only one reading stands at a moment. Its successor is checked at the commit."""
    accepted = [one for one in outcomes if one.way == "accept"]
    replaced = [one for one in outcomes if one.way in ("correct", "estimate")]
    asked = [one.old.reading_id for one in outcomes if one.way == "reread"]
    await store.save_acceptances(tx, [one.stands for one in accepted], [one.why for one in accepted])
    await store.save_supersessions(tx, [(one.old.reading_id, one.stands.reading_id, one.why) for one in replaced])
    await store.insert_readings(tx, [one.stands for one in replaced], "staff", policy)
    await store.save_neighbors(tx, [(one.stands.agreement_id, one.stands.read_at) for one in [*accepted, *replaced]])
    await store.save_rereads_asked(tx, asked)
    await store.insert_reviews(tx, [(_DONE[one.way], one) for one in outcomes])


def _asked_again(outcome: Outcome, now: datetime) -> RereadRequested:
    reading = outcome.stands
    return RereadRequested(
        account_id=reading.account_id, reading_id=reading.reading_id, meter_id=reading.meter_id,
        agreement_id=reading.agreement_id, flags=list(reading.flags), requested_at=now,
    )  # fmt: skip
