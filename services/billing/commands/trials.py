"""A tariff is tried over the last bills of a cycle, as a job in chunks; no bill is touched."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.billing import store
from services.billing.domain.tariffs import Tariff, body_of, tariff_from
from services.billing.domain.trials import Tried, try_tariff
from shared import jobs
from shared.events.fields import Code
from shared.ids import JobId
from shared.jobs import Chunk, Job
from shared.postgres import Tx

TARIFF_TRIAL = "tariff_trial"
CHUNK_MAX = 500
"""Agreements a chunk: one transaction."""


class NewTariffTrial(BaseModel):
    """A tariff that is not in force, and whose last bills it is tried on."""

    model_config = ConfigDict(extra="forbid")

    rate_code: Annotated[Code, Field(max_length=40)]
    cycle: Code
    body: dict[str, Any] = Field(description="A tariff, as `POST /v1/tariffs` takes it.")


class TariffTrialStarted(BaseModel):
    """A trial that was asked for; what it comes to is at `/v1/tariff-trials/{job_id}`."""

    job_id: JobId


async def start_tariff_trial(tx: Tx, new: NewTariffTrial) -> TariffTrialStarted:
    """Ask for a trial over the agreements of a cycle that have the rate code. Raises TariffUnsound."""
    body = body_of(tariff_from(new.body))
    total = await store.find_trial_count(tx, new.cycle, new.rate_code)
    parameters = {"rate_code": new.rate_code, "cycle": new.cycle, "body": body}
    return TariffTrialStarted(job_id=await jobs.start(tx, TARIFF_TRIAL, parameters, total))


async def run_trial_chunk(tx: Tx, job: Job) -> Chunk:
    """Price the last bills of the next agreements by the tariff that is tried."""
    tariff = tariff_from(job.parameters["body"])
    after = UUID(job.cursor) if job.cursor else UUID(int=0)
    bills, count, last = await store.list_tried(
        tx, job.parameters["cycle"], job.parameters["rate_code"], after, CHUNK_MAX
    )
    outcomes = try_tariff(tariff, await _with_history(tx, tariff, bills))
    await store.insert_outcomes(tx, job.job_id, outcomes)
    return Chunk(str(last), count, finished=count < CHUNK_MAX)


async def _with_history(tx: Tx, tariff: Tariff, bills: Sequence[Tried]) -> list[Tried]:
    """The same, with last winter's uses and the demands, where the tariff goes by them."""
    ids = [one.agreement_id for one in bills]
    since_on = min((one.bill.period.start_on for one in bills), default=tx.today)
    uses = await store.find_past_uses(tx, ids if tariff.needs_winter else [], since_on)
    periods = [(one.agreement_id, one.bill.period) for one in bills if tariff.needs_demand]
    demands = await store.find_demands(tx, periods)
    return [
        replace(one, bill=replace(
            one.bill, past_uses=uses.get(one.agreement_id, ()), demand=demands.get(one.agreement_id)))
        for one in bills
    ]  # fmt: skip
