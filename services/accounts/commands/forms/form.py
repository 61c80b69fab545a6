"""What all forms have in common: no field that we do not know, and words that the desk uses."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.events.fields import Code

Reason = Annotated[
    str,
    StringConstraints(min_length=1, max_length=80, pattern=r"^[a-z][a-z0-9_]*$"),
    Field(description="One of the desk's words, such as no_access; what else there is to say goes into the ticket."),
]

Households = Annotated[int, Field(ge=0, le=10_000, description="Dwelling units that the service reaches.")]
Discounts = Annotated[tuple[Code, ...], Field(max_length=10, description="As the tariff names them: senior, veteran.")]


class Form(BaseModel):
    """What somebody sends: no field that we do not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)
