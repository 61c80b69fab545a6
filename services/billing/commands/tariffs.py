"""Tariffs are loaded with their first day; a bill is priced by the one in force when its period ends."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.billing import store
from services.billing.domain.tariffs import Tariff, TariffAlreadyInForce
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


async def load_tariff(tx: Tx, new: NewTariff) -> TariffLoaded:
    """Put a tariff on record. What was billed before keeps the tariff it was billed by. Raises TariffAlreadyInForce."""
    tariff_id = TariffId(new_id())
    if not await store.insert_tariff(tx, tariff_id, new.rate_code, new.effective_on, new.body):
        raise TariffAlreadyInForce(field="effective_on", rate_code=new.rate_code, effective_on=new.effective_on)
    return TariffLoaded(tariff_id=tariff_id)
