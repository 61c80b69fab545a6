"""The bill's words in English."""

from services.billing.domain.explanations.catalog import Catalog

ENGLISH = Catalog(
    lines={
        "per_unit": "{label}: {quantity} {unit} x {rate} per {per} (in force since {since}) = {amount}, {rounding}.",
        "minimum": "{label}: {days} x {rate} per day (in force since {since}) = {amount}, {rounding}."
        " This daily minimum is charged because it is more than what the use comes to, {other}.",
        "tier": "{label}: {quantity} {unit} in this tier x {rate} per {per} (in force since {since}) = {amount},"
        " {rounding}.",
        "adjustment": "{label}: {quantity} {unit} x {rate} per {per} (in force since {since}) = {amount}, {rounding}.",
        "percentage": "{label}: {percent} % (in force since {since}) of {base} = {amount}, {rounding}.",
        "fixed": "{label}: {rate} (in force since {since}) on every bill.",
    },
    asides={
        "least": "The daily minimum for {days}, {other}, is not more than that.",
        "rule": "Set by: {rule}.",
    },
    uses={
        "no_meter": "This service has no meter; the bill is for {days}.",
        "dials": "The meter went from {begin} to {end}: {quantity} {unit} in {days}.",
        "rolled_over": "The meter went from {begin} to {end}, the dials having passed their end and begun again at"
        " zero: {quantity} {unit} in {days}.",
    },
    units={
        "hcf": "hundred cubic feet",
        "ccf": "hundred cubic feet",
        "cf": "cubic feet",
        "kgal": "thousand gallons",
        "gal": "gallons",
        "kwh": "kilowatt-hours",
    },
    roundings={"half_up": "rounded to the nearest cent"},
    months=(
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ),
    day="{month} {day}, {year}",
    days=("{count} day", "{count} days"),
)  # fmt: skip
