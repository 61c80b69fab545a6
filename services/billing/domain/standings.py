"""Where an account stands: what it owes, and how far that has gone; and what follows when what it owes changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from services.billing.domain import delinquency
from services.billing.domain.delinquency import Delinquency, Ground, Step
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

    `deadline` is to be set or moved to its moment; `needless` is the kind of one that falls away.
    """

    before: Standing
    sheet: Sheet
    step: Step
    deadline: tuple[str, datetime] | None
    needless: str | None

    @property
    def charges_changed(self) -> Iterator[Charge]:
        """Charges that were there before and of which another part is open, taken off or disputed now."""
        if self.sheet is not self.before.sheet:
            before = {charge.charge_id: charge for charge in self.before.sheet.charges}
            for charge in self.sheet.charges:
                if before.get(charge.charge_id, charge) != charge:
                    yield charge

    @property
    def moves_delinquency(self) -> bool:
        """Whether there is another notice, another date or another authorization than before."""
        was, becomes = self.before.delinquency, self.step.after
        return was.notice != becomes.notice or was.authorization != becomes.authorization


def standing(sheet: Sheet, behind: Delinquency | None) -> Standing:
    """The standing of an account that fell behind so far, or never; what is open is read from its sheet."""
    notice, authorization = (behind.notice, behind.authorization) if behind else (None, None)
    return Standing(sheet, Delinquency(sheet.account_id, sheet.debts, notice, authorization))


def settle(
    before: Standing, sheet: Sheet, now: datetime, zone: ZoneInfo, policy: Policy, *, ground: Ground = "paid"
) -> Change:
    """What follows when postings, or a dispute, made this sheet of the account's page."""
    step = delinquency.settle(before.delinquency, sheet.debts, now, policy, ground)
    return follow(before, sheet, step, zone, policy)


def follow(before: Standing, sheet: Sheet, step: Step, zone: ZoneInfo, policy: Policy) -> Change:
    """The change that a step makes, with the deadline that moves by it."""
    was, becomes = delinquency.ahead(before.delinquency, policy), delinquency.ahead(step.after, policy)
    if was == becomes:
        return Change(before, sheet, step, None, None)
    deadline = None if becomes is None else (becomes[0], delinquency.moment_of(becomes, zone))
    needless = was[0] if was is not None and (becomes is None or becomes[0] != was[0]) else None
    return Change(before, sheet, step, deadline, needless)


def struck(before: Standing, step: Step, now: datetime, zone: ZoneInfo, policy: Policy) -> Change:
    """The change that a struck deadline makes: it is gone, so what lies ahead is set."""
    becomes = delinquency.ahead(step.after, policy)
    at = None if becomes is None else (becomes[0], delinquency.moment_of(becomes, zone))
    return Change(before, before.sheet, step, at if at and at[1] > now else None, None)
