"""Winter average: sewer is billed on what was used in winter, when no water goes to gardens."""

from datetime import date
from typing import Literal

from pydantic import Field

from services.billing.domain.circumstances import LOOKED_BACK, Circumstances, PastUse
from services.billing.domain.exact import Exact, less, part, plus
from services.billing.domain.lines import step
from services.billing.domain.tariffs.pricing import Priced
from services.billing.domain.tariffs.written import Month, Part, Rate


class WinterAverage(Part):
    """The average of the periods that were read in the winter months, instead of this period's use.

    `cap` is the most that is billed, `new_customer` what is billed until there was a winter (this period's use, where
    nothing is said). With `takes: lower` this period's use is billed where it is less.
    Source: City of Longview, TX (winter months); Township of Chesterfield, NJ (fourth and first quarter).
    """

    months: list[Month] = Field(min_length=1, max_length=12)
    takes: Literal["average", "lower"] = "average"
    cap: Rate | None = None
    new_customer: Rate | None = None

    def instead_of(self, used: Priced, bill: Circumstances) -> Priced:
        """What is billed instead of the use of this period."""
        winter = self._winter(bill.past_uses, bill.period.end_on)
        if not winter:
            if self.new_customer is None:
                return used.then(used.quantity, step("winter_none"))
            billed = used.then(self.new_customer, step("winter_new", quantity=self.new_customer))
        else:
            listed = ", ".join(quantity.plain for quantity in winter)
            total = Exact(0)
            for quantity in winter:
                total = plus(total, quantity)
            average = part(total, 1, len(winter))
            billed = used.then(average, step("winter", listed=listed, quantity=average))
        if self.takes == "lower" and less(used.quantity, billed.quantity):
            billed = billed.then(used.quantity, step("winter_lower", quantity=used.quantity))
        if self.cap is not None and less(self.cap, billed.quantity):
            billed = billed.then(self.cap, step("winter_cap", quantity=self.cap))
        return billed

    def _winter(self, uses: tuple[PastUse, ...], by_on: date) -> list[Exact]:
        """The uses of the last winter that is behind, oldest first."""
        since_on = by_on - LOOKED_BACK
        found = [use for use in uses if since_on < use.ended_on < by_on and use.ended_on.month in self.months]
        return [use.quantity for use in sorted(found, key=lambda use: use.ended_on)]
