"""A bill that is questioned: each reason weighed, adding up to the difference, and what to do next."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.adjustments import CAUSES
from services.billing.domain.bills import Head
from services.billing.domain.exact import Exact
from services.billing.domain.high_bills import Kind, Questioned, Reason, next_step, weigh
from services.billing.domain.periods import Period
from services.billing.domain.review_steps import (
    BillNoLongerStands,
    NothingToAdjust,
    Started,
    StepAlreadyStarted,
    What,
    check_step,
    prefill,
    share,
)
from shared.events.accounts import FieldWorkProgressed
from shared.events.billing import FieldWorkRequested
from shared.ids import BillId, new_id
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


@pytest.mark.parametrize(
    ("kind", "cents", "form", "cause"),
    [
        ("leak_pattern", 1_000, "leak", "leak_repaired"),
        ("more_use", 1_000, "high_bill", "not_explained"),
        ("longer_period", 1_000, "high_bill", "long_period"),
        ("estimate_corrected", 1_000, "high_bill", "estimate_too_high"),
        ("rate_change", 1_000, None, None),
        ("season", None, None, None),
        ("leak_pattern", -1, None, None),
    ],
)
def test_each_reason_fills_in_its_form_and_a_rate_is_explained_and_not_adjusted(
    kind: Kind, cents: int | None, form: str | None, cause: str | None
) -> None:
    asked = {"water": 3_810, "sewer": 6_058}
    if form is None:
        with pytest.raises(NothingToAdjust):
            prefill(Reason(kind, cents, "…"), asked)
    else:
        filled = prefill(Reason(kind, cents, "…"), asked)
        assert (filled.form, filled.cause, filled.cents_by_service) == (form, cause, {"water": -386, "sewer": -614})
        assert cause in CAUSES[filled.form]


HEAD = Head(
    BillId(UUID(int=1)), ADA.agreement_id, ADA.account_id, ADA.number, LAST.end_on, MARCH, 9_868, {"water": 9_868},
    "issued",
)  # fmt: skip


@pytest.mark.parametrize(
    ("what", "kind", "state", "wanted", "again"),
    [
        ("order", "leak_check", "scheduled", "leak_check", False),
        ("order", "leak_check", "not_completed", "leak_check", False),
        ("order", "leak_check", "completed", "leak_check", True),
        ("order", "leak_check", "cancelled", "leak_check", True),
        ("order", "leak_check", "scheduled", "meter_test", True),
        ("adjustment", "leak", "proposed", None, False),
        ("adjustment", "leak", "approved", None, False),
        ("adjustment", "leak", "refused", None, True),
    ],
)
def test_the_same_is_started_again_only_when_the_first_one_is_over(
    what: What, kind: str, state: str, wanted: str | None, again: bool
) -> None:
    first = Started(what, new_id(), kind, state, NOW, None, None, None, None, None, NOW, "rosa")
    if again:
        check_step(HEAD, [first], what, wanted)
    else:
        with pytest.raises(StepAlreadyStarted):
            check_step(HEAD, [first], what, wanted)
    with pytest.raises(BillNoLongerStands):
        check_step(replace(HEAD, state="cancelled"), [], what, wanted)


@given(st.integers(-100, 10**9), st.dictionaries(st.sampled_from("abcd"), st.integers(-(10**6), 10**8), max_size=4))
def test_what_is_shared_out_adds_up_and_takes_no_service_below_nothing(cents: int, asked: dict[str, int]) -> None:
    shares = share(cents, asked)
    assert sum(shares.values()) == max(0, min(cents, sum(max(one, 0) for one in asked.values())))
    assert all(0 < part <= asked[service] for service, part in shares.items())


@pytest.fixture
async def bills(rooms: Rooms, tariff: None, post: Post, get: Get, run_cycle: RunCycle) -> list[Any]:
    """Ada used five times as much a day, at a new rate, and the reading stood out: this bill, and the one before."""
    await rooms.tell(ADA.read(110))
    await run_cycle()
    dearer = {"rate_code": "nyc", "effective_on": "2026-03-02", "body": nyc_body("4.00")}
    assert (await post("/tariffs", dearer)).status_code == 201
    rooms.clock.turn(days=30)
    await rooms.tell(ADA.read(160, NOW + timedelta(days=30)))
    for one in (await get("/readings", account_id=str(ADA.account_id), state="flagged"))["items"]:
        await post(f"/readings/{one['reading_id']}/acceptance", {"why": "Read again: it is right."})
    await run_cycle("2026-03-15", "2026-04-30")
    await rooms.news()
    made: list[Any] = (await get(f"/accounts/{ADA.account_id}/bills"))["items"]
    return made


async def test_ada_asks_why_her_bill_is_so_high(bills: list[Any], get: Get) -> None:
    bill, first = bills
    alone = await get(f"/bills/{first['bill_id']}/review")
    assert (alone["beside"], alone["reasons"], alone["difference_cents"]) == (None, [], None)
    review = await get(f"/bills/{bill['bill_id']}/review")
    assert (review["now"]["per_day"], review["beside"]["per_day"], review["change_percent"]) == ("1.667", "0.333", 401)
    assert review["beside"]["bill_id"] == first["bill_id"]
    assert review["difference_cents"] == bill["total_cents"] - first["total_cents"]
    amounts = {one["kind"]: one["amount_cents"] for one in review["reasons"]}
    assert amounts["rate_change"] == bill["total_cents"] - 49_340
    assert amounts["leak_pattern"] == 49_340 - 9_868
    assert sum(amount or 0 for amount in amounts.values()) == review["difference_cents"]
    assert (review["next_step"], review["reasons"][0]["kind"], review["started"]) == ("leak_check", "leak_pattern", [])


def crew(order_id: Any, state: Any, **more: Any) -> FieldWorkProgressed:
    """What accounts said of the crew that looks for Ada's leak."""
    return FieldWorkProgressed(
        account_id=ADA.account_id, order_id=order_id, kind="leak_check", state=state, at=NOW, **more
    )


