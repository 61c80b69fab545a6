"""Bills: made and issued by a run in chunks, or held and released by a person."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.billing import store
from services.billing.commands.booking import book
from services.billing.commands.budget_plans import find_shares, follow_budgets
from services.billing.commands.deposits import return_ended
from services.billing.domain import budget_shares, ledger
from services.billing.domain.bills import (
    Alike,
    Bill,
    Billable,
    BillNotHeld,
    BillUnknown,
    Head,
    Version,
    due_on,
    is_billed,
    make,
)
from services.billing.domain.ledger import Charge, Posting
from services.billing.domain.policies import Policy
from services.billing.domain.rating import BillBeyondMeasure
from services.billing.domain.run_reviews import check_releasers, for_review
from services.billing.domain.unbillable import CannotBill
from shared import jobs, outbox
from shared.calendar import new_jersey
from shared.errors import Invalid
from shared.events import Fact
from shared.events.fields import Code, Day
from shared.ids import BillId, JobId, new_id
from shared.jobs import Chunk, Job
from shared.postgres import Tx

BILL_RUN = "bill_run"
CHUNK_MAX = 500
"""Agreements a chunk: one transaction."""


class NewBillRun(BaseModel):
    """A cycle of accounts, and the days between which the readings lie that its bills end with."""

    model_config = ConfigDict(extra="forbid")

    cycle: Code
    from_on: Day
    through_on: Day
    issue: Literal["at_once", "after_review"] = Field(
        "at_once", description="`after_review` makes the bills; nothing is told or owed until the run is released."
    )

    @model_validator(mode="after")
    def _in_order(self) -> "NewBillRun":
        if self.from_on > self.through_on:
            raise ValueError("a period ends on or after the day on which it begins")
        return self


class BillRunStarted(BaseModel):
    """A run that was asked for; watch it at `/v1/jobs/{job_id}`, add it up at `/v1/bill-runs/{job_id}`."""

    job_id: JobId


class BillReleased(BaseModel):
    """A bill that was held and is issued now."""

    bill_id: BillId
    issued_on: date
    due_on: date
    total_cents: int = Field(description="What it asks.")


async def start_bill_run(tx: Tx, new: NewBillRun) -> BillRunStarted:
    """Ask for a run over a cycle. The same run twice makes no second bill."""
    total = await store.find_cycle_count(tx, new.cycle, (new.from_on, new.through_on))
    job_id = await jobs.start(tx, BILL_RUN, new.model_dump(mode="json"), total)
    if new.issue == "after_review":
        await store.insert_run_review(tx, job_id, (await store.find_policy(tx, tx.today)).corrections)
    return BillRunStarted(job_id=job_id)


async def run_bill_chunk(tx: Tx, job: Job) -> Chunk:
    """Bill the next agreements of the cycle. What cannot be billed is an exception with its reason, never silence."""
    run = NewBillRun.model_validate(job.parameters)
    period = (run.from_on, run.through_on)
    after = UUID(job.cursor) if job.cursor else UUID(int=0)
    agreement_ids = await store.lock_cycle(tx, run.cycle, period, after, CHUNK_MAX)
    found = [one for one in await store.find_billables(tx, agreement_ids, period) if not is_billed(one, run.from_on)]
    policy = await store.find_policy(tx, tx.today)
    bills, exceptions = await make_bills(tx, found, policy)
    if run.issue == "after_review":
        bills = [for_review(bill) for bill in bills]
    due = due_on(tx.today, policy, new_jersey(tx.zone))
    await store.insert_bills(tx, bills, tx.today, due, job.job_id)
    await store.insert_exceptions(tx, job.job_id, exceptions)
    if run.issue == "at_once":
        await outbox.put(tx, *(bill.held for bill in bills if bill.held_for))
    await issue_bills(tx, [bill.head for bill in bills if not bill.held_for], due, policy)
    last = agreement_ids[-1] if agreement_ids else after
    return Chunk(str(last), len(agreement_ids), finished=len(agreement_ids) < CHUNK_MAX)


async def release_bills(tx: Tx, bill_ids: Sequence[BillId]) -> list[BillReleased]:
    """Issue bills that were held for review: from now on they are owed.

    Raises BillUnknown, BillNotHeld, RunReleasedByAnother.
    """
    heads = await store.lock_bills(tx, bill_ids)
    for bill_id in bill_ids:
        if bill_id not in heads:
            raise BillUnknown(field="bill_id", bill_id=bill_id)
        if heads[bill_id].state != "held":
            raise BillNotHeld(field="bill_id", bill_id=bill_id, state=heads[bill_id].state)
    policy = await store.find_policy(tx, tx.today)
    check_releasers(await store.find_run_reviews(tx, bill_ids), tx.actor.subject, policy.corrections)
    due = due_on(tx.today, policy, new_jersey(tx.zone))
    await store.save_releases(tx, bill_ids, tx.today, due)
    await issue_bills(tx, list(heads.values()), due, policy)
    return [
        BillReleased(bill_id=one.bill_id, issued_on=tx.today, due_on=due, total_cents=one.total_cents)
        for one in heads.values()
    ]


async def make_bills(
    tx: Tx, found: Sequence[Billable], policy: Policy
) -> tuple[list[Bill], list[tuple[Billable, Invalid]]]:
    """The bills of what was found, and what cannot be billed with its reason."""
    through_on = max((one.through_on for one in found), default=tx.today)
    versions = await store.find_tariffs(tx, [one.rate_code for one in found], through_on)
    bills: list[Bill] = []
    exceptions: list[tuple[Billable, Invalid]] = []
    alike = Alike()
    for one in await _with_history(tx, found, versions):
        try:
            bills.append(make(one, versions.get(one.rate_code, []), policy, BillId(new_id()), alike))
        except (CannotBill, BillBeyondMeasure) as why:
            exceptions.append((one, why))
    return bills, exceptions


async def _with_history(
    tx: Tx, found: Sequence[Billable], versions: Mapping[str, Sequence[Version]]
) -> list[Billable]:  # fmt: skip
    """The same, with last winter's uses and the demands, where a tariff goes by them."""
    winter = {code for code, of in versions.items() if any(version.tariff.needs_winter for version in of)}
    demand = {code for code, of in versions.items() if any(version.tariff.needs_demand for version in of)}
    if not winter and not demand:
        return list(found)
    wintry = [one.agreement_id for one in found if one.rate_code in winter]
    since_on = min((one.since_on for one in found), default=tx.today)
    uses = await store.find_past_uses(tx, wintry, since_on)
    periods = [(one.agreement_id, one.asked) for one in found if one.rate_code in demand]
    demands = await store.find_demands(tx, periods)
    return [
        replace(one, past_uses=uses.get(one.agreement_id, ()), demand=demands.get(one.agreement_id)) for one in found
    ]  # fmt: skip


