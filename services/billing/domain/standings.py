"""Where an account stands: what it owes, and how far that has gone; and what follows when what it owes changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from services.billing.domain import delinquency
from services.billing.domain.delinquency import Debt, Delinquency, Step
from services.billing.domain.ledger import Charge, Sheet
from services.billing.domain.policies import Policy


@dataclass(frozen=True, slots=True)
class Standing:
    """An account's page in the ledger, and its delinquency."""

    sheet: Sheet
    delinquency: Delinquency


@dataclass(frozen=True, slots=True)
class Change:
    """What one transaction made of an account's standing.

    `deadlines` are to be set or moved; those of the kinds in `needless` fall away.
    """

    before: Standing
    sheet: Sheet
    step: Step
    deadlines: dict[str, datetime]
    needless: tuple[str, ...]

    @property
    def charges_changed(self) -> Iterator[Charge]:
        """Charges that were there before and of which another part is open now."""
        open_before = {charge.charge_id: charge.open_cents for charge in self.before.sheet.charges}
        for charge in self.sheet.charges:
            if open_before.get(charge.charge_id, charge.open_cents) != charge.open_cents:
                yield charge

    @property
    def moves_delinquency(self) -> bool:
        """Whether there is another notice, another date or another authorization than before."""
        was, becomes = self.before.delinquency, self.step.after
        return (was.notice, was.authorization) != (becomes.notice, becomes.authorization)


def standing(sheet: Sheet, behind: Delinquency | None) -> Standing:
    """The standing of an account that fell behind so far, or never; what is open is read from its sheet."""
    notice, authorization = (behind.notice, behind.authorization) if behind else (None, None)
    return Standing(sheet, Delinquency(sheet.account_id, _debts(sheet), notice, authorization))


def settle(before: Standing, sheet: Sheet, now: datetime, zone: ZoneInfo, policy: Policy) -> Change:
    """What follows when postings made this sheet of the account's page."""
    return follow(before, sheet, delinquency.settle(before.delinquency, _debts(sheet), now, policy), zone, policy)


def follow(before: Standing, sheet: Sheet, step: Step, zone: ZoneInfo, policy: Policy) -> Change:
    """The change that a step makes, with the deadlines that move by it."""
    was = delinquency.deadlines(before.delinquency, zone, policy)
    becomes = delinquency.deadlines(step.after, zone, policy)
    moved = {kind: due_at for kind, due_at in becomes.items() if was.get(kind) != due_at}
    return Change(before, sheet, step, moved, tuple(kind for kind in was if kind not in becomes))


def struck(before: Standing, step: Step, now: datetime, zone: ZoneInfo, policy: Policy) -> Change:
    """The change that a struck deadline makes: it is gone, so whatever lies ahead is set."""
    ahead = delinquency.deadlines(step.after, zone, policy)
    return Change(before, before.sheet, step, {kind: at for kind, at in ahead.items() if at > now}, ())


def _debts(sheet: Sheet) -> tuple[Debt, ...]:
    return tuple(Debt(charge.due_on, charge.open_cents) for charge in sheet.charges if charge.open_cents)
