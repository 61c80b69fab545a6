"""A meter that ran fast gives back its whole error, bill by bill; a slow one asks for nothing."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.meter_tests import Charged, Finding, MeterTest, credits_of, finding_of, wrong_since
from services.billing.domain.policies import PolicyBreaksLaw, Service, check_lawful, policy_from
from shared.events.accounts import MeterTested
from shared.ids import AccountId, AgreementId, BillId, MeterId, OrderId, ServicePointId, new_id
from tests.billing import policies
from tests.billing.conftest import Get, Post, RunCycle
from tests.billing.policies import MUNICIPAL
from tests.billing.town import ADA, MOVED_IN, NOW
from tests.rooms import Rooms

POLICY = MUNICIPAL.meter_tests
RIGHT, TESTED = date(2025, 3, 1), date(2026, 3, 1)


def on_the_bench(error_hundredths: int, commodity: Service = "water") -> MeterTest:
    return MeterTest(
        OrderId(UUID(int=1)), AccountId(UUID(int=2)), AgreementId(UUID(int=3)), MeterId(UUID(int=4)), "N-1",
        datetime(2026, 3, 1, 15, tzinfo=UTC), TESTED, error_hundredths, commodity, RIGHT,
    )  # fmt: skip


def charged(cents: int, start_on: date, end_on: date) -> Charged:
    return Charged(BillId(UUID(int=5)), "water", start_on, end_on, cents)


@pytest.mark.parametrize(
    ("error_hundredths", "commodity", "finding"),
    [
        (150, "water", "within"), (151, "water", "fast"), (200, "electric", "within"), (201, "electric", "fast"),
        (-150, "water", "within"), (-151, "water", "slow"), (0, "other", "within"), (-10_000, "electric", "slow"),
    ],
)  # fmt: skip
def test_just_at_its_tolerance_a_meter_is_right(error_hundredths: int, commodity: Service, finding: Finding) -> None:
    assert finding_of(on_the_bench(error_hundredths, commodity), POLICY) == finding


@pytest.mark.parametrize(
    ("bill", "days", "cents"),
    [
        pytest.param(charged(10_000, date(2026, 1, 1), date(2026, 1, 31)), 30, 300, id="the whole three percent"),
        pytest.param(charged(10_000, date(2025, 8, 17), date(2025, 9, 16)), 15, 150, id="half a bill was before"),
        pytest.param(charged(10_000, date(2026, 2, 14), date(2026, 3, 16)), 15, 150, id="half a bill came after"),
        pytest.param(charged(50, date(2026, 1, 1), date(2026, 1, 31)), 30, 2, id="one and a half cents are two"),
    ],
)
def test_the_whole_error_is_given_back_of_the_charges(bill: Charged, days: int, cents: int) -> None:
    """Three percent fast: three percent, not the one and a half above the tolerance (N.J.A.C. 14:3-4.6(b)1)."""
    [credit] = credits_of(on_the_bench(300), date(2025, 9, 1), [bill])
    assert (credit.days_count, credit.of_days, credit.amount_cents) == (days, 30, cents)


def test_of_nothing_nothing_is_given_back() -> None:
    before = charged(10_000, date(2025, 1, 1), date(2025, 1, 31))
    assert (
        credits_of(on_the_bench(300), date(2025, 9, 1), [before, charged(10, date(2026, 1, 1), date(2026, 1, 31))])
        == []
    )


def test_where_nobody_knows_since_when_it_is_half_the_time_since_it_was_right() -> None:
    assert wrong_since(on_the_bench(300), POLICY) == TESTED - timedelta(days=183)


@given(st.integers(151, 100_000), st.integers(1, 10**9), st.integers(0, 400), st.integers(1, 120))
def test_never_more_than_was_charged(error_hundredths: int, cents: int, before: int, days: int) -> None:
    start_on = TESTED - timedelta(days=before)
    for credit in credits_of(
        on_the_bench(error_hundredths), RIGHT, [charged(cents, start_on, start_on + timedelta(days))]
    ):
        assert 0 < credit.amount_cents <= cents


def test_a_town_may_be_kinder_than_the_law_and_not_harder() -> None:
    body = policies.body()
    body["meter_tests"]["fast_over_hundredths"]["water"] = 100
    check_lawful("nj-municipal", policy_from(body))
    body["meter_tests"]["fast_over_hundredths"]["water"] = 151
    with pytest.raises(PolicyBreaksLaw) as broken:
        check_lawful("nj-municipal", policy_from(body))
    assert (broken.value.field, broken.value.facts["law"]) == (
        "body.meter_tests.fast_over_hundredths.water", "N.J.A.C. 14:3-4.6",
    )  # fmt: skip


def told(error_hundredths: int, order_id: OrderId | None = None) -> MeterTested:
    """What accounts said when Ada's meter had been on the bench."""
    return MeterTested(
        account_id=ADA.account_id, order_id=order_id or OrderId(new_id()), service_point_id=ServicePointId(new_id()),
        agreement_id=ADA.agreement_id, meter_id=MeterId(UUID(int=21_001)), meter_serial=ADA.meter_serial, tested_at=NOW,
        as_found_error_hundredths=error_hundredths, reading=None,
    )  # fmt: skip


async def test_a_fast_meter_is_credited_once_by_the_form(
    rooms: Rooms, post: Post, get: Get, tariff: None, run_cycle: RunCycle
) -> None:
    """Ada's bill of 98.68 lies on thirty days; her meter, hung when she moved in, is ten percent fast."""
    await rooms.tell(ADA.read(110))
    run = await run_cycle()
    [bill] = (await get("/bills", job_id=run["job_id"]))["items"]
    await rooms.tell(told(1_000, order := OrderId(new_id())), told(1_000, order), told(100), told(-500))
    tests = (await get("/meter-tests", account_id=str(ADA.account_id)))["items"]
    assert sorted(one["finding"] for one in tests) == ["fast", "slow", "within"]
    [fast] = (await get("/meter-tests", finding="fast"))["items"]
    assert (fast["last_right_on"], fast["wrong_since_on"]) == (str(MOVED_IN), str(MOVED_IN + timedelta(days=15)))
    assert all((line["days_count"], line["of_days"]) == (15, 30) for line in fast["credits"])
    assert (fast["total_cents"], fast["credited_cents"], fast["basis"]) == (494, 0, "charges")
    assert all(one["credits"] == [] for one in tests if one["finding"] != "fast"), "nobody is charged for a slow one"
    lines = [{"service": line["service"], "amount_cents": -line["amount_cents"]} for line in fast["credits"]]
    form = {"account_id": str(ADA.account_id), "bill_id": bill["bill_id"], "form": "meter_error",
            "cause": "fast_meter", "lines": lines, "why": "Ten percent fast on the bench"}  # fmt: skip
    assert (await post("/adjustments", form)).status_code == 201
    again = await post("/adjustments", form)
    assert (again.status_code, again.json()["title"]) == (409, "Fast meter given back")
    [fast] = (await get("/meter-tests", finding="fast"))["items"]
    assert fast["credited_cents"] == 494
