"""Refunds that billing approved, paid out by checks: each once, and never over money that was taken back meanwhile.

Source: rulebook 6 (refunds: approval, cleared funds only, refund or credit, never both).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from services.payments.domain.payments import Occasion
from shared.errors import Conflict, Invalid, NotFound
from shared.events.payments import RefundPaid, RefundVoided
from shared.ids import AccountId, RefundId

State = Literal["payable", "paid", "voided"]
VoidReason = Literal["undelivered", "lost", "stopped", "stale", "entered_in_error", "funds_taken_back"]


class RefundUnknown(NotFound):
    """No refund that billing approved has this id."""

    remedy = "List the refunds that are payable; one that was approved a moment ago may not have been heard of yet."


class RefundNotPayable(Conflict):
    """A refund is paid out once."""

    remedy = "Look at it; what was voided is credit on the account again, and refunded by a new refund."


class RefundNamedTwice(Invalid):
    """A refund is paid by one check."""

    remedy = "Name each refund once, with its check."


class CheckNumberUsed(Conflict):
    """A check pays one refund."""

    remedy = "Read the number from the check again."


class CheckDayNotSound(Invalid):
    """A refund's check is drawn on a day from its approval to today."""

    remedy = "Send the date that is printed on the check."


class FundsTakenBack(Conflict):
    """A refund is not paid out of money that was taken back since it was approved."""

    remedy = "Void it (funds_taken_back); what is still credit after that is refunded by a new refund."


class RefundAlreadyVoided(Conflict):
    """A refund is voided once."""

    remedy = "Nothing is to be done: it is credit on the account again."


@dataclass(frozen=True, slots=True)
class Refund:
    """What is to be paid out, to whom, and where it stands."""

    refund_id: RefundId
    account_id: AccountId
    amount_cents: int
    approved_on: date
    state: State = "payable"
    check_number: str | None = None
    paid_on: date | None = None
    void_reason_code: VoidReason | None = None
    voided_on: date | None = None

    @property
    def told_paid(self) -> RefundPaid:
        """What the others are told when it was paid out."""
        assert self.check_number is not None
        assert self.paid_on is not None
        return RefundPaid(
            account_id=self.account_id, refund_id=self.refund_id, amount_cents=self.amount_cents,
            check_number=self.check_number, paid_on=self.paid_on, version=2,
        )  # fmt: skip

    @property
    def told_voided(self) -> RefundVoided:
        """What the others are told when it was voided."""
        assert self.void_reason_code is not None
        assert self.voided_on is not None
        return RefundVoided(
            account_id=self.account_id, refund_id=self.refund_id, amount_cents=self.amount_cents,
            reason_code=self.void_reason_code, paid_on=self.paid_on, voided_on=self.voided_on, version=3,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Check:
    """A check that was drawn for a refund."""

    refund_id: RefundId
    number: str
    drawn_on: date


def pay(
    checks: Sequence[Check],
    known: Mapping[RefundId, Refund],
    used: Collection[str],
    taken_back_on: Mapping[AccountId, date],
    today: date,
) -> list[Refund]:
    """The refunds that these checks pay: all of them, or none.

    `used` are the numbers of checks drawn before, `taken_back_on` the last day on which a payment of an account was
    taken back. On the day of the approval counts as after it: billing may not have heard of it yet.
    Raises RefundUnknown, RefundNamedTwice, RefundNotPayable, CheckNumberUsed, CheckDayNotSound, FundsTakenBack.
    """
    paid: dict[RefundId, Refund] = {}
    numbers = set(used)
    for place, check in enumerate(checks):
        field = f"checks.{place}.refund_id"
        of = known.get(check.refund_id)
        if of is None:
            raise RefundUnknown(field=field, refund_id=check.refund_id)
        if of.refund_id in paid:
            raise RefundNamedTwice(field=field, refund_id=check.refund_id)
        if of.state != "payable":
            raise RefundNotPayable(field=field, state=of.state, check_number=of.check_number)
        _check_drawn(check, of, numbers, today, place)
        taken_back = taken_back_on.get(of.account_id)
        if taken_back is not None and taken_back >= of.approved_on:
            raise FundsTakenBack(field=field, taken_back_on=taken_back, approved_on=of.approved_on)
        numbers.add(check.number)
        paid[of.refund_id] = replace(of, state="paid", check_number=check.number, paid_on=check.drawn_on)
    return list(paid.values())


def void(of: Refund, reason_code: VoidReason, occasion: Occasion) -> Refund:
    """Give it up, paid or not: the check is stopped, came back, or is not to be drawn. Raises RefundAlreadyVoided."""
    if of.state == "voided":
        raise RefundAlreadyVoided(field="refund_id", voided_on=of.voided_on)
    return replace(of, state="voided", void_reason_code=reason_code, voided_on=occasion.today)


def _check_drawn(check: Check, of: Refund, used: Collection[str], today: date, place: int) -> None:
    if check.number in used:
        raise CheckNumberUsed(field=f"checks.{place}.check_number", check_number=check.number)
    if not of.approved_on <= check.drawn_on <= today:
        raise CheckDayNotSound(
            field=f"checks.{place}.paid_on", given=check.drawn_on, approved_on=of.approved_on, today=today
        )
