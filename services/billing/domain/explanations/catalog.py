"""A catalog of messages: one a language, the same entries in each, so that no sentence is put together from halves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Catalog:
    """What is said in one language.

    `lines` says how a line was worked out, by its basis; `asides` what more there is to know, by the name of the fact
    in its working; `uses` how the quantity was got from the dials. `months` are twelve names, `day` puts a date.
    """

    lines: Mapping[str, str]
    asides: Mapping[str, str]
    uses: Mapping[str, str]
    units: Mapping[str, str]
    roundings: Mapping[str, str]
    months: tuple[str, ...]
    day: str
    days: tuple[str, str]

    def day_of(self, on: date) -> str:
        """A date as people write it."""
        return self.day.format(month=self.months[on.month - 1], day=on.day, year=on.year)

    def days_of(self, count: str) -> str:
        """A number of days, one or many."""
        return self.days[count != "1"].format(count=count)

    def unit_of(self, unit: str) -> str:
        """A unit with its meaning, where it is an abbreviation."""
        return f"{unit} ({self.units[unit]})" if unit in self.units else unit
