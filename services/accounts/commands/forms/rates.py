"""What people send when the rates of a service go by something else from a day on."""

from pydantic import Field

from services.accounts.commands.forms.form import Discounts, Form, Households, Reason
from shared.events.fields import Code, Day, Sentence


class RateChangeForm(Form):
    """What rates go by from a day on, why, and how one knows; what is left out stays as it was on that day."""

    customer_class: Code | None = Field(default=None, description="As the tariff names it: commercial, industrial.")
    dwelling_units: Households | None = None
    discounts: Discounts | None = Field(default=None, description="All that are granted from then on; none: [].")
    effective_on: Day | None = Field(default=None, description="Left out: today.")
    reason_code: Reason
    evidence: Sentence = Field(description="What was seen: Driver's license, born in 1958.")
