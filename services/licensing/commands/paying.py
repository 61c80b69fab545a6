"""Money that payments took for our invoices: licenses are issued, suspended and restored by it."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from services.licensing import store
from services.licensing.commands.keeping import keep
from services.licensing.domain import issuing
from services.licensing.domain.applications import Application, State
from services.licensing.domain.invoices import InvoiceUnknown
from services.licensing.domain.steps import Step
from shared.events.payments import PaymentFact, PaymentPosted, PaymentReversed
from shared.ids import new_id
from shared.postgres import Tx


async def credit_payments(tx: Tx, posted: Sequence[PaymentPosted]) -> None:
    """Count payments towards our invoices, and issue or restore what is paid. Raises InvoiceUnknown."""
    ours = [fact for fact in posted if fact.invoice_id is not None]
    steps = await _lock_invoiced(tx, ours, "payment_posted")
    for fact in ours:
        steps[fact.invoice_id] = _credited(steps[fact.invoice_id], fact, tx.today)
    await keep(tx, await with_licenses(tx, _taken(steps.values())))


async def take_back_payments(tx: Tx, reversed_: Sequence[PaymentReversed]) -> None:
    """Count payments no longer, and suspend the licenses that stood on them. Raises InvoiceUnknown."""
    ours = [fact for fact in reversed_ if fact.invoice_id is not None]
    steps = await _lock_invoiced(tx, ours, "payment_reversed")
    for fact in ours:
        step = steps[fact.invoice_id]
        after = issuing.take_back(step.after, fact.payment_id, fact.amount_cents)
        steps[fact.invoice_id] = _with(step, after, fact, {"reason_code": fact.reason_code})
    await keep(tx, _taken(steps.values()))


async def with_licenses(tx: Tx, steps: Sequence[Step]) -> list[Step]:
    """The steps, with the license issued wherever one leaves an application paid within its term."""
    payable = [step for step in steps if _may_be_issued(step.after, tx.today)]
    serials = iter(await store.find_license_serials(tx, len(payable)) if payable else [])
    return [
        replace(step, after=issuing.issue(step.after, new_id(), next(serials), tx.today))
        if _may_be_issued(step.after, tx.today)
        else step
        for step in steps
    ]


async def _lock_invoiced(tx: Tx, facts: Sequence[PaymentFact], action: str) -> dict[UUID | None, Step]:
    invoiced = await store.find_invoiced(tx, [fact.invoice_id for fact in facts if fact.invoice_id is not None])
    for fact in facts:
        if fact.invoice_id not in invoiced:
            raise InvoiceUnknown(field="invoice_id", invoice_id=fact.invoice_id, payment_id=fact.payment_id)
    files = await store.lock_applications(tx, invoiced.values())
    return {invoice_id: Step(files[owner], files[owner], action) for invoice_id, owner in invoiced.items()}


def _credited(step: Step, fact: PaymentPosted, today: date) -> Step:
    after, note = issuing.credit(step.after, fact.payment_id, fact.amount_cents, today)
    return _with(step, after, fact, {"note": note.code, "note_cents": note.cents} if note is not None else {})


def _with(step: Step, after: Application, fact: PaymentFact, more: dict[str, Any]) -> Step:
    if after is step.after:
        return step
    heard = {"payment_id": fact.payment_id, "amount_cents": fact.amount_cents, **more}
    return replace(step, after=after, details={"payments": [*step.details.get("payments", []), heard]})


def _taken(steps: Collection[Step]) -> list[Step]:
    return [step for step in steps if step.after is not step.before]


def _may_be_issued(application: Application, today: date) -> bool:
    return application.state is State.PAID and not issuing.is_past_term(application, today)
