"""What the rates of a service go by, and all its changes by the day from which they hold."""

from pydantic import BaseModel, Field

from services.accounts.domain.requests import AgreementUnknown
from services.accounts.views.changes import ChangeLine
from shared.ids import AccountId, AgreementId
from shared.postgres import Reader

RATES_ON_DAY = """
LEFT JOIN LATERAL (
    SELECT c.customer_class, c.dwelling_units, c.discounts FROM rate_changes c
    WHERE c.agreement_id = g.agreement_id AND c.effective_on <= $2
    ORDER BY c.effective_on DESC, c.change_id DESC LIMIT 1) r ON true
"""
"""What rates go by on the day $2, beside an agreement g; nothing where it is still what was agreed."""

_RATES = f"""
SELECT g.agreement_id, g.account_id, a.version, g.discount_evidence,
    coalesce(r.customer_class, g.customer_class) AS customer_class,
    coalesce(r.dwelling_units, g.dwelling_units) AS dwelling_units, coalesce(r.discounts, g.discounts) AS discounts,
    coalesce((SELECT jsonb_agg(to_jsonb(c) - 'agreement_id' ORDER BY c.effective_on, c.change_id)
              FROM rate_changes c WHERE c.agreement_id = g.agreement_id), '[]') AS changes
FROM service_agreements g JOIN accounts a USING (account_id) {RATES_ON_DAY} WHERE g.agreement_id = $1
"""


class RateChange(ChangeLine):
    """A change of what rates go by."""

    customer_class: str
    dwelling_units: int
    discounts: list[str]
    former_customer_class: str
    former_dwelling_units: int
    former_discounts: list[str]
    reason_code: str


class RateHistory(BaseModel):
    """What the rates of a service go by now, and all changes of it by the day from which they hold."""

    agreement_id: AgreementId
    account_id: AccountId
    customer_class: str
    dwelling_units: int
    discounts: list[str]
    discount_evidence: str | None = Field(description="What was seen for the discounts that were agreed first.")
    version: int = Field(description="The account's.")
    changes: list[RateChange]


async def find_rate_history(tx: Reader, agreement_id: AgreementId) -> RateHistory:
    """What the rates of an agreement go by. Raises AgreementUnknown."""
    row = await tx.fetchrow(_RATES, agreement_id, tx.today)
    if row is None:
        raise AgreementUnknown(field="agreement_id", agreement_id=agreement_id)
    return RateHistory.model_validate(dict(row))
