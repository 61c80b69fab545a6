"""Writes what steps changed: each table once, whatever the number of steps; and what was done stays on the record."""

from collections.abc import Sequence

from services.licensing.domain.filings import Filing
from services.licensing.domain.steps import Step
from services.licensing.store.amendments import save_amendments
from services.licensing.store.deficiencies import save_deficiencies, save_waivers
from services.licensing.store.invoices import save_invoices
from services.licensing.store.licenses import save_licenses
from services.licensing.store.records import save_records
from shared.postgres import Tx

_INSERT = """
INSERT INTO applications (application_id, application_number, license_type_id, form_id, fee_schedule_id, rule_set_id,
    applicant_name, applicant_contact, applicant_subject, person_id, filed_by, state, round_number, submitted_at,
    version)
SELECT application_id, application_number, license_type_id, form_id, fee_schedule_id, rule_set_id,
    name, contact, subject, person_id, filed_by, state, round_number, submitted_at, version
FROM jsonb_to_recordset($1::jsonb) AS n (
    application_id uuid, application_number text, license_type_id uuid, form_id uuid, fee_schedule_id uuid,
    rule_set_id uuid, name text, contact jsonb, subject text, person_id uuid, filed_by text, state text,
    round_number int, submitted_at timestamptz, version bigint)
"""
_SAVE = """
UPDATE applications a SET state = n.state, round_number = n.round_number, respond_by = n.respond_by,
    starts_on = n.starts_on, expires_on = n.expires_on, period_starts_on = n.period_starts_on, version = n.version
FROM jsonb_to_recordset($1::jsonb) AS n (
    application_id uuid, state text, round_number int, respond_by date, starts_on date, expires_on date,
    period_starts_on date, version bigint)
WHERE a.application_id = n.application_id
"""
_SUBMISSIONS = """
INSERT INTO submissions (application_id, round_number, answers, submitted_by, submitted_at)
SELECT application_id, round_number, answers, $2, $3
FROM jsonb_to_recordset($1::jsonb) AS n (application_id uuid, round_number int, answers jsonb)
"""
_CHANGES = """
INSERT INTO application_changes (application_id, at, by_subject, action, state, license_state, why, details)
SELECT application_id, $2, $3, action, state, license_state, why, details
FROM jsonb_to_recordset($1::jsonb) AS n (
    application_id uuid, action text, state text, license_state text, why text, details jsonb)
"""


async def insert_applications(tx: Tx, filings: Sequence[Filing]) -> None:
    """Keep applications just filed."""
    records = [
        {
            "application_id": each.application.application_id, "application_number": each.application_number,
            "license_type_id": each.application.license_type.license_type_id,
            "form_id": each.application.license_type.form_id,
            "fee_schedule_id": each.application.license_type.fee_schedule_id,
            "rule_set_id": each.application.license_type.rule_set_id,
            "name": each.applicant.name, "contact": each.applicant.contact, "subject": each.applicant.subject,
            "person_id": each.applicant.person_id, "filed_by": each.application.filed_by,
            "state": each.application.state, "round_number": each.application.round_number,
            "submitted_at": each.application.submitted_at, "version": each.application.version,
        }
        for each in filings
    ]  # fmt: skip
    await save_records(tx, _INSERT, records)


async def save_steps(tx: Tx, steps: Sequence[Step]) -> None:
    """Keep what these steps changed, and that they were taken; one step an application."""
    await save_records(tx, _SAVE, (_standing(step) for step in steps if step.before is not None))
    await save_records(tx, _SUBMISSIONS, (_submission(step) for step in steps if _was_submitted(step)),
                         tx.actor.subject, tx.now)  # fmt: skip
    await save_deficiencies(tx, steps)
    await save_waivers(tx, steps)
    await save_invoices(tx, steps)
    await save_licenses(tx, steps)
    await save_amendments(tx, steps)
    await save_records(tx, _CHANGES, (_change(step) for step in steps), tx.now, tx.actor.subject)


def _standing(step: Step) -> dict[str, object]:
    one, term = step.after, step.after.term
    return {
        "application_id": one.application_id, "state": one.state, "round_number": one.round_number,
        "respond_by": one.respond_by, "version": one.version, "starts_on": term and term.starts_on,
        "expires_on": term and term.expires_on, "period_starts_on": term and term.period_starts_on,
    }  # fmt: skip


def _was_submitted(step: Step) -> bool:
    return step.before is None or step.before.round_number < step.after.round_number


def _submission(step: Step) -> dict[str, object]:
    one = step.after
    return {"application_id": one.application_id, "round_number": one.round_number, "answers": one.answers}


def _change(step: Step) -> dict[str, object]:
    one = step.after
    return {
        "application_id": one.application_id, "action": step.action, "state": one.state,
        "license_state": one.license and one.license.state, "why": step.why, "details": step.details,
    }  # fmt: skip
