"""Deposits: at most what the law allows, interest to the cent, and books that balance whatever happens."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain import deposits
from services.billing.domain.deposits import Asked, Deposit, History, interest_cents, interest_lines, most_cents
from services.billing.domain.ledger import Posting, credit, reverse
from services.billing.domain.policies import PolicyBreaksLaw, check_lawful, policy_from
from shared.ids import DepositId, PaymentId
from tests.billing import policies
from tests.billing.bills import ACCOUNT, bill
from tests.billing.policies import MUNICIPAL
from tests.billing.test_ledger import EMPTY, MARCH, issue

TABLE = {"2024": 500, "2026": 300}


@pytest.mark.parametrize(
    ("billed", "most"),
    [
        pytest.param(History(0, 120_000, 365), 20_000, id="a year of 1,200.00: two bills of 100.00"),
        pytest.param(History(0, 9868, 30), 20_010, id="one month is all there is"),
        pytest.param(History(0, 10_001, 365), 1666, id="never a cent above the law"),
        pytest.param(History(0, -500, 30), 0, id="a credit leaves nothing to secure"),
        pytest.param(History(0, 0, 0), None, id="no bill to go by"),
    ],
)
def test_at_most_two_average_monthly_bills_of_the_last_year(billed: History, most: int | None) -> None:
    assert most_cents(billed, MUNICIPAL.deposits) == most


def test_what_is_kept_already_counts() -> None:
    assert deposits.judge(10_000, 10_000, 20_000) == "asked"
    assert deposits.judge(10_001, 10_000, 20_000) == "refused"
    assert deposits.judge(10_001, 10_000, None) == "asked"


def test_each_year_has_its_rate_and_the_sum_is_rounded_once() -> None:
    """200.00 from December 1, 2024, to February 1, 2026: 31 days of 2024, 365 of 2025, 31 of 2026."""
    lines = interest_lines(date(2024, 12, 1), date(2026, 2, 1), TABLE)
    assert [(line.days_count, line.rate_hundredths, line.rate_since) for line in lines] == [
        (31, 500, "2024"), (365, 500, "2024"), (31, 300, "2026"),
    ]  # fmt: skip
    assert interest_cents(20_000, lines) == 1136, "0.8493 + 10.0000 + 0.5096 = 11.3589"
    assert deposits.explain_line(20_000, lines[0]) == "$200.00 x 5.00 % x 31 / 365 = $0.8493, by the rate of 2024."
    assert deposits.explain_line(20_000, lines[1]).endswith("the table names no rate for 2025, and that of 2024 holds.")


@given(st.integers(1, 10**7), st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 2000), st.integers(0, 2000))
def test_interest_is_simple_and_split_days_lose_nothing(cents: int, since: date, first: int, second: int) -> None:
    middle, end = since + timedelta(first), since + timedelta(first + second)
    whole = interest_lines(since, end, TABLE)
    parts = [*interest_lines(since, middle, TABLE), *interest_lines(middle, end, TABLE)]
    assert sum(line.days_count for line in whole) == first + second
    assert interest_cents(cents, whole) == interest_cents(cents, parts)


@pytest.mark.parametrize(
    ("since", "is_residential", "next_on"),
    [
        (date(2026, 3, 2), True, date(2027, 3, 2)),
        (date(2026, 3, 2), False, date(2028, 3, 2)),
        (date(2028, 2, 29), True, date(2029, 2, 28)),
    ],
)
def test_a_home_is_reviewed_every_year_and_a_business_every_two(
    since: date, is_residential: bool, next_on: date
) -> None:
    assert deposits.next_review_on(since, MUNICIPAL.deposits, is_residential=is_residential) == next_on


@pytest.mark.parametrize(
    ("field", "value", "law"),
    [
        ("at_most_monthly_bills", 3, "N.J.A.C. 14:3-3.4(b)"),
        ("review_after_years", {"residential": 2, "other": 2}, "N.J.A.C. 14:3-3.5(a)"),
        ("review_after_years", {"residential": 1, "other": 3}, "N.J.A.C. 14:3-3.5(a)"),
    ],
)
def test_a_policy_beyond_the_law_is_refused_with_the_law(field: str, value: Any, law: str) -> None:
    body = policies.body()
    body["deposits"][field] = value
    with pytest.raises(PolicyBreaksLaw) as broken:
        check_lawful("nj-municipal", policy_from(body))
    assert broken.value.facts["law"] == law


KINDS = ["bill", "pay", "deposit", "bounce", "interest", "give_back"]


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.integers(1, 40_000), st.integers(0, 5)), max_size=30))
def test_in_any_order_the_books_balance_and_the_deposit_book_is_what_is_kept(moves: list[Any]) -> None:
    year = _Year()
    books: dict[str, int] = {}
    for n, (kind, cents, which) in enumerate(moves, start=1):
        for posting in getattr(year, kind)(n, cents, which):
            assert sum(entry.amount_cents for entry in posting.entries) == 0
            assert all(entry.amount_cents for entry in posting.entries)
            for entry in posting.entries:
                books[entry.book] = books.get(entry.book, 0) + entry.amount_cents
        assert books.get("receivable", 0) == year.sheet.balance_cents
        assert books.get("deposit", 0) == -sum(of.amount_cents for of in year.held.values())
        assert year.sheet.credit_cents >= 0
        assert not year.sheet.credit_cents or not any(one.open_cents for one in year.sheet.charges)
        assert all(0 <= one.open_cents <= one.amount_cents for one in year.sheet.charges)


class _Year:
    """An account's year, played move by move; each answers its postings."""

    def __init__(self) -> None:
        self.sheet = EMPTY
        self.payments: dict[int, int] = {}
        self.held: dict[int, Deposit] = {}

    def post(self, *postings: Posting) -> tuple[Posting, ...]:
        self.sheet = postings[-1].sheet
        return postings

    def bill(self, n: int, cents: int, _which: int) -> tuple[Posting, ...]:
        return self.post(issue(self.sheet, bill(n, used_units=cents // 100).head, MARCH + timedelta(days=n)))

    def pay(self, n: int, cents: int, _which: int) -> tuple[Posting, ...]:
        self.payments[n] = cents
        return self.post(credit(self.sheet, UUID(int=1000 + n), cents, MARCH))

    def deposit(self, n: int, cents: int, which: int) -> tuple[Posting, ...]:
        free = [number for number in self.payments if number not in self.held]
        if not free:
            return ()
        number = free[which % len(free)]
        key = DepositId(UUID(int=3000 + n))
        of = Asked(key, ACCOUNT, min(cents, self.payments[number]), "new_account", MARCH, None, "asked")
        posting = deposits.receive(self.sheet, UUID(int=4000 + n), of, MARCH)
        payment = PaymentId(UUID(int=1000 + number))
        self.held[number] = Deposit(key, ACCOUNT, of.amount_cents, payment, posting.posting_id, MARCH)
        return self.post(posting)

    def bounce(self, n: int, _cents: int, which: int) -> tuple[Posting, ...]:
        if not self.payments:
            return ()
        number = list(self.payments)[which % len(self.payments)]
        undone: tuple[Posting, ...] = ()
        if number in self.held:
            undone = self.post(deposits.undo(self.sheet, UUID(int=5000 + n), self.held.pop(number), MARCH))
        amount = self.payments.pop(number)
        back = reverse(self.sheet, UUID(int=2000 + n), UUID(int=1000 + number), amount, MARCH)
        return (*undone, *self.post(back))

    def interest(self, n: int, cents: int, _which: int) -> tuple[Posting, ...]:
        return self.post(deposits.credit_interest(self.sheet, UUID(int=6000 + n), cents, MARCH)) if self.held else ()

    def give_back(self, n: int, cents: int, which: int) -> tuple[Posting, ...]:
        if not self.held:
            return ()
        number = list(self.held)[which % len(self.held)]
        of = self.held.pop(number)
        return self.post(deposits.give_back(self.sheet, UUID(int=7000 + n), of, cents % 500, MARCH))
