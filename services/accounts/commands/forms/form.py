"""What all forms have in common: no field that we do not know, and words that the desk uses."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Reason = Annotated[
    str,
    StringConstraints(min_length=1, max_length=80, pattern=r"^[a-z][a-z0-9_]*$"),
    Field(description="One of the desk's words, such as no_access; what else there is to say goes into the ticket."),
]


class Form(BaseModel):
    """What somebody sends: no field that we do not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)
