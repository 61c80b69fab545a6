"""The ledger: postings sum to zero, the oldest debt is paid first, a returned payment opens the newest again."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain import ledger
from services.billing.domain.bills import Head
from services.billing.domain.ledger import Charge, Posting, Sheet
from tests.billing.bills import ACCOUNT, bill
from tests.billing.policies import MUNICIPAL

PRIORITY = MUNICIPAL.service_priority
EMPTY = Sheet(ACCOUNT, 0, 0, ())
MARCH = date(2026, 3, 2)


def issue(sheet: Sheet, made: Head, issued_on: date = MARCH) -> Posting:
    """Post a bill with a charge a service, due after thirty days."""
    charges = [
        Charge(UUID(int=made.bill_id.int * 10 + n), made.bill_id, service, issued_on + timedelta(days=30), cents, cents)
        for n, (service, cents) in enumerate(made.cents_by_service.items())
        if cents > 0
    ]
    return ledger.charge(sheet, made, charges, issued_on, PRIORITY)


def head(number: int, **changes: Any) -> Head:
    return bill(number, **changes).head


def moved(posting: Posting) -> list[tuple[str, str | None, int]]:
    return [(entry.book, entry.service, entry.amount_cents) for entry in posting.entries]


def still_open(sheet: Sheet) -> list[tuple[int, str, int]]:
    return [(one.bill_id.int, one.service, one.open_cents) for one in sheet.charges]


def test_a_bill_debits_each_service_and_credits_its_revenue() -> None:
    posting = issue(EMPTY, head(1))
    assert moved(posting) == [
        ("receivable", "water", 3810), ("revenue", "water", -3810),
        ("receivable", "sewer", 6058), ("revenue", "sewer", -6058),
    ]  # fmt: skip
    assert posting.posting_id == UUID(int=1)
    assert (posting.sheet.balance_cents, posting.sheet.version) == (9868, 1)


def test_a_payment_pays_the_oldest_bill_first_and_water_before_sewer() -> None:
    sheet = issue(EMPTY, head(2)).sheet
    sheet = issue(sheet, head(1), MARCH - timedelta(days=30)).sheet
    posting = ledger.credit(sheet, UUID(int=50), 10_000, MARCH)
    assert moved(posting) == [
        ("cash", None, 10_000),
        ("receivable", "water", -3810), ("receivable", "sewer", -6058), ("receivable", "water", -132),
    ]  # fmt: skip
    assert still_open(posting.sheet) == [(1, "water", 0), (1, "sewer", 0), (2, "water", 3678), (2, "sewer", 6058)]


def test_what_is_too_much_stays_on_the_account_and_pays_the_next_bill() -> None:
    sheet = ledger.credit(issue(EMPTY, head(1)).sheet, UUID(int=50), 15_000, MARCH).sheet
    assert (sheet.balance_cents, sheet.credit_cents) == (-5132, 5132)
    posting = issue(sheet, head(2), MARCH + timedelta(days=30))
    assert moved(posting)[4:] == [
        ("receivable", "water", -3810), ("receivable", "sewer", -1322), ("receivable", None, 5132),
    ]  # fmt: skip
    assert (posting.sheet.balance_cents, posting.sheet.credit_cents) == (4736, 0)


def test_a_payment_before_any_bill_is_credit() -> None:
    posting = ledger.credit(EMPTY, UUID(int=50), 500, MARCH)
    assert moved(posting) == [("cash", None, 500), ("receivable", None, -500)]
    assert (posting.sheet.balance_cents, posting.sheet.credit_cents) == (-500, 500)


def test_a_returned_payment_is_taken_from_the_newest_debt_that_was_paid() -> None:
    """Two bills, two payments; the first one's check returns: what remains pays the older bill."""
    sheet = issue(issue(EMPTY, head(1), MARCH - timedelta(days=30)).sheet, head(2)).sheet
    for payment in (50, 51):
        sheet = ledger.credit(sheet, UUID(int=payment), 9868, MARCH).sheet
    posting = ledger.reverse(sheet, UUID(int=60), UUID(int=50), 9868, MARCH)
    assert moved(posting) == [("cash", None, -9868), ("receivable", "sewer", 6058), ("receivable", "water", 3810)]
    assert posting.reverses == UUID(int=50)
    assert still_open(posting.sheet) == [(1, "water", 0), (1, "sewer", 0), (2, "water", 3810), (2, "sewer", 6058)]


