"""Readings that come late, twice, wrongly, and are set right: what is kept is what one would find from all of them."""

from datetime import timedelta
from itertools import count, pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.billing import store
from services.billing.domain.references import History, Use
from shared.events.billing import ReadingAccepted, ReadingFlagged
from shared.ids import AgreementId
from tests.billing.conftest import Get, Post
from tests.billing.policies import MUNICIPAL
from tests.billing.town import ADA, NOW, Person
from tests.rooms import Rooms

POLICY = MUNICIPAL.readings
SERIALS = count(5_000)
_STANDING = """
SELECT * FROM readings WHERE agreement_id = $1 AND state = 'accepted' ORDER BY read_at
"""
# Days before now on which a meter is read, what the dials show more than they should, and by whom.
READS = st.lists(
    st.tuples(st.integers(1, 460), st.sampled_from([0, 0, 0, 0, 7, -9, 400]), st.sampled_from(["actual", "estimated"])),
    min_size=2, max_size=14, unique_by=lambda read: read[0],
)  # fmt: skip
WAYS = st.lists(st.sampled_from(["accept", "correct", "estimate"]), min_size=14, max_size=14)


async def test_a_late_reading_splits_the_use_of_its_neighbors(rooms: Rooms, get: Get) -> None:
    """Ada's handheld was left in the truck: March came in before February did."""
    await rooms.tell(ADA.read(130))
    await rooms.tell(ADA.read(110, NOW - timedelta(days=10)))
    march, february, start = sorted(
        (await get("/readings", account_id=str(ADA.account_id)))["items"], key=lambda one: one["read_at"], reverse=True
    )
    assert [(one["used_units"], one["days_count"]) for one in (february, march)] == [(10, 20), (20, 10)]
    assert (march["previous_reading_id"], february["previous_reading_id"]) == (
        february["reading_id"], start["reading_id"],
    )  # fmt: skip


async def test_a_late_reading_beyond_the_next_one_waits_and_harms_nothing(rooms: Rooms, post: Post, get: Get) -> None:
    await rooms.tell(ADA.read(130))
    await rooms.tell(ADA.read(140, NOW - timedelta(days=10)))
    flagged = (await rooms.news())[-1]
    assert isinstance(flagged, ReadingFlagged)
    assert flagged.flags == ["negative"]
    refused = await post(f"/readings/{flagged.reading_id}/acceptance", {"why": "I was there"})
    assert (refused.status_code, refused.json()["title"]) == (409, "Later reading taken")
    corrected = await post(f"/readings/{flagged.reading_id}/correction", {"value": 114, "why": "A 4 for a 1"})
    assert (corrected.status_code, corrected.json()["used_units"]) == (201, 14)
    latest = [one for one in (await get("/readings", account_id=str(ADA.account_id)))["items"] if one["value"] == 130]
    assert [one["used_units"] for one in latest] == [16]


async def test_a_set_that_names_a_meter_again_and_again_is_taken_in_turn(rooms: Rooms) -> None:
    reads = [ADA.read(100 + day, NOW - timedelta(days=30 - day)) for day in (5, 25, 15, 10, 20)]
    await rooms.tell(*reads)
    assert all(isinstance(fact, ReadingAccepted) for fact in await rooms.news())
    assert [row["used_units"] for row in await _standing(rooms, ADA.agreement_id)] == [0, 5, 5, 5, 5, 5]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(reads=READS, ways=WAYS)
async def test_what_is_kept_is_what_one_finds_from_all(
    rooms: Rooms, post: Post, reads: list[tuple[int, int, str]], ways: list[str]
) -> None:
    """In any order, with misreadings that people then accept, correct or estimate."""
    her = Person("Dora Lind", next(SERIALS))
    moved_in = (NOW - timedelta(days=500)).date()
    await rooms.tell(her.opened(), her.started(started_on=moved_in, start_reading=999_900))
    await rooms.news()
    for (days_ago, wrong, quality), way in zip(reads, ways, strict=False):
        value = (999_900 + (500 - days_ago) * 4 // 10 + wrong) % 1_000_000
        sent = her.read(value, NOW - timedelta(days=days_ago)).model_copy(update={"quality": quality})
        await rooms.tell(sent)
        fact = (await rooms.news())[-1]
        if isinstance(fact, ReadingFlagged):
            resolution = {"reading_id": str(fact.reading_id), "way": way, "value": value, "why": "Looked at"}
            resolved = await post("/reading-exceptions/resolutions", {"resolutions": [resolution]})
            assert resolved.status_code in {201, 409}, resolved.text
            await rooms.news()
        await _check(rooms, her.agreement_id)


async def _standing(rooms: Rooms, agreement_id: AgreementId) -> list[Any]:
    async with rooms.tx() as tx:
        return list(await tx.fetch(_STANDING, agreement_id))


async def _check(rooms: Rooms, agreement_id: AgreementId) -> None:
    standing = await _standing(rooms, agreement_id)
    for before, one in pairwise(standing):
        assert one["used_units"] == _endless(one) - _endless(before)
        assert one["days_count"] == (one["read_on"] - before["read_on"]).days
        assert one["previous_reading_id"] == before["reading_id"]
        assert one["rolled_over_units"] == one["turned_units"] - before["turned_units"]
    assert sum(one["used_units"] for one in standing) == _endless(standing[-1]) - _endless(standing[0])
    async with rooms.tx() as tx:
        found = await store.find_metered(tx, [(agreement_id, tx.now)], POLICY)
    assert found[agreement_id].history == _history(standing)


def _endless(row: Any) -> int:
    return int(row["value"] + row["turned_units"])


def _history(standing: list[Any]) -> History:
    """The same from all that stands, by the words of the rulebook."""
    actual = [row for row in standing if row["quality"] == "actual"]

    def latest(until: Any) -> Any:
        return max((row for row in actual if row["read_at"] <= until), key=lambda row: row["read_at"], default=None)

    def use(start: Any, end: Any) -> Use:
        return Use(_endless(end) - _endless(start), (end["read_on"] - start["read_on"]).days)

    marks = [latest(NOW - timedelta(days=POLICY.compared_from_days))]
    while marks[-1] is not None and len(marks) < 4:
        marks.append(latest(marks[-1]["read_at"] - timedelta(days=POLICY.compared_from_days)))
    periods = tuple(use(start, end) for end, start in pairwise(marks) if start is not None)
    year_ago = NOW.replace(year=NOW.year - 1)
    end = latest(year_ago + timedelta(days=POLICY.season_within_days))
    if end is None or end["read_at"] < year_ago - timedelta(days=POLICY.season_within_days):
        return History(None, periods)
    start = latest(end["read_at"] - timedelta(days=POLICY.season_from_days))
    return History(None if start is None else use(start, end), periods)
