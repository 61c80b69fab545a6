"""The kinds of fields that facts are made of, each with its bounds: nothing that comes may be without a limit."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from shared.ids import AccountNumber, InvoiceNumber
from shared.money import CENTS_MAX

VISIBLE = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"
"""No control characters and no line breaks: PostgreSQL keeps no NUL, and a line is a line."""


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


Moment = Annotated[
    AwareDatetime,
    Field(
        ge=datetime(1900, 1, 1, tzinfo=UTC),
        lt=datetime(2200, 1, 1, tzinfo=UTC),
        description="RFC 3339 with its offset; kept in UTC. From 1900 to 2199.",
    ),
    AfterValidator(_utc),
]
Day = Annotated[date, Field(ge=date(1900, 1, 1), lt=date(2200, 1, 1), description="The town's calendar day.")]

Cents = Annotated[int, Field(ge=-CENTS_MAX, le=CENTS_MAX)]
"""An amount that may be a credit."""
CentsOwed = Annotated[int, Field(ge=0, le=CENTS_MAX)]
"""An amount that is owed, or nothing."""
CentsPaid = Annotated[int, Field(gt=0, le=CENTS_MAX)]
"""An amount that changed hands: never nothing."""

Count = Annotated[int, Field(ge=1, le=1_000_000)]
"""Counted from one."""
Dials = Annotated[int, Field(ge=0, lt=10**12, description="What the dials show; not a quantity used.")]

Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=VISIBLE)]
"""One line that people read: a name, an address."""
Label = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=VISIBLE)]
"""A short name that somebody else gives: a crew, a sender's reference."""
Serial = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=VISIBLE)]
"""What is stamped on a thing, or printed on a receipt."""
Typed = Annotated[str, StringConstraints(min_length=1, max_length=20, pattern=VISIBLE)]
"""A number as a person typed it; the service that hears it checks it."""
Scanned = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=VISIBLE)]
"""The line of a bill's stub, as a machine read it or a person pasted it; the service that hears it checks it."""
Attribute = Annotated[str, StringConstraints(max_length=255, pattern=VISIBLE)]
"""An attribute of a CloudEvent, or the path of a field."""
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=VISIBLE)]
"""A sentence to the sender."""
Code = Annotated[
    str,
    Field(
        min_length=1,
        max_length=80,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]*$",
        description="One of a small set of words, never free text.",
    ),
]
TEN_DIGITS = r"^[0-9]{10}$"
AccountDigits = Annotated[AccountNumber, Field(pattern=TEN_DIGITS, description="The last digit proves the other nine.")]
InvoiceDigits = Annotated[InvoiceNumber, Field(pattern=TEN_DIGITS, description="The last digit proves the other nine.")]
