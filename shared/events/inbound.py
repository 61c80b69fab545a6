"""The public inbound contract: what other city systems may tell us, and how a refusal is answered.

Each topic carries one type. A message may come as a binary or a structured CloudEvent. What is unreadable or
refused is answered on `inbound.refused` with the original, the field, the rule and the remedy; it is never lost.
"""

from typing import ClassVar, Literal

from pydantic import Field

from shared.events.fact import Fact
from shared.events.fields import (
    Attribute,
    CentsPaid,
    Code,
    Day,
    Dials,
    Label,
    Line,
    Moment,
    Scanned,
    Sentence,
    Serial,
    Typed,
)
from shared.events.meters import METER_ERROR_MAX, METER_ERROR_MIN
from shared.events.payments import Tender
from shared.ids import OrderId


class MeterReading(Fact):
    """A head-end or a handheld read a meter. `value` is what the dials show, not a quantity used."""

    speaker: ClassVar[str] = "inbound.meter-readings"
    about: ClassVar[str] = "meter_serial"
    meter_serial: Serial
    value: Dials
    read_at: Moment
    quality: Literal["actual", "estimated", "customer"] = "actual"
    unit: Literal["hcf", "ccf", "kgal", "gal", "cf", "kwh"] | None = Field(
        default=None, description="In which the dials count; where it is named, it must be the meter's."
    )


class Remittance(Fact):
    """Money arrived elsewhere for an account or an invoice (lockbox, online, bank)."""

    speaker: ClassVar[str] = "inbound.remittances"
    about: ClassVar[str] = "reference"
    reference: Label = Field(description="The sender's own number for this money.")
    account_number: Typed | None = Field(
        default=None, description="As it stands on the bill; spaces and hyphens are forgiven."
    )
    invoice_number: Typed | None = Field(default=None, description="As it stands on the invoice.")
    amount_cents: CentsPaid
    tender: Tender = Tender.LOCKBOX
    received_on: Day
    scan_line: Scanned | None = Field(
        default=None,
        description="As the machine read it from the bill's stub, instead of account_number; spaces are forgiven.",
    )


class FieldResult(Fact):
    """A crew's handheld tells how an order ended."""

    speaker: ClassVar[str] = "inbound.field-results"
    about: ClassVar[str] = "order_id"
    order_id: OrderId
    outcome: Literal["completed", "could_not_complete"]
    at: Moment = Field(description="When the crew was done, with its offset.")
    crew: Label
    reading: Dials | None = Field(default=None, description="What the dials showed, where there is a meter.")
    reason_code: Code | None = Field(default=None, description="Why it could not be completed.")
    arrived_at: Moment | None = Field(default=None, description="When the crew came.")
    finding_code: Code | None = Field(default=None, description="What was found, such as leak_behind_meter.")
    evidence: Label | None = Field(default=None, description="Where it can be looked up: the number of a photo.")
    new_meter_serial: Serial | None = Field(default=None, description="Of the meter that was hung (meter_exchange).")
    new_meter_size: Label | None = None
    new_meter_dials: int | None = Field(default=None, ge=1, le=12)
    new_meter_multiplier: int | None = Field(default=None, ge=1, le=1_000_000, description="Left out: 1.")
    new_meter_unit: Literal["hcf", "ccf", "kgal", "gal", "cf", "kwh"] | None = None
    new_meter_reading: Dials | None = Field(default=None, description="What the new meter showed when it was hung.")
    as_found_error_hundredths: int | None = Field(
        default=None, ge=METER_ERROR_MIN, le=METER_ERROR_MAX,
        description="Of a meter test: 215 is 2.15 % fast, -300 is 3 % slow.",
    )  # fmt: skip


class MessageRefused(Fact):
    """The answer to a message that could not be taken: what came, and what to do about it."""

    speaker: ClassVar[str] = "inbound.refused"
    about: ClassVar[str] = "original_key"
    original_key: Line = Field(
        description="The key, or `-` where there was none; what is not text is shown as an escape."
    )
    original_topic: Line
    original_partition: int = Field(ge=0, lt=2**63)
    original_offset: int = Field(ge=0, lt=2**63)
    original_source: Attribute | None
    original_id: Attribute | None
    original_base64: str = Field(max_length=900_000, description="What came, byte for byte.")
    original_bytes_count: int = Field(
        ge=0, lt=2**31, description="Longer than what is returned where the original was cut."
    )
    refused_at: Moment
    field: Attribute | None = Field(description="Which field, as a path; null where it is the whole message.")
    rule: Sentence
    remedy: Sentence
