"""What every component has: its names, its rule, and for whom and when it is charged."""

from collections.abc import Iterator
from functools import cached_property
from typing import ClassVar

from pydantic import Field

from services.billing.domain.circumstances import Circumstances
from services.billing.domain.lines import Line
from services.billing.domain.tariffs.pricing import Named, Pricing
from services.billing.domain.tariffs.seasons import Season
from services.billing.domain.tariffs.written import Class, Name, Part, Service, Words


class Charge(Part):
    """A component of a tariff: a kind, its numbers, and the lines that it makes."""

    is_metered: ClassVar[bool] = False

    name: Name
    label: Words
    label_es: Words | None = Field(default=None, description="The label in Spanish, for bills in Spanish.")
    service: Service
    rule: Words = Field(description="The ordinance or schedule that sets it, as it is cited on the bill.")
    season: Season | None = Field(default=None, description="When it is charged; always, where nothing is said.")
    only_for: list[Class] | None = Field(default=None, max_length=20, description="Customer classes and discounts.")
    not_for: list[Class] = Field(default=[], max_length=20, description="Customer classes and discounts.")

    @cached_property
    def named(self) -> Named:
        """What its lines are called."""
        return Named(self.name, self.label, self.label_es, self.service, self.rule)

    @property
    def takes(self) -> list[str]:
        """The components above that it is reckoned from, by name."""
        return []

    def concerns(self, bill: Circumstances) -> bool:
        """Whether this customer is charged it."""
        asked = self.only_for is None or bill.classes & set(self.only_for)
        return bool(asked) and not bill.classes & set(self.not_for)

    def lines(self, pricing: Pricing) -> Iterator[Line]:
        """The lines that it makes; each kind says how."""
        raise NotImplementedError(self.name)
