"""Who bills: what a customer must know to pay, to ask and to be heard, in force from a day on."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.errors import Conflict

Words = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$")]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$")]
AddressLines = Annotated[list[Words], Field(min_length=1, max_length=4)]


class BillerAlreadyInForce(Conflict):
    """The biller's facts have one version that begins on a day."""

    remedy = "Give the new version a later first day."


class _Facts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class InBoth(_Facts):
    """A sentence in both languages."""

    en: Sentence
    es: Sentence


class ListInBoth(_Facts):
    """Sentences in both languages."""

    en: list[Sentence] = Field(max_length=6)
    es: list[Sentence] = Field(max_length=6)


class Biller(_Facts):
    """What stands on every bill."""

    name: Words
    address: AddressLines
    phone: Words
    emergency_phone: Words
    web_page: Words
    payee: Words = Field(description="To whose order a check is made out.")
    remit_to: AddressLines = Field(description="Where a payment is mailed to.")
    hours: InBoth
    ways_to_pay: ListInBoth
    notices: ListInBoth