async def test_from_the_review_come_a_leak_check_a_letter_and_an_adjustment_with_its_letter(
    rooms: Rooms, bills: list[Any], post: Post, get: Get
) -> None:
    """Rosa starts each of them once, Tom cannot start them again, and the review shows where they stand."""
    review = f"/bills/{bills[0]['bill_id']}/review"
    order = (await post(f"{review}/orders", {"kind": "leak_check", "why": "Ada hears water."}, role="csr")).json()
    assert order["finding"].startswith("leak_pattern $394.72: 1.667 a day against 0.333")
    [told] = await rooms.news()
    assert isinstance(told, FieldWorkRequested)
    assert (str(told.order_id), told.agreement_id, told.kind) == (order["order_id"], ADA.agreement_id, "leak_check")
    again = await post(f"{review}/orders", {"kind": "leak_check", "why": "Tom, too."}, role="senior")
    assert (again.status_code, again.json()["title"]) == (409, "Step already started")
    await rooms.tell(crew(told.order_id, "requested"), crew(told.order_id, "scheduled", scheduled_on=NOW.date()))
    [step] = (await get(review))["started"]
    assert (step["what"], step["state"], step["scheduled_on"]) == ("order", "scheduled", str(NOW.date()))
    await rooms.tell(crew(told.order_id, "completed"), crew(new_id(), "completed"))
    assert (await post(f"{review}/orders", {"kind": "meter_test", "why": "To be sure."}, role="csr")).status_code == 201

    first = await post(f"/bills/{bills[1]['bill_id']}/review/orders", {"kind": "reread", "why": "It is her first."})
    assert first.json()["finding"] == "uncompared: There is no earlier bill to hold it beside."

    letter = (await post(f"{review}/letters", {"language": "es"}, role="csr")).json()
    twice = await post(f"{review}/letters", {}, role="senior")
    assert (twice.status_code, twice.json()["title"]) == (409, "Letter already drawn up")
    [listed] = (await get("/letters", state="waiting", kind="high_bill_findings"))["items"]
    assert (listed["letter_id"], listed["holder_name"]) == (letter["letter_id"], "Ada Moreno")
    assert "Usted consumió 1.667 hcf por día" in (await get(f"/letters/{letter['letter_id']}"))["text"]
    mailed = {"letter_ids": [letter["letter_id"]], "mailed_on": str(NOW.date() + timedelta(days=30))}
    assert (await post("/mailings", mailed, role="csr")).status_code == 201

    refused = await post(f"{review}/adjustments", {"reason": "rate_change", "why": "She asks."}, role="csr")
    assert (refused.status_code, refused.json()["title"]) == (409, "Nothing to adjust")
    wanted = (await post(f"{review}/adjustments", {"why": "The plumber was there."}, role="csr")).json()
    assert (wanted["state"], wanted["total_cents"]) == ("proposed", -39_472)
    proposed = await get(f"/adjustments/{wanted['adjustment_id']}")
    assert (proposed["form"], proposed["cause"]) == ("leak", "leak_repaired")
    assert proposed["cents_by_service"] == {"water": -15_240, "sewer": -24_232}
    twice = await post(f"{review}/adjustments", {"why": "Tom, too."}, role="senior")
    assert (twice.status_code, twice.json()["title"]) == (409, "Step already started")
    approval = f"/adjustments/{wanted['adjustment_id']}/approval"
    assert (await post(approval, {"why": "Seen the bill."}, role="supervisor")).status_code == 201
    [follows] = (await get("/letters", state="waiting", account_id=str(ADA.account_id)))["items"]
    assert (follows["kind"], follows["language"]) == ("adjustment", "es")
    started = [(one["what"], one["kind"], one["state"]) for one in (await get(review))["started"]]
    assert sorted(started) == [
        ("adjustment", "leak", "approved"), ("letter", "adjustment", "waiting"),
        ("letter", "high_bill_findings", "mailed"), ("order", "leak_check", "completed"),
        ("order", "meter_test", "asked"),
    ]  # fmt: skip


async def test_a_bill_that_is_not_there_is_not_found(rooms: Rooms) -> None:
    answer = await rooms.http("csr").get("/bills/019a0000-0000-7000-8000-000000000001/review")
    assert (answer.status_code, answer.json()["title"]) == (404, "Bill unknown")