def test_a_returned_payment_that_nothing_took_yet_leaves_the_charges_alone() -> None:
    sheet = ledger.credit(issue(EMPTY, head(1)).sheet, UUID(int=50), 9868, MARCH).sheet
    sheet = ledger.credit(sheet, UUID(int=51), 1000, MARCH).sheet
    posting = ledger.reverse(sheet, UUID(int=60), UUID(int=51), 1000, MARCH)
    assert moved(posting) == [("cash", None, -1000), ("receivable", None, 1000)]
    assert posting.sheet.credit_cents == 0


def test_a_service_that_comes_to_less_than_nothing_is_credit() -> None:
    water, sewer = bill(1).lines
    given_back = replace(bill(1), lines=(water, replace(sewer, amount_cents=-1000)), total_cents=2810)
    posting = issue(EMPTY, given_back.head)
    assert moved(posting) == [
        ("receivable", "water", 3810), ("revenue", "water", -3810),
        ("receivable", None, -1000), ("revenue", "sewer", 1000),
        ("receivable", "water", -1000), ("receivable", None, 1000),
    ]  # fmt: skip
    assert (posting.sheet.balance_cents, still_open(posting.sheet)) == (2810, [(1, "water", 2810)])


def test_past_due_is_what_is_open_after_its_due_date() -> None:
    sheet = issue(EMPTY, head(1)).sheet
    assert sheet.past_due_cents(MARCH + timedelta(days=30)) == 0
    assert sheet.past_due_cents(MARCH + timedelta(days=31)) == 9868


steps = st.lists(
    st.tuples(st.sampled_from(["bill", "pay", "return"]), st.integers(1, 40_000), st.integers(0, 5)), max_size=30
)


def _played(moves: Sequence[tuple[str, int, int]]) -> Iterator[Posting]:
    """A year of bills, payments and returned payments, in any order."""
    sheet, standing = EMPTY, {}
    for n, (kind, cents, which) in enumerate(moves, start=1):
        if kind == "bill":
            made = head(n, used_units=cents // 100)
            posting = issue(sheet, made, MARCH + timedelta(days=n))
        elif kind == "pay":
            standing[n] = cents
            posting = ledger.credit(sheet, UUID(int=1000 + n), cents, MARCH)
        elif standing:
            payment = list(standing)[which % len(standing)]
            amount = standing.pop(payment)
            posting = ledger.reverse(sheet, UUID(int=2000 + n), UUID(int=1000 + payment), amount, MARCH)
        else:
            continue
        sheet = posting.sheet
        yield posting


@given(steps)
def test_whatever_happens_the_ledger_balances_and_the_oldest_is_paid_first(moves: list[tuple[str, int, int]]) -> None:
    receivable, by_charge, version = 0, dict[UUID | None, int](), 0
    for posting in _played(moves):
        assert sum(entry.amount_cents for entry in posting.entries) == 0
        for entry in posting.entries:
            if entry.book == "receivable":
                receivable += entry.amount_cents
                by_charge[entry.charge_id] = by_charge.get(entry.charge_id, 0) + entry.amount_cents
        sheet, version = posting.sheet, version + 1
        assert (sheet.balance_cents, sheet.version) == (receivable, version)
        assert -sheet.credit_cents == by_charge.get(None, 0)
        assert sheet.credit_cents >= 0
        assert {one.charge_id: one.open_cents for one in sheet.charges} == {
            charge_id: cents for charge_id, cents in by_charge.items() if charge_id is not None
        }
        assert all(0 <= one.open_cents <= one.amount_cents for one in sheet.charges)
        touched = [one for one in sheet.charges if one.open_cents]
        if touched:
            first = sheet.charges.index(touched[0])
            assert all(one.open_cents == one.amount_cents for one in sheet.charges[first + 1 :])
            assert sheet.credit_cents == 0
