"""Who lives in the demo town: an account for each real bill, with a generated name and address; nobody real.

The bills are New York City's public housing's, 2013 to 2020 ("Water Consumption And Cost", NYC Open Data). Each
pair of rate and daily minimum becomes a version of the tariff, in force over the two years in which its rows lie.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from faker import Faker

from shared.money import cents_from

BILLS = Path(__file__).parent.parent / "data" / "nyc-water-bills.csv"
SEED = 20130701
CYCLE = "demo"
RATE_CODE = "water-residential"
FIRST_VERSION_ON = date(2010, 1, 1)
YEARS_PER_VERSION = 2
FIRST_DAYS_SPREAD = 300
STREETS_COUNT = 150
NAMES_COUNT = 400
RULE = "New York City Water Board, Water and Wastewater Rate Schedule, part II"


@dataclass(frozen=True, slots=True)
class Household:
    """One real bill, and who got it in the demo town."""

    row: int
    name: str
    street_address: str
    block: str
    lot: str
    meter_serial: str
    start_reading: int
    end_reading: int
    started_on: date
    ended_on: date
    charged_cents: int

    def account(self) -> dict[str, Any]:
        """The account to be opened, as accounts takes it."""
        meter = {"serial": self.meter_serial, "size": '5/8"', "dials": 6, "multiplier": 1, "unit": "hcf"}
        return {
            "holder": {"role": "owner", "name": self.name},
            "premise": {"street_address": self.street_address, "block": self.block, "lot": self.lot},
            "billing_cycle": CYCLE,
            "opened_on": self.started_on.isoformat(),
            "services": [
                {
                    "commodity": "water", "rate_code": RATE_CODE, "start": "conversion", "meter": meter,
                    "started_on": self.started_on.isoformat(), "start_reading": self.start_reading,
                }
            ],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the tariff: a rate and a daily minimum, and the day from which they hold."""

    rate: str
    minimum: str
    effective_on: date

    def tariff(self) -> dict[str, Any]:
        """The tariff as billing takes it: the larger of use and minimum, and sewer at 159 % of it."""
        water = {"kind": "per_unit", "name": "water", "label": "Water", "service": "water", "rule": RULE}
        sewer = {"kind": "percentage", "name": "sewer", "label": "Sewer", "service": "sewer", "rule": RULE}
        components = [
            {**water, "rate": self.rate, "minimum": {"per_day": self.minimum}},
            {**sewer, "percent": "159", "of": ["water"]},
        ]
        body = {"title": "Metered water and sewer", "unit": "hcf", "components": components}
        return {"rate_code": RATE_CODE, "effective_on": self.effective_on.isoformat(), "body": body}


def versions(rows: list[dict[str, str]]) -> dict[tuple[str, str], Version]:
    """The tariff's versions, the cheaper the earlier, each two years after the one before it."""
    pairs = sorted({(row["water_rate_per_hcf"], row["water_minimum_per_day"]) for row in rows}, key=_amounts)
    first = FIRST_VERSION_ON.year
    return {pair: Version(*pair, date(first + YEARS_PER_VERSION * place, 1, 1)) for place, pair in enumerate(pairs)}


def plan(limit: int | None = None) -> tuple[list[Version], list[Household]]:
    """The tariff's versions and the households, the same each time; `limit` takes the first so many."""
    with BILLS.open(newline="") as file:
        rows = list(csv.DictReader(file))
    by_pair = versions(rows)
    chosen = rows if limit is None else rows[:limit]
    return list(by_pair.values()), list(_households(chosen, by_pair))


def _households(rows: list[dict[str, str]], by_pair: dict[tuple[str, str], Version]) -> Iterator[Household]:
    fake = Faker("en_US")
    fake.seed_instance(SEED)
    random = Random(SEED)
    streets = list(dict.fromkeys(fake.street_name() for _ in range(2 * STREETS_COUNT)))[:STREETS_COUNT]
    first_names, last_names = ([make() for _ in range(NAMES_COUNT)] for make in (fake.first_name, fake.last_name))
    for place, row in enumerate(rows):
        street, number = place % len(streets), 2 * (place // len(streets)) + 1
        in_force = by_pair[row["water_rate_per_hcf"], row["water_minimum_per_day"]]
        started_on = in_force.effective_on + timedelta(days=place % FIRST_DAYS_SPREAD)
        start_reading = random.randrange(900_000)
        yield Household(
            row=int(row["row"]),
            name=f"{random.choice(first_names)} {random.choice(last_names)}",
            street_address=f"{number} {streets[street]}",
            block=str(100 + street),
            lot=str(number),
            meter_serial=f"NY{int(row['row']):06d}",
            start_reading=start_reading,
            end_reading=start_reading + int(row["consumption_hcf"]),
            started_on=started_on,
            ended_on=started_on + timedelta(days=int(row["billing_days"])),
            charged_cents=cents_from(row["water_and_sewer_charge"]),
        )


def _amounts(pair: tuple[str, str]) -> tuple[int, int]:
    return cents_from(pair[0]), -cents_from(pair[1])
