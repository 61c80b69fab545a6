"""Policies: a new version of a pack's numbers begins on its day, if the law allows it."""

from pydantic import BaseModel, ConfigDict

from services.billing import store
from services.billing.domain.policies import Pack, Policy, PolicyAlreadyInForce, check_lawful
from shared.events.fields import Day
from shared.postgres import Tx


class NewPolicy(BaseModel):
    """The numbers of a pack from a day on: all of them, so that what is in force can be read from one row."""

    model_config = ConfigDict(extra="forbid")

    name: Pack
    effective_on: Day
    body: Policy


async def set_policy(tx: Tx, new: NewPolicy) -> NewPolicy:
    """Put a version on record. Raises PolicyBreaksLaw naming the law, PolicyAlreadyInForce."""
    check_lawful(new.name, new.body)
    if not await store.insert_policy(tx, new.name, new.effective_on, new.body):
        raise PolicyAlreadyInForce(field="effective_on", name=new.name, effective_on=new.effective_on)
    return new
