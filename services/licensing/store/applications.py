"""Applications with all that hangs on them, read under lock."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from services.licensing.domain.amendments import Amendment
from services.licensing.domain.applications import Application, State
from services.licensing.domain.deficiencies import Deficiency, Standing
from services.licensing.domain.fees import FeeLine
from services.licensing.domain.invoices import Invoice, Payment
from services.licensing.domain.licenses import License, LicenseState
from services.licensing.domain.terms import Term
from services.licensing.domain.types import LicenseType
from services.licensing.store.amendments import find_amendments
from services.licensing.store.types import find_types_kept
from shared.postgres import Tx

_LOCK = "SELECT FROM applications WHERE application_id = ANY($1::uuid[]) ORDER BY application_id FOR UPDATE"
_APPLICATIONS = """
SELECT a.application_id, a.form_id, a.fee_schedule_id, a.rule_set_id,
    a.state, a.round_number, a.version, a.filed_by, a.applicant_name, a.applicant_subject, a.submitted_at, a.respond_by,
    a.starts_on, a.expires_on, a.period_starts_on, s.answers,
    ARRAY(SELECT w.requirement_code FROM waivers w
          WHERE w.application_id = a.application_id AND w.lapsed_at IS NULL) AS waived,
    i.invoice_id, i.invoice_number, i.amount_cents, i.lines, i.raised_on, i.cancelled_on,
    l.license_id, l.license_number, l.state AS license_state, l.issued_on, l.version AS license_version, l.reason_code,
    l.starts_on AS license_starts_on, l.expires_on AS license_expires_on, l.period_starts_on AS license_period_starts_on
FROM applications a
JOIN submissions s ON s.application_id = a.application_id AND s.round_number = a.round_number
LEFT JOIN invoices i ON i.application_id = a.application_id
LEFT JOIN licenses l ON l.application_id = a.application_id
WHERE a.application_id = ANY($1::uuid[])
ORDER BY a.application_id
"""
_DEFICIENCIES = """
SELECT application_id, deficiency_id, standing, requirement_code, fields, reason_code, citation, found,
    remedy, evidence, due_on, raised_round, closed_at, closed_by, closed_why
FROM deficiencies WHERE application_id = ANY($1::uuid[]) ORDER BY application_id, deficiency_id
"""
_PAYMENTS = """
SELECT i.application_id, p.payment_id, p.amount_cents, p.posted_at IS NOT NULL, p.taken_back_at IS NOT NULL
FROM invoice_payments p JOIN invoices i USING (invoice_id)
WHERE i.application_id = ANY($1::uuid[]) ORDER BY p.payment_id
"""


async def lock_applications(tx: Tx, application_ids: Collection[UUID]) -> dict[UUID, Application]:
    """These applications, those that exist, locked in key order."""
    ids = sorted(set(application_ids))
    if not ids:
        return {}
    await tx.fetch(_LOCK, ids)
    deficiencies, payments = defaultdict(list), defaultdict(list)
    for application_id, *columns in await tx.fetch(_DEFICIENCIES, ids):
        deficiencies[application_id].append(_deficiency(columns))
    for application_id, *columns in await tx.fetch(_PAYMENTS, ids):
        payments[application_id].append(Payment(*columns))
    amendments = await find_amendments(tx, ids)
    types = await find_types_kept(tx, ids)
    return {
        row["application_id"]: _application(
            row, types[row["form_id"], row["fee_schedule_id"], row["rule_set_id"]],
            tuple(deficiencies[row["application_id"]]), tuple(payments[row["application_id"]]),
            amendments.get(row["application_id"], ()),
        )
        for row in await tx.fetch(_APPLICATIONS, ids)
    }  # fmt: skip


async def find_invoiced(tx: Tx, invoice_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Which application each of these invoices belongs to."""
    rows = await tx.fetch(
        "SELECT invoice_id, application_id FROM invoices WHERE invoice_id = ANY($1::uuid[])", sorted(set(invoice_ids))
    )
    return {row["invoice_id"]: row["application_id"] for row in rows}


async def find_licensed(tx: Tx, license_ids: Collection[UUID]) -> list[UUID]:
    """The applications on which these licenses were issued."""
    rows = await tx.fetch(
        "SELECT application_id FROM licenses WHERE license_id = ANY($1::uuid[])", sorted(set(license_ids))
    )
    return [row["application_id"] for row in rows]


def _application(
    row: Any, license_type: LicenseType, deficiencies: tuple[Deficiency, ...], payments: tuple[Payment, ...],
    amendments: tuple[Amendment, ...],
) -> Application:  # fmt: skip
    return Application(
        application_id=row["application_id"], license_type=license_type, state=State(row["state"]),
        round_number=row["round_number"], version=row["version"],
        filed_by=row["filed_by"], applicant_name=row["applicant_name"], applicant_subject=row["applicant_subject"],
        submitted_at=row["submitted_at"],
        answers=row["answers"], deficiencies=deficiencies, waived=frozenset(row["waived"]),
        respond_by=row["respond_by"], term=_term(row, ""), invoice=_invoice(row, payments), license=_license(row),
        amendments=amendments,
    )  # fmt: skip


def _deficiency(columns: list[Any]) -> Deficiency:
    deficiency_id, standing, code, fields, *rest = columns
    return Deficiency(deficiency_id, Standing(standing), code, tuple(fields), *rest)


def _term(row: Any, whose: str) -> Term | None:
    days = [row[f"{whose}{name}"] for name in ("starts_on", "expires_on", "period_starts_on")]
    return None if None in days else Term(*days)


def _invoice(row: Any, payments: tuple[Payment, ...]) -> Invoice | None:
    if row["invoice_id"] is None:
        return None
    return Invoice(
        row["invoice_id"], row["invoice_number"], row["amount_cents"], tuple(FeeLine(**line) for line in row["lines"]),
        row["raised_on"], row["cancelled_on"], payments,
    )  # fmt: skip


def _license(row: Any) -> License | None:
    term = _term(row, "license_")
    if row["license_id"] is None or term is None:
        return None
    return License(
        row["license_id"], row["license_number"], LicenseState(row["license_state"]), row["issued_on"], term,
        row["license_version"], row["reason_code"],
    )  # fmt: skip
