"""What puts an error right is proposed by one person and, above an amount, approved by another.

Source: rulebook 3 (corrections name who, why and who approved). The amounts are policy.
"""

from dataclasses import dataclass
from typing import Literal

from services.billing.domain.policies import Correction, CorrectionPolicy
from shared.errors import Conflict, Forbidden, NotFound

State = Literal["proposed", "approved", "refused"]


class NobodyApprovesTheirOwn(Forbidden):
    """What one person proposed, another approves."""

    remedy = "Ask a colleague with the right to approve; to take it back, refuse it."


class CorrectionAlreadyDecided(Conflict):
    """A correction is approved or refused once."""

    remedy = "Read it again; it was decided meanwhile, or needed nobody's approval. A new error is a new correction."


class CorrectionUnknown(NotFound):
    """A correction is known by its id."""

    remedy = "List those of the account, and choose from there."


@dataclass(frozen=True, slots=True)
class Proposal:
    """Where a correction stands: who wants it, and what became of it."""

    state: State
    proposed_by: str


def needs_another(kind: Correction, amount_cents: int, policy: CorrectionPolicy) -> bool:
    """Whether a second person must agree: above the amount of policy."""
    return abs(amount_cents) > policy.approval_over_cents[kind]


def check_decision(of: Proposal, by: str, *, approves: bool) -> None:
    """Raises CorrectionAlreadyDecided, NobodyApprovesTheirOwn. Refusing one's own is taking it back."""
    if of.state != "proposed":
        raise CorrectionAlreadyDecided(field="state", state=of.state)
    if approves and of.proposed_by == by:
        raise NobodyApprovesTheirOwn(field="approved_by", proposed_by=of.proposed_by)
