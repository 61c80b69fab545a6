"""How far an unpaid debt has gone: notice, authorization, shut-off and back, as pure steps.

    current --notice--> noticed --authorize--> authorized --shut_off--> shut_off --settle--> reconnecting
                           ^                       | settle (paid)                             ^      |
                           |                       v                                           |      | reconnect
                           +---- settle ------- withdrawn ------------ shut_off (crossed) -----+      v
                             (payment returned)                                              current, noticed

The stage is not kept: it follows from what is open, the last notice and the last authorization. A notice covers the
debts that were old enough when it was sent. What it asks is that those be paid; then the authorization it led to is
withdrawn, or the water comes back. A part payment changes nothing. A returned payment opens the same debts again,
and the same notice covers them, but the earliest shut-off moves away: it is never instant.

Source: N.J.S.A. 40A:31-12 (unpaid 30 days after due, written notice 10 days before); N.J.A.C. 14:3-3A.3 (pack bpu).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from services.billing.domain.policies import Policy
from shared.clock import local_date
from shared.events.billing import NoticeSent, ReconnectionAuthorized, ShutoffAuthorized, ShutoffWithdrawn
from shared.ids import AccountId, AuthorizationId, NoticeId

State = Literal["authorized", "withdrawn", "executed", "reconnecting", "reconnected"]
Ground = Literal["paid", "supervisor"]
"""Why what a notice asked for is no longer asked: money came, or a person put the account right."""
Told = NoticeSent | ShutoffAuthorized | ShutoffWithdrawn | ReconnectionAuthorized
Ahead = tuple[str, date | datetime]
"""What the clock must look at, and when: a day, or a moment."""

NOTICE = "notice"
SHUTOFF = "shutoff"


class Stage(StrEnum):
    """Where an account stands."""

    CURRENT = "current"
    NOTICED = "noticed"
    AUTHORIZED = "authorized"
    SHUT_OFF = "shut_off"
    RECONNECTING = "reconnecting"


class Debt(Protocol):
    """What is open of what falls due on one day: a charge in the ledger."""

    @property
    def due_on(self) -> date:
        """The last day to pay it."""
        ...

    @property
    def open_cents(self) -> int:
        """What of it is not paid; nothing is possible."""
        ...


@dataclass(frozen=True, slots=True)
class Notice:
    """A written notice: it covers debts due through a day, and no shut-off is authorized before `shutoff_at`."""

    notice_id: NoticeId
    sent_at: datetime
    covers_through_on: date
    shutoff_at: datetime


@dataclass(frozen=True, slots=True)
class Authorization:
    """Leave to shut off, and what became of it."""

    authorization_id: AuthorizationId
    state: State


@dataclass(frozen=True, slots=True)
class Delinquency:
    """An account's debts in the order in which they fall due, its last notice and its last authorization."""

    account_id: AccountId
    debts: tuple[Debt, ...]
    notice: Notice | None = None
    authorization: Authorization | None = None

    @property
    def asked_cents(self) -> int:
        """What the notice asks for and is not paid."""
        if self.notice is None:
            return 0
        return sum(debt.open_cents for debt in self.debts if debt.due_on <= self.notice.covers_through_on)

    @property
    def stage(self) -> Stage:
        """Where the account stands now."""
        match self.authorization.state if self.authorization else None:
            case "authorized":
                return Stage.AUTHORIZED
            case "executed":
                return Stage.SHUT_OFF
            case "reconnecting":
                return Stage.RECONNECTING
        return Stage.NOTICED if self.asked_cents else Stage.CURRENT


@dataclass(frozen=True, slots=True)
class Step:
    """What an account's delinquency became, what is told of it, and the authorizations that changed."""

    after: Delinquency
    told: tuple[Told, ...] = ()
    changed: tuple[Authorization, ...] = ()

    def then(self, following: "Step") -> "Step":
        """This step and the one that followed it, as one."""
        return Step(following.after, self.told + following.told, self.changed + following.changed)


def settle(before: Delinquency, debts: Sequence[Debt], now: datetime, policy: Policy, ground: Ground = "paid") -> Step:
    """What follows when the open debts changed: a bill, a payment, a payment taken back, a correction, a dispute."""
    after = Delinquency(before.account_id, tuple(debts), before.notice, before.authorization)
    if after.notice is None:
        return Step(after)
    if after.asked_cents and not before.asked_cents:
        after = _put_off(after, now, policy)
    if after.asked_cents or after.authorization is None:
        return Step(after)
    match after.authorization.state:
        case "authorized":
            told = ShutoffWithdrawn(
                account_id=after.account_id, authorization_id=after.authorization.authorization_id,
                reason_code=ground, withdrawn_at=now,
            )  # fmt: skip
            return _become(after, "withdrawn", told)
        case "executed":
            return _become(after, "reconnecting", _reconnection(after.account_id, after.authorization, now))
    return Step(after)


