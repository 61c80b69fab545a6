"""The public inbound contract: what other city systems may tell us, and how a refusal is answered.

Each topic carries one type. A message may come as a binary or a structured CloudEvent. What is unreadable or
refused is answered on `inbound.refused` with the original, the field, the rule and the remedy; it is never lost.
"""

from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import Field

from shared.events.fact import Fact
from shared.events.payments import Tender
from shared.ids import OrderId


class MeterReading(Fact):
    """A head-end or a handheld read a meter. `value` is what the dials show, not a quantity used."""

    speaker: ClassVar[str] = "inbound.meter-readings"
    about: ClassVar[str] = "meter_serial"
    meter_serial: str = Field(min_length=1, max_length=40)
    value: int = Field(ge=0, lt=10**12)
    read_at: datetime
    quality: Literal["actual", "estimated", "customer"] = "actual"


class Remittance(Fact):
    """Money arrived elsewhere for an account or an invoice (lockbox, online, bank)."""

    speaker: ClassVar[str] = "inbound.remittances"
    about: ClassVar[str] = "reference"
    reference: str = Field(min_length=1, max_length=80, description="The sender's own number for this money.")
    account_number: str | None = Field(default=None, max_length=20)
    invoice_number: str | None = Field(default=None, max_length=20)
    amount_cents: int = Field(gt=0, le=10**12)
    tender: Tender = Tender.LOCKBOX
    received_on: date


class FieldResult(Fact):
    """A crew's handheld tells how an order ended."""

    speaker: ClassVar[str] = "inbound.field-results"
    about: ClassVar[str] = "order_id"
    order_id: OrderId
    outcome: Literal["completed", "could_not_complete"]
    at: datetime
    crew: str = Field(min_length=1, max_length=80)
    reading: int | None = Field(default=None, ge=0, lt=10**12)
    reason_code: str | None = Field(default=None, max_length=80)


class MessageRefused(Fact):
    """The answer to a message that could not be taken: what came, and what to do about it."""

    speaker: ClassVar[str] = "inbound.refused"
    about: ClassVar[str] = "original_key"
    original_key: str
    original_topic: str
    original_partition: int
    original_offset: int
    original_source: str | None
    original_id: str | None
    original_base64: str
    original_bytes_count: int = Field(description="Longer than what is returned where the original was cut.")
    refused_at: datetime
    field: str | None
    rule: str
    remedy: str
