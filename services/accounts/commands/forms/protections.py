"""What people send of protections and safety flags."""

from typing import Annotated

from pydantic import Field, StringConstraints

from services.accounts.commands.forms.form import Form, Reason
from services.accounts.domain.protections import ProtectionKind
from services.accounts.domain.safety import Measure
from shared.events.fields import VISIBLE, Day, Sentence


class ProtectionForm(Form):
    """A customer may not be shut off from a day through another."""

    kind: ProtectionKind
    from_on: Day | None = Field(default=None, description="Left out: today.")
    through_on: Day = Field(description="The last day that is protected.")
    evidence: Sentence = Field(description="What was seen; only those who may read restricted records see it again.")


class SafetyFlagForm(Form):
    """What happened, what is done about it, and when a supervisor looks at it again."""

    facts: Annotated[str, StringConstraints(min_length=10, max_length=500, pattern=VISIBLE)] = Field(
        description="What happened, when, and who saw it; no opinions."
    )
    measures: list[Measure] = Field(min_length=1, max_length=len(Measure))
    review_on: Day = Field(description="On that day the flag lapses by itself.")


class EndForm(Form):
    """Why it ends before its time."""

    reason_code: Reason
