"""Decisions before a service starts: about old debt of the same person, and about a deposit; on the record for ever."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal
from uuid import UUID

from shared.errors import Conflict, Invalid
from shared.ids import AccountId, PersonId

Subject = Literal["debt", "deposit"]


class DebtDecision(StrEnum):
    """What was decided about what an applicant still owes from another account."""

    NO_DEBT = "no_debt"
    PAID = "paid"
    ARRANGED = "arranged"
    REFUSED = "refused"


class DepositDecision(StrEnum):
    """Whether a deposit is asked for; how much it may be is billing's rule (at most two average monthly bills)."""

    REQUIRED = "required"
    WAIVED = "waived"


class DebtOfAnotherPerson(Conflict):
    """An applicant answers for her own old debt, and never for the last tenant's."""

    remedy = "Name an account that the applicant holds or held; the debt of another person is collected from that one."


class OwingAccountMissing(Invalid):
    """A decision about old debt names the account that owes it; without debt there is none."""

    remedy = "Send owing_account_id with paid, arranged and refused, and leave it out with no_debt."


class DepositAmountMissing(Invalid):
    """A deposit that is required has an amount; one that is waived has none."""

    remedy = "Send amount_cents with required, and leave it out with waived."


class OldDebtStandsInTheWay(Conflict):
    """A service that was refused for the applicant's old debt is not started."""

    remedy = "Have the debt paid or arranged, record that decision, and order it again."


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision about an account that is to take service."""

    decision_id: UUID
    account_id: AccountId
    subject: Subject
    decision: str
    reason_code: str
    evidence: str
    owing_account_id: AccountId | None = None
    amount_cents: int | None = None


def check_debt(decision: Decision, holders: Mapping[AccountId, Collection[PersonId]]) -> None:
    """The debt is the applicant's own. `holders` are those who hold or held the two accounts.

    Raises OwingAccountMissing, DebtOfAnotherPerson. **Source**: rulebook 11, story 6: never the last tenant's debt.
    """
    owing = decision.owing_account_id
    if (owing is None) != (decision.decision == DebtDecision.NO_DEBT):
        raise OwingAccountMissing(field="owing_account_id", decision=decision.decision)
    if owing is not None and not set(holders.get(owing, ())) & set(holders.get(decision.account_id, ())):
        raise DebtOfAnotherPerson(field="owing_account_id", owing_account_id=owing)


def check_deposit(decision: Decision) -> None:
    """Raises DepositAmountMissing."""
    if (decision.amount_cents is None) != (decision.decision == DepositDecision.WAIVED):
        raise DepositAmountMissing(field="amount_cents", decision=decision.decision)


def check_may_start(account_id: AccountId, last: Mapping[AccountId, str]) -> None:
    """The last decision about old debt does not refuse the service. Raises OldDebtStandsInTheWay."""
    if last.get(account_id) == DebtDecision.REFUSED:
        raise OldDebtStandsInTheWay(account_id=account_id)
