"""Demand: what a register showed when it was read and set back, kept for the bill that is priced by it."""

from pydantic import BaseModel, ConfigDict, Field

from services.billing import store
from services.billing.domain.demands import AgreementNotKnown, DemandAlreadyRead
from services.billing.domain.exact import ZERO
from services.billing.domain.tariffs.written import Rate
from shared.events.fields import Day
from shared.ids import AgreementId
from shared.postgres import Tx


class NewDemand(BaseModel):
    """The most power that was taken at once since the register was set back."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    agreement_id: AgreementId
    read_on: Day
    kw: Rate
    kvar: Rate = Field(default=ZERO, description="Reactive power at the same time; nothing, where none is measured.")


async def keep_demand(tx: Tx, new: NewDemand) -> NewDemand:
    """Keep a demand that was read. Raises AgreementNotKnown, DemandAlreadyRead."""
    is_known, is_kept = await store.insert_demand(tx, new.agreement_id, new.read_on, new.kw, new.kvar)
    if not is_known:
        raise AgreementNotKnown(field="agreement_id", agreement_id=new.agreement_id)
    if not is_kept:
        raise DemandAlreadyRead(field="read_on", read_on=new.read_on)
    return new
