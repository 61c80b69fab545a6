"""What people send of decisions before a service starts."""

from pydantic import Field

from services.accounts.commands.forms.form import Form, Reason
from services.accounts.domain.decisions import DebtDecision, DepositDecision
from shared.events.fields import CentsPaid, Sentence
from shared.ids import AccountId


class DebtDecisionForm(Form):
    """What was decided about an applicant's old debt."""

    decision: DebtDecision
    owing_account_id: AccountId | None = Field(
        default=None, description="An account of the same person; with no_debt none."
    )
    reason_code: Reason
    evidence: Sentence = Field(description="What was seen: Receipt 4-00017, or the arrangement.")


class DepositDecisionForm(Form):
    """Whether a deposit is asked for, and how much."""

    decision: DepositDecision
    amount_cents: CentsPaid | None = Field(default=None, description="Of a deposit that is required.")
    reason_code: Reason
    evidence: Sentence = Field(description="What it goes by: twelve months without a notice.")
