"""What a crew found where tampering was suspected: restricted, and each reading of it is on the record.

An order shows everybody that something was found; what, stands here alone. **Source** rulebook 2 and 8.
"""

from datetime import datetime

from pydantic import BaseModel, Field

from services.accounts.domain.dockets import OrderUnknown
from services.accounts.domain.kinds import RESTRICTED, WorkKind
from services.accounts.domain.orders import OrderState
from shared.ids import OrderId
from shared.postgres import Reader

RESTRICTED_KINDS = f"({', '.join(repr(kind.value) for kind in sorted(RESTRICTED))})"
OPEN_DETAILS = f"""
CASE WHEN o.kind IN {RESTRICTED_KINDS} AND c.details ?| '{{finding_code,evidence}}'
     THEN c.details - '{{finding_code,evidence}}'::text[] || '{{"findings": "restricted"}}' ELSE c.details END
"""
"""The details of a line of history (c) of an order (o), as far as whoever reads orders may read them."""
_FINDINGS = f"""
SELECT o.order_id, o.kind, coalesce((
    SELECT jsonb_agg(jsonb_build_object(
        'version', c.version, 'state', c.state, 'recorded_at', c.changed_at, 'recorded_by', c.changed_by,
        'crew', c.details -> 'crew', 'finding_code', c.details -> 'finding_code',
        'evidence', coalesce(c.details -> 'evidence', '[]')) ORDER BY c.version)
    FROM order_changes c WHERE c.order_id = o.order_id AND o.kind IN {RESTRICTED_KINDS}
        AND c.details ?| '{{finding_code,evidence}}'), '[]') AS findings
FROM service_orders o WHERE o.order_id = $1
"""


class FindingView(BaseModel):
    """What a crew found on one visit, and where it can be looked up."""

    version: int = Field(description="The line of the order's history that it belongs to.")
    state: OrderState
    recorded_at: datetime
    recorded_by: str
    crew: str
    finding_code: str | None
    evidence: list[str]


class FindingsView(BaseModel):
    """The restricted findings of an order, the first one first; of other kinds of work they stand in its history."""

    order_id: OrderId
    kind: WorkKind
    findings: list[FindingView]


async def find_findings(tx: Reader, order_id: OrderId) -> FindingsView:
    """What was found. Raises OrderUnknown."""
    row = await tx.fetchrow(_FINDINGS, order_id)
    if row is None:
        raise OrderUnknown(field="order_id", order_id=order_id)
    return FindingsView.model_validate(dict(row))
