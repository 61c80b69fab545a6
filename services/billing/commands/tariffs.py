"""Tariffs are loaded with their first day; a bill is priced by the one in force when its period ends."""

import asyncio
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from services.billing import store
from services.billing.domain.tariffs import (
    DOCUMENT_CHARACTERS_MAX,
    Tariff,
    TariffAlreadyInForce,
    read_document,
)
from shared.events.fields import Code, Day
from shared.ids import TariffId, new_id
from shared.postgres import Tx


class NewTariff(BaseModel):
    """A version of a rate code's tariff."""

    model_config = ConfigDict(extra="forbid")

    rate_code: Annotated[Code, Field(max_length=40)]
    effective_on: Day
    body: Tariff


class TariffLoaded(BaseModel):
    """A tariff that is on record."""

    tariff_id: TariffId


class NewTariffCheck(BaseModel):
    """A tariff as a clerk writes it: a YAML or a JSON document."""

    model_config = ConfigDict(extra="forbid")

    document: Annotated[str, Field(max_length=DOCUMENT_CHARACTERS_MAX)]


class TariffFault(BaseModel):
    """One thing that is wrong with a document."""

    line: int
    component: str | None
    field: str = Field(description="The way to it in the document.")
    rule: str
    remedy: str


class TariffChecked(BaseModel):
    """A sound tariff, ready to be loaded or tried; or all that is wrong with it."""

    tariff: dict[str, Any] | None
    faults: list[TariffFault]


async def check_tariff(new: NewTariffCheck) -> TariffChecked:
    """Read a document, and say everything that is wrong with it; nothing is kept. Others are answered meanwhile."""
    found = await asyncio.to_thread(read_document, new.document)
    if not found.faults:
        tariff = {"rate_code": found.rate_code, "effective_on": str(found.effective_on), "body": dict(found.body)}
        return TariffChecked(tariff=tariff, faults=[])
    faults = [
        TariffFault(
            line=line, component=one.component, field=".".join(map(str, one.place)), rule=one.rule, remedy=one.remedy
        )
        for line, one in found.faults
    ]
    return TariffChecked(tariff=None, faults=faults)


async def load_tariff(tx: Tx, new: NewTariff) -> TariffLoaded:
    """Put a tariff on record. What was billed before keeps the tariff it was billed by. Raises TariffAlreadyInForce."""
    tariff_id = TariffId(new_id())
    if not await store.insert_tariff(tx, tariff_id, new.rate_code, new.effective_on, new.body):
        raise TariffAlreadyInForce(field="effective_on", rate_code=new.rate_code, effective_on=new.effective_on)
    return TariffLoaded(tariff_id=tariff_id)
