"""A catalog of messages: one a language, the same entries in each, so that no sentence is put together from halves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Catalog:
    """What is said in one language.

    `lines` says how a line was worked out, by its basis; `asides` what more there is to know, by the name of the fact
    in its working; `uses` how the quantity was got from the dials. `units` are abbreviations and what they stand for,
    `nouns` are units that have a plural. `months` are twelve names, `day` puts a date.
    """

    lines: Mapping[str, str]
    asides: Mapping[str, str]
    uses: Mapping[str, str]
    units: Mapping[str, str]
    nouns: Mapping[str, tuple[str, str]]
    roundings: Mapping[str, str]
    months: tuple[str, ...]
    day: str

    def day_of(self, on: date) -> str:
        """A date as people write it."""
        return self.day.format(month=self.months[on.month - 1], day=on.day, year=on.year)

    def days_of(self, count: str) -> str:
        """A number of days, one or many."""
        return self.count_of(count, "day")

    def count_of(self, count: str, unit: str) -> str:
        """So many of a unit."""
        if unit in self.nouns:
            return f"{count} {self.nouns[unit][count != '1']}"
        return f"{count} {self.unit_of(unit)}"

    def one_of(self, unit: str) -> str:
        """What a rate is for."""
        return self.nouns[unit][0] if unit in self.nouns else unit

    def unit_of(self, unit: str) -> str:
        """A unit with its meaning, where it is an abbreviation; "1,000 gal" has one, too."""
        meaning = self.units.get(unit.rpartition(" ")[2])
        return f"{unit} ({meaning})" if meaning else unit