async def issue_bills(tx: Tx, heads: Sequence[Head], due: date, policy: Policy) -> None:
    """Post issued bills: charges, ledger, deadlines, and the telling; a final bill is followed by the deposit."""
    if not heads:
        return
    standings = await store.lock_standings(tx, (head.account_id for head in heads), policy.service_priority)
    sheets = {account_id: standing.sheet for account_id, standing in standings.items()}
    shares = await find_shares(tx, heads)
    postings: list[Posting] = []
    told: list[Fact] = []
    for head in heads:
        share = shares.get(head.bill_id)
        asked = [
            Charge(new_id(), head.bill_id, service, due, cents, cents)
            for service, cents in (share.asked if share else head.cents_by_service).items()
            if cents > 0
        ]
        sheet, priority = sheets[head.account_id], policy.service_priority
        if share is None:
            posting = ledger.charge(sheet, head, asked, tx.today, priority)
        else:
            posting = budget_shares.charge(sheet, head, share, asked, on=tx.today, priority=priority)
        sheets[head.account_id] = posting.sheet
        postings.append(posting)
        told.append(head.issued(tx.today, due, posting.sheet.version))
    fresh = {head.bill_id for head in heads}
    charges = [one for sheet in sheets.values() for one in sheet.charges if one.bill_id in fresh]
    await store.insert_charges(tx, charges)
    await book(tx, standings, postings, told, policy)
    await follow_budgets(tx, shares, policy)
    await return_ended(tx, standings.keys())
