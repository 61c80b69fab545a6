"""Changes of what rates go by: locked by their account, added, never rewritten."""

import json
from collections.abc import Iterable, Mapping

from services.accounts.domain.changes import Change
from services.accounts.domain.circumstances import Circumstances
from shared.ids import AgreementId
from shared.postgres import Tx

_FIND = """
SELECT agreement_id, change_id, effective_on, evidence, customer_class, dwelling_units, discounts,
       former_customer_class, former_dwelling_units, former_discounts
FROM rate_changes WHERE agreement_id = ANY($1::uuid[])
"""
# An array of arrays must be square, so each list of discounts travels as text.
_ADD = """
INSERT INTO rate_changes (agreement_id, change_id, effective_on, customer_class, dwelling_units, discounts,
    former_customer_class, former_dwelling_units, former_discounts, reason_code, evidence, recorded_at, recorded_by)
SELECT agreement_id, change_id, effective_on, customer_class, dwelling_units,
    ARRAY(SELECT jsonb_array_elements_text(discounts::jsonb)), former_class, former_units,
    ARRAY(SELECT jsonb_array_elements_text(former_discounts::jsonb)), reason_code, evidence, $12, $13
FROM unnest($1::uuid[], $2::uuid[], $3::date[], $4::text[], $5::int[], $6::text[], $7::text[], $8::int[], $9::text[],
    $10::text[], $11::text[])
    AS c (agreement_id, change_id, effective_on, customer_class, dwelling_units, discounts, former_class, former_units,
    former_discounts, reason_code, evidence)
"""


async def find_rate_changes(
    tx: Tx, agreement_ids: Iterable[AgreementId]
) -> dict[AgreementId, list[Change[Circumstances]]]:
    """All changes of what the rates of these agreements go by."""
    found: dict[AgreementId, list[Change[Circumstances]]] = {}
    for row in await tx.fetch(_FIND, sorted(set(agreement_ids))):
        agreement_id, change_id, on, evidence, *values = row.values()
        change = Change(change_id, on, _circumstances(*values[:3]), _circumstances(*values[3:]), evidence)
        found.setdefault(agreement_id, []).append(change)
    return found


async def insert_rate_changes(
    tx: Tx, changes: Mapping[AgreementId, Change[Circumstances]], reason_codes: Mapping[AgreementId, str]
) -> None:
    """Add changes of what rates go by, with why."""
    rows = [
        (agreement_id, one.change_id, one.effective_on, *_columns(one.value), *_columns(one.former),
         reason_codes[agreement_id], one.evidence)
        for agreement_id, one in sorted(changes.items())
    ]  # fmt: skip
    await tx.execute(_ADD, *map(list, zip(*rows, strict=True)), tx.now, tx.actor.subject)


def _circumstances(customer_class: str, dwelling_units: int, discounts: Iterable[str]) -> Circumstances:
    return Circumstances(customer_class, dwelling_units, tuple(discounts))


def _columns(one: Circumstances) -> tuple[str, int, str]:
    return one.customer_class, one.dwelling_units, json.dumps(one.discounts)
