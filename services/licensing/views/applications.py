"""One application on one page: what was answered, what stands against it, why it was rejected, what is due."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field

from services.licensing.domain.applications import ApplicationUnknown
from services.licensing.domain.fees import FeeSchedule, price, total_cents
from services.licensing.domain.forms import Change, diff
from services.licensing.domain.requirements import Finding, Rules, assess
from services.licensing.domain.terms import Term, term_from
from services.licensing.views.parts import (
    ApplicantView,
    ChangeView,
    FeeLineView,
    HistoryEntry,
    InvoiceView,
    IssuedLicense,
    ItemView,
    RequirementView,
    WhyRejected,
)
from shared.ids import ApplicationId
from shared.postgres import Reader

_PAGE = """
SELECT a.application_id, a.application_number, t.code AS license_type, t.name AS license_name, a.state, a.filed_by,
    a.submitted_at, a.round_number, a.respond_by, a.starts_on, a.expires_on, a.period_starts_on, a.version,
    a.applicant_name, a.applicant_contact, a.person_id, f.form_version, s.body AS fees, r.body AS rules,
    now_.answers, before.answers AS answers_before,
    ARRAY(SELECT requirement_code FROM waivers w WHERE w.application_id = $1 AND w.lapsed_at IS NULL) AS waived,
    (SELECT coalesce(jsonb_agg(to_jsonb(d) ORDER BY d.deficiency_id), '[]') FROM deficiencies d
     WHERE d.application_id = $1) AS items,
    (SELECT to_jsonb(i) || jsonb_build_object('payments', paid.payments, 'paid_cents', paid.cents)
     FROM invoices i CROSS JOIN LATERAL (
         SELECT coalesce(jsonb_agg(to_jsonb(p) ORDER BY p.payment_id), '[]') AS payments,
             coalesce(sum(p.amount_cents) FILTER (
                 WHERE p.posted_at IS NOT NULL AND p.taken_back_at IS NULL), 0) AS cents
         FROM invoice_payments p WHERE p.invoice_id = i.invoice_id) AS paid
     WHERE i.application_id = $1) AS invoice,
    (SELECT to_jsonb(l) FROM licenses l WHERE l.application_id = $1) AS license,
    (SELECT jsonb_agg(to_jsonb(c) ORDER BY c.at, c.change_id) FROM application_changes c WHERE c.application_id = $1)
        AS history
FROM applications a
JOIN license_types t USING (license_type_id)
JOIN forms f USING (form_id)
JOIN fee_schedules s USING (fee_schedule_id)
JOIN rule_sets r USING (rule_set_id)
JOIN submissions now_ ON now_.application_id = a.application_id AND now_.round_number = a.round_number
LEFT JOIN submissions before ON before.application_id = a.application_id AND before.round_number = a.round_number - 1
WHERE a.application_id = $1
"""


class ApplicationView(BaseModel):
    """An application, all of it."""

    application_id: ApplicationId
    application_number: str
    license_type: str
    license_name: str
    state: str
    applicant: ApplicantView
    filed_by: str
    submitted_at: datetime
    round_number: int = Field(description="How often it was submitted.")
    respond_by: date | None
    form_version: int
    answers: dict[str, Any]
    changes: list[ChangeView] = Field(description="What differs from the version that was refused.")
    requirements: list[RequirementView]
    items: list[ItemView] = Field(description="Everything that was ever to be corrected, and how it stands.")
    why_rejected: WhyRejected | None = Field(description="Null where nothing stands against it.")
    fee: list[FeeLineView]
    fee_cents: int
    invoice: InvoiceView | None
    license: IssuedLicense | None
    history: list[HistoryEntry]
    version: int


async def find_application(reader: Reader, application_id: ApplicationId) -> ApplicationView:
    """One application with all that hangs on it. Raises ApplicationUnknown."""
    row = await reader.fetchrow(_PAGE, application_id)
    if row is None:
        raise ApplicationUnknown(field="application_id", application_id=application_id)
    rules = Rules.model_validate(row["rules"])
    items = [ItemView.model_validate(item) for item in row["items"]]
    lines = price(FeeSchedule.model_validate(row["fees"]), row["answers"])
    contact = {"name": row["applicant_name"], "contact": row["applicant_contact"], "person_id": row["person_id"]}
    return ApplicationView.model_validate(
        {
            **row, "applicant": contact, "changes": _changes(row), "items": items,
            "requirements": _requirements(reader, row, rules), "why_rejected": _why_rejected(row, rules, items),
            "fee": lines, "fee_cents": total_cents(lines),
        },
        from_attributes=True,
    )  # fmt: skip


def _changes(row: Any) -> tuple[Change, ...]:
    return diff(row["answers_before"], row["answers"]) if row["answers_before"] is not None else ()


def _requirements(reader: Reader, row: Any, rules: Rules) -> list[RequirementView]:
    granted = (row["starts_on"], row["expires_on"], row["period_starts_on"])
    term = term_from(rules.term, reader.today) if None in granted else Term(*granted)
    findings = assess(rules, row["answers"], term, row["submitted_at"], reader.now)
    return [_requirement(finding, finding.requirement.code in row["waived"]) for finding in findings]


def _requirement(finding: Finding, waived: bool) -> RequirementView:
    requirement = finding.requirement
    standing = "met" if finding.unmet is None else "waived" if waived else "unmet"
    return RequirementView.model_validate(
        {**requirement.model_dump(), "standing": standing, "found": finding.unmet}
    )  # fmt: skip


def _why_rejected(row: Any, rules: Rules, items: list[ItemView]) -> WhyRejected | None:
    open_items = [item for item in items if item.standing == "open"]
    denial = next((entry for entry in row["history"] if entry["action"] == "denied"), None)
    if not open_items and denial is None:
        return None
    return WhyRejected.model_validate(
        {
            "open_items": open_items, "denial": denial and {**denial["details"], "why": denial["why"]},
            "respond_by": row["respond_by"], "how_to_resubmit": None if denial else rules.how_to_resubmit,
            "whom_to_call": rules.whom_to_call, "how_to_appeal": rules.how_to_appeal,
        }
    )  # fmt: skip
