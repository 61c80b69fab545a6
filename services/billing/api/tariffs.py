"""What people ask of tariffs and policies."""

from typing import Annotated

from fastapi import Query

from services.billing import commands, views
from services.billing.commands import (
    NewPolicy,
    NewTariff,
    NewTariffCheck,
    NewTariffTrial,
    TariffChecked,
    TariffLoaded,
    TariffTrialStarted,
)
from services.billing.views import PolicyView, TariffTrialView, TariffView
from shared.auth import Role, permission
from shared.http import Door, Page, PageQuery, ReadTx, WriteTx
from shared.ids import JobId, TariffId

door = Door()

READ_TARIFFS = permission(
    "tariffs.read", Role.CSR, Role.SENIOR, Role.SUPERVISOR, Role.CASHIER, Role.BILLING, Role.SERVICE
)
LOAD_TARIFFS = permission("tariffs.load", Role.BILLING)
TRY_TARIFFS = permission("tariffs.try", Role.BILLING, Role.SUPERVISOR)
SET_POLICIES = permission("billing-policies.set", Role.SUPERVISOR)

RateCode = Annotated[str | None, Query(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f]*$")]


@door.post("/tariffs", needs=LOAD_TARIFFS, status_code=201)
async def post_tariff(tx: WriteTx, body: NewTariff) -> TariffLoaded:
    """Load a version of a rate code's tariff, in force from its first day."""
    return await commands.load_tariff(tx, body)


@door.get("/tariffs", needs=READ_TARIFFS)
async def list_tariffs(tx: ReadTx, page: PageQuery, rate_code: RateCode = None) -> Page[TariffView]:
    """Tariffs by rate code and first day."""
    return await views.list_tariffs(tx, page, rate_code)


@door.get("/tariffs/{tariff_id}", needs=READ_TARIFFS)
async def get_tariff(tx: ReadTx, tariff_id: TariffId) -> TariffView:
    """One tariff, as it was loaded."""
    return await views.find_tariff(tx, tariff_id)


@door.post("/tariff-checks", needs=READ_TARIFFS, status_code=200)
async def post_tariff_check(body: NewTariffCheck) -> TariffChecked:
    """Check a tariff as it is written, in YAML or JSON: all that is wrong with it, each with its line."""
    return await commands.check_tariff(body)


@door.post("/tariff-trials", needs=TRY_TARIFFS, status_code=202, idempotent=True)
async def post_tariff_trial(tx: WriteTx, body: NewTariffTrial) -> TariffTrialStarted:
    """Try a tariff over the last bills of a cycle, as a job. No bill is touched."""
    return await commands.start_tariff_trial(tx, body)


@door.get("/tariff-trials/{job_id}", needs=READ_TARIFFS)
async def get_tariff_trial(tx: ReadTx, job_id: JobId) -> TariffTrialView:
    """A trial, added up as far as it is: revenue before and after, by class, and whose bills would change most."""
    return await views.find_tariff_trial(tx, job_id)


@door.post("/policies", needs=SET_POLICIES, status_code=201)
async def post_policy(tx: WriteTx, body: NewPolicy) -> NewPolicy:
    """Set a pack's numbers from a day on, within what the law allows."""
    return await commands.set_policy(tx, body)


@door.get("/policies", needs=READ_TARIFFS)
async def list_policies(tx: ReadTx, page: PageQuery) -> Page[PolicyView]:
    """The numbers of each pack, and from which day on."""
    return await views.list_policies(tx, page)
