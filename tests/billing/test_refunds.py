"""Refunds: only credit, only when it has cleared, by two people; and no cent is both refunded and credit."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain import ledger, refunds
from services.billing.domain.corrections import NobodyApprovesTheirOwn
from services.billing.domain.deposits import Asked, PaymentNotForDeposit, receive
from services.billing.domain.ledger import Posting, Sheet
from services.billing.domain.refunds import (
    FundsNotCleared,
    Paid,
    Refund,
    RefundAlreadyDecided,
    RefundExceedsCredit,
    check_amount,
    check_decision,
    refundable,
)
from shared.errors import Refusal
from shared.ids import DepositId, RefundId
from tests.billing.bills import ACCOUNT, bill
from tests.billing.policies import MUNICIPAL
from tests.billing.test_ledger import EMPTY, MARCH, issue

POLICY = MUNICIPAL.refunds
CREDIT = Sheet(ACCOUNT, 1, -50_00, ())
PROPOSED = Refund(RefundId(UUID(int=1)), ACCOUNT, 50_00, "proposed", "user:cora")


def ago(days: int, cents: int, tender: str | None) -> Paid:
    return Paid(cents, tender, MARCH - timedelta(days))


@pytest.mark.parametrize(
    ("paid", "cleared_cents", "cleared_on"),
    [
        pytest.param([], 50_00, MARCH, id="nothing came lately"),
        pytest.param([ago(0, 80_00, "cash")], 50_00, MARCH, id="cash has cleared at once"),
        pytest.param([ago(9, 20_00, "check")], 30_00, MARCH + timedelta(1), id="a check of nine days ago"),
        pytest.param([ago(10, 20_00, "check")], 50_00, MARCH, id="a check of ten days ago"),
        pytest.param([ago(1, 20_00, None)], 30_00, MARCH + timedelta(9), id="a tender that is not on record"),
        pytest.param(
            [ago(2, 60_00, "online"), ago(1, 5_00, "card")], 0, MARCH + timedelta(9), id="more than the credit"
        ),
    ],
)
def test_only_what_nobody_can_take_back_is_refunded(paid: list[Paid], cleared_cents: int, cleared_on: date) -> None:
    of = refundable(CREDIT, paid, MARCH, POLICY)
    assert of == (50_00, cleared_cents, cleared_on)
    if cleared_cents:
        assert check_amount(None, of) == cleared_cents
    for cents in (cleared_cents + 1, 50_01):
        with pytest.raises((FundsNotCleared, RefundExceedsCredit)) as refused:
            check_amount(cents, of)
        assert refused.value.field == "amount_cents"


def test_who_owes_is_refunded_nothing() -> None:
    for balance_cents in (0, 98_68):
        with pytest.raises(RefundExceedsCredit):
            check_amount(None, refundable(replace(EMPTY, balance_cents=balance_cents), [], MARCH, POLICY))


def test_nobody_approves_their_own_and_each_is_decided_once() -> None:
    check_decision(PROPOSED, "user:sam", approves=True)
    check_decision(PROPOSED, "user:cora", approves=False)
    with pytest.raises(NobodyApprovesTheirOwn):
        check_decision(PROPOSED, "user:cora", approves=True)
    with pytest.raises(RefundAlreadyDecided):
        check_decision(replace(PROPOSED, state="paid"), "user:sam", approves=True)


def test_a_check_that_bounces_after_its_refund_is_owed_again() -> None:
    sheet = refunds.approve(CREDIT, UUID(int=2), PROPOSED, MARCH).sheet
    bounced = ledger.reverse(sheet, UUID(int=3), UUID(int=4), 50_00, MARCH)
    assert sum(entry.amount_cents for entry in bounced.entries) == 0
    assert (bounced.sheet.balance_cents, bounced.sheet.credit_cents) == (50_00, -50_00)
    paid = ledger.credit(bounced.sheet, UUID(int=5), 50_00, MARCH)
    assert (paid.sheet.balance_cents, paid.sheet.credit_cents) == (0, 0)


def test_what_was_refunded_is_not_kept_as_a_deposit() -> None:
    asked = Asked(DepositId(UUID(int=8)), ACCOUNT, 50_00, "new_account", MARCH, None, "asked")
    receive(CREDIT, UUID(int=9), asked, MARCH)
    refunded = refunds.approve(CREDIT, UUID(int=2), PROPOSED, MARCH).sheet
    with pytest.raises(PaymentNotForDeposit):
        receive(refunded, UUID(int=9), asked, MARCH)


class Town:
    """One account's page, its books, and what its holder did and was given."""

    def __init__(self) -> None:
        self.sheet = EMPTY
        self.books: Counter[str] = Counter()
        self.standing: list[int] = []
        self.refunds: list[Refund] = []
        self.count = 0

    def book(self, posting: Posting) -> None:
        assert sum(entry.amount_cents for entry in posting.entries) == 0
        assert posting.sheet.version == self.sheet.version + 1
        self.sheet = posting.sheet
        for entry in posting.entries:
            self.books[entry.book] += entry.amount_cents

    def next_id(self) -> UUID:
        self.count += 1
        return UUID(int=self.count)

    def cents(self, *states: str) -> int:
        return sum(of.amount_cents for of in self.refunds if of.state in states)

    def move(self, place: int, state: refunds.State) -> None:
        self.refunds[place] = replace(self.refunds[place], state=state)

    def step(self, act: str, n: int) -> None:
        """Do it, if it can be done now."""
        if act == "pays":
            self.standing.append(n)
            self.book(ledger.credit(self.sheet, self.next_id(), n, MARCH))
        elif act == "bounces" and self.standing:
            cents = self.standing.pop(n % len(self.standing))
            self.book(ledger.reverse(self.sheet, self.next_id(), self.next_id(), cents, MARCH))
        elif act == "is billed":
            self.book(issue(self.sheet, bill(self.next_id().int).head))
        elif act == "propose":
            of = refundable(self.sheet, [], MARCH, POLICY)
            self.refunds.append(replace(PROPOSED, amount_cents=check_amount(n if n % 3 else None, of)))
        elif self.refunds:
            self.follow(act, n % len(self.refunds))

    def follow(self, act: str, place: int) -> None:
        """What becomes of a refund."""
        of = self.refunds[place]
        if act == "approve" and of.state == "proposed":
            check_amount(of.amount_cents, refundable(self.sheet, [], MARCH, POLICY))
            self.book(refunds.approve(self.sheet, self.next_id(), of, MARCH))
            self.move(place, "approved")
        elif act == "refuse" and of.state == "proposed":
            self.move(place, "refused")
        elif act == "pay out" and of.state == "approved":
            self.book(refunds.pay(self.sheet, self.next_id(), of, MARCH))
            self.move(place, "paid")
        elif act == "void" and of.state in ("approved", "paid"):
            self.book(refunds.void(self.sheet, self.next_id(), of, MARCH, was_paid=of.state == "paid"))
            self.move(place, "voided")


ACTS = ["pays", "bounces", "is billed", "propose", "approve", "refuse", "pay out", "void"]


@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(1, 300_00)), max_size=40))
def test_whatever_happens_no_cent_is_both_refunded_and_credit(acts: list[tuple[str, int]]) -> None:
    town = Town()
    for act, n in acts:
        before, credit_cents = town.cents("approved", "paid"), max(0, town.sheet.credit_cents)
        try:
            town.step(act, n)
        except Refusal:
            assert town.cents("approved", "paid") == before
        promised = town.cents("approved", "paid") - before
        assert promised <= credit_cents, "never more than the credit"
        assert act == "approve" or promised <= 0
        if promised > 0:
            assert town.sheet.credit_cents == credit_cents - promised, "never both"
        assert town.books["refund_payable"] == -town.cents("approved")
        assert town.books["cash"] == sum(town.standing) - town.cents("paid")
        assert town.books["receivable"] == town.sheet.balance_cents
        assert sum(town.books.values()) == 0
