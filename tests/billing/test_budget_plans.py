"""Budget plans: what one asks, whom it is refused, and a year in which not a cent is lost or asked too early."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain import budget_shares, ledger
from services.billing.domain.bills import Head
from services.billing.domain.budget_plans import (
    AgreementOnPlan,
    Candidate,
    HistoryTooShort,
    MonthsNotOffered,
    NothingToSpread,
    Past,
    Plan,
    ServiceNotTaken,
    quote,
    suggested_cents,
)
from services.billing.domain.cancellations import PutOff, cancel
from services.billing.domain.ledger import Charge, Posting, Sheet
from shared.errors import Refusal
from shared.ids import AgreementId, BillId, BudgetPlanId
from tests.billing.bills import ACCOUNT, bill
from tests.billing.policies import MUNICIPAL
from tests.billing.test_ledger import EMPTY, PRIORITY

TERMS = MUNICIPAL.budget_plans
SINCE = date(2026, 1, 31)
HOME = AgreementId(UUID(int=2))


def past(*totals: int, days: int = 365) -> tuple[Past, ...]:
    """Bills one after another that end on January 31, 2026, and cover so many days together."""
    each = days // len(totals)
    starts = [SINCE - timedelta(days=days - each * n) for n in range(len(totals))]
    ends = [*starts[1:], SINCE]
    return tuple(
        Past(BillId(UUID(int=n)), start, end, cents)
        for n, (start, end, cents) in enumerate(zip(starts, ends, totals, strict=True))
    )


def candidate(**changes: Any) -> Candidate:
    return Candidate(HOME, ACCOUNT, None, None, None, past(*[10_050] * 12))._replace(**changes)


def plan(**changes: Any) -> Plan:
    """A plan of $100.00 in twelve months, of which nothing was asked yet."""
    fresh = Plan(
        BudgetPlanId(UUID(int=9)), HOME, ACCOUNT, 1, "active", 10_000, 12, 120_000, 365, SINCE, SINCE + timedelta(365),
        100, 20, 2, 15, 0, SINCE, None, {},
    )  # fmt: skip
    return replace(fresh, **changes)


def head(number: int, start_on: date, end_on: date, by_service: dict[str, int]) -> Head:
    return replace(
        bill(number).head, agreement_id=HOME, period_start_on=start_on, period_end_on=end_on,
        total_cents=sum(by_service.values()), cents_by_service=by_service,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("months", "of", "amount"),
    [
        pytest.param(12, past(*[10_050] * 12), 10_100, id="1,206.00 in twelve months, up to the dollar"),
        pytest.param(10, past(*[10_000] * 12), 12_000, id="1,200.00 in ten months, without a rest"),
        pytest.param(12, past(120_000, days=350), 10_500, id="350 days are reckoned up to a year: 1,251.43"),
    ],
)
def test_the_amount_is_a_year_in_equal_months(months: int, of: tuple[Past, ...], amount: int) -> None:
    quoted = quote(candidate(past=of), months, TERMS)
    assert (quoted.amount_cents, quoted.since_on, quoted.until_on) == (amount, SINCE, date(2027, 1, 31))


@pytest.mark.parametrize(
    ("months", "changes", "why"),
    [
        (9, {}, MonthsNotOffered),
        (12, {"stopped_on": SINCE}, ServiceNotTaken),
        (12, {"closed_on": SINCE}, ServiceNotTaken),
        (12, {"plan_id": BudgetPlanId(UUID(int=8))}, AgreementOnPlan),
        (12, {"past": ()}, HistoryTooShort),
        (12, {"past": past(*[10_000] * 11, days=329)}, HistoryTooShort),
        (12, {"past": past(5_000, -5_000)}, NothingToSpread),
    ],
)
def test_who_is_refused_hears_the_rule_and_what_to_do(months: int, changes: dict[str, Any], why: type[Refusal]) -> None:
    with pytest.raises(why) as refused:
        quote(candidate(**changes), months, TERMS)
    assert refused.value.field
    assert refused.value.rule.endswith(".")
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("of", "suggested"),
    [
        pytest.param(plan(deferred={"water": 24_000}), None, id="20 % of a year is what its terms allow"),
        pytest.param(plan(deferred={"water": 24_001}), 12_100, id="a cent beyond: 240.01 over twelve months"),
        pytest.param(
            plan(deferred={"water": -30_000}, months_asked=6, billed_through_on=SINCE + timedelta(182)), 5_100,
            id="ahead by 300.00 in the middle of the year: half of 1,200.00 less that, in six months",
        ),
        pytest.param(plan(deferred={"water": 99_999}, months_asked=12), None, id="no month is left to ask it in"),
        pytest.param(plan(deferred={"water": -999_999}, months_asked=1), 0, id="never less than nothing"),
    ],
)  # fmt: skip
def test_an_amount_is_looked_at_when_it_is_far_off(of: Plan, suggested: int | None) -> None:
    assert suggested_cents(of) == suggested


def test_an_amount_is_shared_as_the_charges_are_to_each_other() -> None:
    assert budget_shares.spread(10_000, {"water": 4_000, "sewer": 6_000}) == {"water": 4_000, "sewer": 6_000}
    assert budget_shares.spread(100, {"water": 1, "sewer": 1, "other": 1}) == {"water": 33, "sewer": 33, "other": 34}
    assert budget_shares.spread(100, {"water": -5, "sewer": 1}) == {"sewer": 100}
    assert budget_shares.spread(100, {"water": -5}) == {"water": 100}
    assert budget_shares.spread(100, {}) == {"other": 100}


@pytest.mark.parametrize(
    ("days", "months_asked", "months"),
    [
        pytest.param(29, 0, 1, id="a month"),
        pytest.param(5, 0, 1, id="a few days are a month, too"),
        pytest.param(91, 0, 3, id="a quarter is asked three amounts"),
        pytest.param(91, 10, 2, id="no more amounts than the plan has"),
        pytest.param(30, 12, 0, id="in the months after the last amount nothing is asked"),
    ],
)
def test_a_bill_asks_an_amount_for_each_of_its_months(days: int, months_asked: int, months: int) -> None:
    one = head(1, SINCE, SINCE + timedelta(days), {"water": 7_000})
    [share] = budget_shares.share({HOME: plan(months_asked=months_asked)}, [one])
    assert (share.months_count, share.asked_cents) == (months, months * 10_000)
    assert share.plan.balance_cents == 7_000 - months * 10_000


def test_a_bill_of_the_time_before_is_none_of_the_plans_matters() -> None:
    before = head(1, SINCE - timedelta(30), SINCE, {"water": 7_000})
    assert budget_shares.share({HOME: plan()}, [before]) == []


def posted(sheet: Sheet, one: Head, share: budget_shares.Share) -> Posting:
    """The bill on the ledger, as it is issued."""
    charges = [
        Charge(UUID(int=one.bill_id.int * 10 + n), one.bill_id, service, one.period_end_on, cents, cents)
        for n, (service, cents) in enumerate(share.asked.items())
        if cents > 0
    ]
    return budget_shares.charge(sheet, one, share, charges, on=one.period_end_on, priority=PRIORITY)


def settled(sheet: Sheet, of: Plan, on: date) -> Posting:
    charges = [
        Charge(UUID(int=10**6 + n), BillId(UUID(int=1)), service, on, cents, cents)
        for n, (service, cents) in enumerate(of.deferred.items())
        if cents > 0
    ]
    return budget_shares.true_up(sheet, UUID(int=10**6), of.deferred, charges, on=on, priority=PRIORITY)


def check(posting: Posting) -> None:
    """Debits equal credits, and what stands receivable is what is open less credit on account."""
    assert sum(entry.amount_cents for entry in posting.entries) == 0
    moved = sum(entry.amount_cents for entry in posting.entries if entry.book == "receivable")
    assert posting.sheet.credit_cents >= 0
    assert all(0 <= one.open_cents <= one.amount_cents for one in posting.sheet.charges)
    assert moved or not any(entry.charge_id for entry in posting.entries)


months = st.lists(
    st.tuples(
        st.integers(5, 95),
        st.dictionaries(st.sampled_from(["water", "sewer", "electric"]), st.integers(-5_000, 60_000), max_size=3),
        st.integers(0, 30_000),
    ),
    min_size=1, max_size=14,
)  # fmt: skip


@given(months, st.integers(10, 12), st.data())
def test_over_any_year_the_amounts_and_the_true_up_are_what_was_used(
    year: Sequence[tuple[int, dict[str, int], int]], months_count: int, data: st.DataObject
) -> None:
    """Bills, payments, and one bill cancelled at any moment: the account never owes a cent that was put off."""
    sheet, running, start_on = EMPTY, plan(months_count=months_count), SINCE
    asked_cents = used_cents = paid_cents = 0
    for number, (days, by_service, paid) in enumerate(year, start=1):
        one = head(number, start_on, start_on + timedelta(days), by_service)
        [share] = budget_shares.share({HOME: running}, [one])
        posting = posted(sheet, one, share)
        check(posting)
        if data.draw(st.booleans()):
            undone = cancel(
                posting.sheet, UUID(int=10**5 + number), one, {}, start_on,
                budgeted=PutOff(share.deferred, frozenset()),
            )  # fmt: skip
            check(undone)
            sheet = undone.sheet
        else:
            sheet, running = posting.sheet, share.plan
            asked_cents, used_cents = asked_cents + share.asked_cents, used_cents + one.total_cents
        if paid:
            sheet, paid_cents = ledger.credit(sheet, UUID(int=number), paid, start_on).sheet, paid_cents + paid
        assert sheet.balance_cents == asked_cents - paid_cents
        assert running.balance_cents == used_cents - asked_cents
        start_on = one.period_end_on
    assert running.months_asked <= months_count
    end = settled(sheet, running, start_on)
    check(end)
    assert asked_cents + running.balance_cents == used_cents
    assert end.sheet.balance_cents == used_cents - paid_cents


def test_the_last_bill_of_the_year_is_the_one_that_ends_nearest_to_it() -> None:
    ends = {days: head(1, SINCE + timedelta(days - 30), SINCE + timedelta(days), {}) for days in (349, 350, 380)}
    lasts = {days: budget_shares.share({HOME: plan()}, [one])[0].is_last for days, one in ends.items()}
    assert lasts == {349: False, 350: True, 380: True}
