"""A bill that is questioned: each reason weighed, adding up to the difference, and what to do next."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.exact import Exact
from services.billing.domain.high_bills import Questioned, next_step, weigh
from services.billing.domain.periods import Period
from tests.billing.conftest import Get, Post, RunCycle
from tests.billing.tariffs import nyc_body
from tests.billing.town import ADA, NOW
from tests.rooms import Rooms

MARCH = date(2026, 3, 2)


def period(end_on: date, used: int, days: int, cents: int, *, estimated: bool = False) -> Period:
    return Period(end_on - timedelta(days=days), end_on, Exact(used), days, estimated, cents)


LAST_YEAR = period(MARCH - timedelta(days=364), 10, 30, 10_000)
LAST = period(MARCH - timedelta(days=30), 9, 30, 9_000)
TWICE = Questioned(period(MARCH, 20, 30, 20_000), (LAST_YEAR, LAST), None, begins_estimated=False, flags=frozenset())


def weighed(of: Questioned) -> dict[str, int | None]:
    return {one.kind: one.cents for one in weigh(of)}


def test_twice_the_use_is_more_use_and_leads_to_a_reading_and_a_test() -> None:
    assert weighed(TWICE) == {
        "more_use": 10_000, "longer_period": 0, "rate_change": 0, "estimate_corrected": 0, "season": 0
    }  # fmt: skip
    assert next_step(TWICE, weigh(TWICE))[0] == "meter_test"


def test_a_reading_that_stood_out_looks_like_a_leak() -> None:
    leak = replace(TWICE, flags=frozenset({"very_high"}))
    assert weighed(leak)["leak_pattern"] == 10_000
    step, said = next_step(leak, weigh(leak))
    assert (step, "adjustment form leak" in said) == ("leak_check", True)


def test_more_days_are_the_reason_where_the_use_a_day_is_the_same() -> None:
    longer = replace(TWICE, now=period(MARCH, 20, 60, 20_000))
    assert weigh(longer)[0].kind == "longer_period"
    assert weighed(longer)["longer_period"] == 10_000
    assert weigh(longer)[0].evidence == "60 days are billed, 30 were then."
    assert next_step(longer, weigh(longer))[0] == "explain"


def test_another_tariff_explains_what_the_old_one_would_not_have_charged() -> None:
    dearer = replace(TWICE, now=period(MARCH, 10, 30, 12_000), at_old_rates_cents=10_000)
    assert weighed(dearer)["rate_change"] == 2_000
    assert "would have come to $100.00, not $120.00" in weigh(dearer)[0].evidence


def test_what_an_estimate_missed_is_on_the_next_bill() -> None:
    """Nine were estimated, twenty read: both periods used 14.5 each, so 5.5 of the twenty were used before."""
    caught_up = replace(TWICE, begins_estimated=True)
    assert (weighed(caught_up)["estimate_corrected"], weighed(caught_up)["more_use"]) == (5_500, 4_500)
    assert next_step(caught_up, weigh(caught_up))[0] == "explain"


def test_a_bill_that_ends_with_an_estimate_is_read_before_it_is_explained() -> None:
    guessed = replace(TWICE, now=period(MARCH, 20, 30, 20_000, estimated=True))
    assert next_step(guessed, weigh(guessed))[0] == "re_read"


def test_without_a_year_ago_the_season_cannot_be_told_and_without_any_bill_nothing_can() -> None:
    assert weighed(replace(TWICE, before=(LAST,)))["season"] is None
    assert weigh(replace(TWICE, before=())) == []


made = st.tuples(st.integers(0, 5_000), st.integers(1, 120), st.integers(0, 1_000_000))


@given(made, made, st.none() | st.integers(0, 1_000_000), st.booleans(), st.sampled_from(["high", "zero"]))
def test_the_reasons_add_up_to_the_difference(
    now: tuple[int, int, int], then: tuple[int, int, int], at_old_cents: int | None, began: bool, flag: str
) -> None:
    base = period(MARCH - timedelta(days=365), *then)
    of = Questioned(period(MARCH, *now), (base,), at_old_cents, began, frozenset({flag}))
    assert sum(one.cents or 0 for one in weigh(of)) == now[2] - then[2]


async def test_ada_asks_why_her_bill_is_so_high(
    rooms: Rooms, tariff: None, post: Post, get: Get, run_cycle: RunCycle
) -> None:
    """She used five times as much a day, at a new rate; the reading stood out."""
    await rooms.tell(ADA.read(110))
    await run_cycle()
    first = (await get(f"/accounts/{ADA.account_id}/bills"))["items"][0]
    alone = await get(f"/bills/{first['bill_id']}/review")
    assert (alone["beside"], alone["reasons"], alone["difference_cents"]) == (None, [], None)
    dearer = {"rate_code": "nyc", "effective_on": "2026-03-02", "body": nyc_body("4.00")}
    assert (await post("/tariffs", dearer)).status_code == 201
    rooms.clock.turn(days=30)
    await rooms.tell(ADA.read(160, NOW + timedelta(days=30)))
    for one in (await get("/readings", account_id=str(ADA.account_id), state="flagged"))["items"]:
        await post(f"/readings/{one['reading_id']}/acceptance", {"why": "Read again: it is right."})
    await run_cycle("2026-03-15", "2026-04-30")
    bill: dict[str, Any] = (await get(f"/accounts/{ADA.account_id}/bills"))["items"][0]
    review = await get(f"/bills/{bill['bill_id']}/review")
    assert (review["now"]["per_day"], review["beside"]["per_day"], review["change_percent"]) == ("1.667", "0.333", 401)
    assert review["difference_cents"] == bill["total_cents"] - first["total_cents"]
    amounts = {one["kind"]: one["amount_cents"] for one in review["reasons"]}
    assert amounts["rate_change"] == bill["total_cents"] - 49_340
    assert amounts["leak_pattern"] == 49_340 - 9_868
    assert sum(amount or 0 for amount in amounts.values()) == review["difference_cents"]
    assert (review["next_step"], review["reasons"][0]["kind"]) == ("leak_check", "leak_pattern")


async def test_a_bill_that_is_not_there_is_not_found(rooms: Rooms) -> None:
    answer = await rooms.http("csr").get("/bills/019a0000-0000-7000-8000-000000000001/review")
    assert (answer.status_code, answer.json()["title"]) == (404, "Bill unknown")
