"""What people and crews send of field work: asked for, planned, done or not."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from services.accounts.commands.forms.accounts import MeterForm
from services.accounts.commands.forms.form import Form, Reason
from services.accounts.domain.kinds import AUTHORIZED, OF_AN_AGREEMENT, WorkKind
from services.accounts.domain.move_outs import Notice
from services.accounts.domain.results import Result
from shared.events.fields import Day, Dials, Label, Moment
from shared.events.meters import METER_ERROR_MAX, METER_ERROR_MIN
from shared.ids import AccountId, AgreementId, OrderId, ServicePointId

Evidence = Annotated[
    list[Label], Field(max_length=20, description="Where it can be looked up: numbers of photos, of a form, of a seal.")
]


class OrderForm(Form):
    """Work that a person asks for: at a service of an account, or at a point of the account's premise."""

    kind: WorkKind
    agreement_id: AgreementId | None = Field(default=None, description="Of a service; it says account and point.")
    account_id: AccountId | None = None
    service_point_id: ServicePointId | None = Field(default=None, description="With account_id, where no service runs.")
    purpose_code: Reason | None = Field(default=None, description="Why it is asked for, such as high_bill.")
    noticed_at: Moment | None = Field(default=None, description="Of a final reading: when he told us. Left out: now.")
    moves_out_on: Day | None = Field(default=None, description="Of a final reading: from which day on, if later.")
    next_agreement_id: AgreementId | None = Field(
        default=None, description="Of a final reading: the service that takes over with the same reading (transfer)."
    )

    @model_validator(mode="after")
    def _can_be_asked_for(self) -> Self:
        if self.kind in AUTHORIZED:
            raise ValueError(f"a {self.kind.value} is ordered by billing's authorization only")
        if self.kind in OF_AN_AGREEMENT and self.agreement_id is None:
            raise ValueError(f"a {self.kind.value} is for an agreement_id")
        by_point = self.account_id is not None and self.service_point_id is not None
        if (self.agreement_id is None) != by_point or (not by_point and (self.account_id or self.service_point_id)):
            raise ValueError("field work is at an agreement_id, or else at an account_id and a service_point_id")
        if self.kind is not WorkKind.FINAL_READING and (self.next_agreement_id or self.noticed_at or self.moves_out_on):
            raise ValueError("noticed_at, moves_out_on and next_agreement_id are of a final_reading")
        return self

    def notice(self) -> Notice:
        """When the customer said that he moves out, and when he does."""
        return Notice(self.noticed_at, self.moves_out_on)


class ScheduleForm(Form):
    """A day and a crew; with a day that was given before, why it is another one now."""

    scheduled_on: Day
    crew: Label
    reason_code: Reason | None = None


class CompletionForm(Form):
    """The crew did it, at that time, and the dials showed that; with a meter that was hung or tested, what about it."""

    completed_at: Moment
    crew: Label
    reading: Dials | None = Field(default=None, description="Of the meter that hung there when the crew came.")
    arrived_at: Moment | None = None
    finding_code: Reason | None = Field(default=None, description="What was found, such as leak_behind_meter.")
    evidence: Evidence = Field(default_factory=list)
    new_meter: MeterForm | None = Field(default=None, description="Of an exchange or an installation.")
    new_reading: Dials | None = Field(default=None, description="What the new meter showed when it was hung.")
    as_found_error_hundredths: int | None = Field(
        default=None, ge=METER_ERROR_MIN, le=METER_ERROR_MAX,
        description="Of a meter test: 215 is 2.15 % fast, -300 is 3 % slow.",
    )  # fmt: skip

    def result(self, order_id: OrderId) -> Result:
        """What it means to the domain."""
        return Result(
            order_id, "completed", self.crew, self.completed_at, self.reading, arrived_at=self.arrived_at,
            finding_code=self.finding_code, evidence=tuple(self.evidence),
            new_meter=self.new_meter.asked() if self.new_meter else None, new_reading=self.new_reading,
            as_found_error_hundredths=self.as_found_error_hundredths,
        )  # fmt: skip


class FailureForm(Form):
    """The crew could not do it."""

    ended_at: Moment
    crew: Label
    reason_code: Reason
    arrived_at: Moment | None = None
    evidence: Evidence = Field(default_factory=list)

    def result(self, order_id: OrderId) -> Result:
        """What it means to the domain."""
        return Result(
            order_id, "could_not_complete", self.crew, self.ended_at, reason_code=self.reason_code,
            arrived_at=self.arrived_at, evidence=tuple(self.evidence),
        )  # fmt: skip


class CancellationForm(Form):
    """The work is called off."""

    reason_code: Reason
