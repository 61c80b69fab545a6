"""Who bills: a new version of the facts that stand on a bill begins on its day."""

from pydantic import BaseModel, ConfigDict

from services.billing import store
from services.billing.domain.billers import Biller, BillerAlreadyInForce
from shared.events.fields import Day
from shared.postgres import Tx


class NewBiller(BaseModel):
    """Everything that a bill says of who bills, from a day on; bills that were issued before keep what they said."""

    model_config = ConfigDict(extra="forbid")

    effective_on: Day
    body: Biller


async def set_biller(tx: Tx, new: NewBiller) -> NewBiller:
    """Put a version on record. Raises BillerAlreadyInForce."""
    if not await store.insert_biller(tx, new.effective_on, new.body):
        raise BillerAlreadyInForce(field="effective_on", effective_on=new.effective_on)
    return new