def notice(before: Delinquency, notice_id: NoticeId, now: datetime, zone: ZoneInfo, policy: Policy) -> Step:
    """Send the notice, if the debts are old enough for it and none covers them yet.

    The days of the policy are calendar days in the town's zone: after the due date, and from the moment of sending.
    **Source**: N.J.S.A. 40A:31-12 (30 days, then 10); N.J.A.C. 14:3-3A.3 (20 days from the bill, and enough arrears).
    """
    today = local_date(now, zone)
    notice_on = _notice_on(before.debts, policy)
    if before.stage is not Stage.CURRENT or notice_on is None or notice_on > today:
        return Step(before)
    old_enough = today - timedelta(days=policy.notice_after_due_days)
    shutoff_at = now + timedelta(days=policy.shutoff_after_notice_days)
    sent = Notice(notice_id, now, old_enough, shutoff_at)
    after = replace(before, notice=sent)
    told = NoticeSent(
        account_id=after.account_id, notice_id=notice_id, past_due_cents=after.asked_cents,
        sent_on=today, shutoff_not_before_on=local_date(shutoff_at, zone),
    )  # fmt: skip
    return Step(after, (told,))


def authorize(
    before: Delinquency, authorization_id: AuthorizationId, now: datetime, zone: ZoneInfo, policy: Policy
) -> Step:
    """Authorize the shut-off, if what the notice asked for is still not paid when its days have passed.

    What is left after a part payment must still be enough, or old enough, to shut off for; else that day is awaited.
    **Source**: N.J.S.A. 40A:31-12; N.J.A.C. 14:3-3A.3 (over $200, or over three months).
    """
    if before.stage is not Stage.NOTICED or before.notice is None or now < before.notice.shutoff_at:
        return Step(before)
    ripe_on = _notice_on([debt for debt in before.debts if debt.due_on <= before.notice.covers_through_on], policy)
    assert ripe_on is not None
    if ripe_on > local_date(now, zone):
        return Step(replace(before, notice=replace(before.notice, shutoff_at=_morning(ripe_on, zone))))
    told = ShutoffAuthorized(
        account_id=before.account_id, authorization_id=authorization_id, notice_id=before.notice.notice_id,
        past_due_cents=before.asked_cents, authorized_at=now,
    )  # fmt: skip
    given = Authorization(authorization_id, "authorized")
    return Step(replace(before, authorization=given), (told,), (given,))


def shut_off(before: Delinquency, shut: Authorization, now: datetime) -> Step:
    """The crew shut the water off. If its authorization was withdrawn meanwhile, or the debt is paid, bring it back.

    `shut` is the authorization that the crew had; it may be older than the account's last one.
    """
    if shut.state not in ("authorized", "withdrawn"):
        return Step(before)
    if shut.state == "withdrawn" or not before.asked_cents:
        return _change(before, replace(shut, state="reconnecting"), _reconnection(before.account_id, shut, now))
    return _change(before, replace(shut, state="executed"))


def reconnect(before: Delinquency, shut: Authorization, now: datetime, policy: Policy) -> Step:
    """The water is on again. Debts that a returned payment opened meanwhile begin with time to pay."""
    if shut.state not in ("executed", "reconnecting"):
        return Step(before)
    step = _change(before, replace(shut, state="reconnected"))
    return replace(step, after=_put_off(step.after, now, policy)) if step.after.asked_cents else step


def ahead(of: Delinquency, policy: Policy) -> Ahead | None:
    """What the clock must look at next: the day for a notice, or the moment at which a notice's days have passed."""
    stage = of.stage
    if stage is Stage.NOTICED and of.notice is not None:
        return SHUTOFF, of.notice.shutoff_at
    notice_on = _notice_on(of.debts, policy) if stage is Stage.CURRENT else None
    return None if notice_on is None else (NOTICE, notice_on)


def moment_of(looking: Ahead, zone: ZoneInfo) -> datetime:
    """When the clock strikes: a day's notice is sent when the day begins."""
    _, at = looking
    return at if isinstance(at, datetime) else _morning(at, zone)


def _notice_on(debts: Sequence[Debt], policy: Policy) -> date | None:
    """The first day on which the debts call for a notice: old enough, and enough of them (or older still)."""
    owed, oldest = 0, None
    for debt in debts:
        if debt.open_cents <= 0:
            continue
        oldest = oldest or debt
        owed += debt.open_cents
        if owed > policy.arrears_over_cents:
            enough_on = debt.due_on + timedelta(days=policy.notice_after_due_days)
            return min(enough_on, _older_on(oldest, policy))
    return None if oldest is None else _older_on(oldest, policy)


def _older_on(oldest: Debt, policy: Policy) -> date:
    return oldest.due_on + timedelta(days=max(policy.notice_after_due_days, policy.arrears_over_days))


def _put_off(of: Delinquency, now: datetime, policy: Policy) -> Delinquency:
    """Debts that are open again leave time to pay: the shut-off is never instant (rulebook 6, returned check)."""
    assert of.notice is not None
    earliest = now + timedelta(days=policy.shutoff_after_return_days)
    return replace(of, notice=replace(of.notice, shutoff_at=max(of.notice.shutoff_at, earliest)))


def _become(of: Delinquency, state: State, *told: Told) -> Step:
    assert of.authorization is not None
    return _change(of, replace(of.authorization, state=state), *told)


def _change(of: Delinquency, changed: Authorization, *told: Told) -> Step:
    """The step in which an authorization changed: the account's last one, or an older one still in the field."""
    last = of.authorization
    is_last = last is not None and last.authorization_id == changed.authorization_id
    return Step(replace(of, authorization=changed) if is_last else of, told, (changed,))


def _morning(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _reconnection(account_id: AccountId, of: Authorization, now: datetime) -> ReconnectionAuthorized:
    return ReconnectionAuthorized(account_id=account_id, authorization_id=of.authorization_id, authorized_at=now)
