"""What people ask of bills and bill runs."""

from typing import Annotated

from fastapi import Query

from services.billing import commands, views
from services.billing.commands import BillReleased, BillRunStarted, NewBillRun
from services.billing.views import BillForm, BillRunView, BillState, BillSummary, BillView, ExceptionView
from shared.auth import Role, permission
from shared.http import HTML, PDF, Door, Page, PageQuery, Paper, ReadTx, WriteTx
from shared.ids import AccountId, BillId, JobId
from shared.paper import Language

door = Door()

READ_BILLS = permission("bills.read", Role.CSR, Role.SENIOR, Role.SUPERVISOR, Role.CASHIER, Role.BILLING, Role.SERVICE)
RUN_BILLS = permission("bills.run", Role.BILLING)
RELEASE_BILLS = permission("bills.release", Role.SUPERVISOR, Role.BILLING)


@door.post("/bill-runs", needs=RUN_BILLS, status_code=202, idempotent=True)
async def post_bill_run(tx: WriteTx, body: NewBillRun) -> BillRunStarted:
    """Bill a cycle, as a job. The same run twice makes no second bill."""
    return await commands.start_bill_run(tx, body)


@door.get("/bill-runs/{job_id}", needs=READ_BILLS)
async def get_bill_run(tx: ReadTx, job_id: JobId) -> BillRunView:
    """A run, added up: issued, held, and what could not be billed."""
    return await views.find_bill_run(tx, job_id)


@door.get("/billing-exceptions", needs=READ_BILLS)
async def list_billing_exceptions(
    tx: ReadTx, page: PageQuery, job_id: JobId | None = None, account_id: AccountId | None = None
) -> Page[ExceptionView]:
    """What could not be billed, the rule, and what to do; newest first."""
    return await views.list_exceptions(tx, page, job_id, account_id)


@door.get("/bills", needs=READ_BILLS)
async def list_bills(
    tx: ReadTx, page: PageQuery, state: BillState | None = None, job_id: JobId | None = None
) -> Page[BillSummary]:
    """Bills, newest first; `state=held` are those that wait for review."""
    return await views.list_bills(tx, page, state=state, job_id=job_id)


@door.get("/bills/{bill_id}", needs=READ_BILLS)
async def get_bill(tx: ReadTx, bill_id: BillId, language: Language = "en") -> BillView:
    """A bill, every line explained in words and numbers, in English or in Spanish."""
    return await views.find_bill(tx, bill_id, language)


@door.get("/bills/{bill_id}/document", needs=READ_BILLS, media_types=(PDF, HTML))
async def get_bill_document(
    tx: ReadTx, bill_id: BillId, form: Annotated[BillForm, Query(alias="format")] = "pdf", language: Language = "en"
) -> Paper:
    """A bill as the customer gets it: every line in words, the reads, the use of a year, and the stub to pay with."""
    return await views.find_bill_paper(tx, bill_id, form, language)


@door.post("/bills/{bill_id}/release", needs=RELEASE_BILLS, status_code=201, idempotent=True)
async def post_release(tx: WriteTx, bill_id: BillId) -> BillReleased:
    """Issue a bill that was held for review: from now on it is owed."""
    [released] = await commands.release_bills(tx, [bill_id])
    return released


@door.get("/accounts/{account_id}/bills", needs=READ_BILLS)
async def list_account_bills(tx: ReadTx, page: PageQuery, account_id: AccountId) -> Page[BillSummary]:
    """An account's bills, newest first."""
    return await views.list_bills(tx, page, account_id=account_id)
