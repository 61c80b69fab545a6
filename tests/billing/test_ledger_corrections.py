"""Billed, paid, returned, disputed, adjusted, cancelled, in any order: the ledger balances and no cent is lost."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain import disputes, ledger
from services.billing.domain.adjustments import Adjustment, AdjustmentExceedsBill, Form, adjust
from services.billing.domain.bills import Head
from services.billing.domain.cancellations import cancel
from services.billing.domain.corrections import Proposal
from services.billing.domain.ledger import Charge, Posting
from shared.ids import AdjustmentId
from tests.billing.bills import ACCOUNT, bill
from tests.billing.test_ledger import EMPTY, MARCH, PRIORITY, issue

FORMS: dict[str, Form] = {"charge": "back_bill", "credit": "leak", "courtesy": "courtesy"}
KINDS = ["bill", "gift", "pay", "return", "credit", "charge", "courtesy", "cancel", "dispute", "uphold"]
steps = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(1, 40_000), st.integers(0, 5)), max_size=30)


class Year:
    """An account's year, played move by move."""

    def __init__(self) -> None:
        self.sheet = EMPTY
        self.bills: dict[int, Head] = {}
        self.adjusted: dict[int, dict[str, int]] = {}
        self.payments: dict[int, int] = {}

    def bill(self, n: int, cents: int, _which: int) -> Posting:
        self.bills[n] = bill(n, used_units=cents // 100).head
        return issue(self.sheet, self.bills[n], MARCH + timedelta(days=n))

    def gift(self, n: int, cents: int, _which: int) -> Posting:
        """A bill of which one service comes to less than nothing."""
        made: dict[str, Any] = {"total_cents": 3810 - cents, "cents_by_service": {"water": 3810, "electric": -cents}}
        head = bill(n).head
        self.bills[n] = Head(
            head.bill_id, head.agreement_id, head.account_id, head.account_number, head.period_start_on,
            head.period_end_on, state="issued", **made,
        )  # fmt: skip
        return issue(self.sheet, self.bills[n], MARCH + timedelta(days=n))

    def pay(self, n: int, cents: int, _which: int) -> Posting:
        self.payments[n] = cents
        return ledger.credit(self.sheet, UUID(int=1000 + n), cents, MARCH)

    def give_back(self, n: int, which: int) -> Posting | None:
        if not self.payments:
            return None
        payment = list(self.payments)[which % len(self.payments)]
        amount = self.payments.pop(payment)
        return ledger.reverse(self.sheet, UUID(int=2000 + n), UUID(int=1000 + payment), amount, MARCH)

    def adjust(self, n: int, kind: str, cents: int, which: int) -> Posting | None:
        if not self.bills:
            return None
        number = list(self.bills)[which % len(self.bills)]
        charge = kind == "charge"
        of = Adjustment(
            AdjustmentId(UUID(int=3000 + n)), ACCOUNT, None if kind == "courtesy" else self.bills[number].bill_id,
            FORMS[kind], "any",
            {"water": cents if charge else -cents}, Proposal("proposed", "bea"),
        )  # fmt: skip
        due = MARCH + timedelta(days=30 + n)
        added = [Charge(UUID(int=9000 + n), self.bills[number].bill_id, "water", due, cents, cents)] if charge else []
        try:
            posting = adjust(self.sheet, UUID(int=4000 + n), of, added, on=MARCH, priority=PRIORITY)
        except AdjustmentExceedsBill:
            return None
        if of.bill_id is not None:
            so_far = self.adjusted.setdefault(number, {})
            so_far["water"] = so_far.get("water", 0) + of.total_cents
        return posting

    def dispute(self, cents: int, which: int) -> None:
        """A part of a charge is questioned: no money moves."""
        owed = [one for one in self.sheet.charges if one.owed_cents]
        if owed:
            one = owed[which % len(owed)]
            part = {one.service: min(cents, one.owed_cents)}
            self.sheet = disputes.dispute(self.sheet, one.bill_id, part)

    def uphold(self, n: int, which: int) -> Posting | None:
        if not self.bills:
            return None
        bill_id = list(self.bills.values())[which % len(self.bills)].bill_id
        left = disputes.held(self.sheet, bill_id)
        if not left:
            return None
        moved = [
            (one, Charge(UUID(int=10_000 * n + place), bill_id, one.service, MARCH + timedelta(days=n), part, part))
            for place, (one, part) in enumerate(left, start=10_000)
        ]
        return disputes.move(self.sheet, UUID(int=6000 + n), moved, MARCH, PRIORITY)

    def cancel(self, n: int, which: int) -> Posting | None:
        if not self.bills:
            return None
        number = list(self.bills)[which % len(self.bills)]
        adjusted = self.adjusted.pop(number, {})
        return cancel(self.sheet, UUID(int=5000 + n), self.bills.pop(number), adjusted, MARCH)


def played(moves: Sequence[tuple[str, int, int]]) -> Iterator[tuple[Year, Posting]]:
    year = Year()
    for n, (kind, cents, which) in enumerate(moves, start=1):
        match kind:
            case "bill" | "gift" | "pay":
                posting: Posting | None = getattr(year, kind)(n, cents, which)
            case "return":
                posting = year.give_back(n, which)
            case "dispute":
                year.dispute(cents, which)
                continue
            case "uphold":
                posting = year.uphold(n, which)
            case "cancel":
                posting = year.cancel(n, which)
            case _:
                posting = year.adjust(n, kind, cents, which)
        if posting is not None:
            year.sheet = posting.sheet
            yield year, posting


@given(steps)
def test_whatever_is_put_right_the_ledger_balances_and_no_cent_is_lost(moves: list[tuple[str, int, int]]) -> None:
    receivable, by_charge = 0, dict[UUID | None, int]()
    for year, posting in played(moves):
        assert sum(entry.amount_cents for entry in posting.entries) == 0
        assert all(entry.amount_cents for entry in posting.entries)
        for entry in posting.entries:
            if entry.book == "receivable":
                receivable += entry.amount_cents
                by_charge[entry.charge_id] = by_charge.get(entry.charge_id, 0) + entry.amount_cents
        sheet = posting.sheet
        assert sheet.balance_cents == receivable
        assert sheet.credit_cents == -by_charge.get(None, 0) >= 0
        assert not sheet.credit_cents or not any(one.open_cents for one in sheet.charges)
        for one in sheet.charges:
            assert one.open_cents == by_charge.get(one.charge_id, 0)
            assert 0 <= one.open_cents <= one.amount_cents - one.credited_cents
            assert 0 <= one.owed_cents <= one.open_cents
        stands = {head.bill_id for head in year.bills.values()}
        assert all(one.amount_cents == one.credited_cents for one in sheet.charges if one.bill_id not in stands)


@given(steps)
def test_when_all_bills_are_cancelled_what_was_paid_is_credit(moves: list[tuple[str, int, int]]) -> None:
    year = Year()
    for after, _ in played([move for move in moves if move[0] != "courtesy"]):
        year = after
    for n in range(len(year.bills)):
        posting = year.cancel(100 + n, 0)
        assert posting is not None
        year.sheet = posting.sheet
    assert year.sheet.balance_cents == -sum(year.payments.values())
    assert year.sheet.credit_cents == sum(year.payments.values())
