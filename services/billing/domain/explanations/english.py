"""The bill's words in English."""

from services.billing.domain.explanations.catalog import Catalog

ENGLISH = Catalog(
    lines={
        "per_unit": "{label}: {counted} x {rate} per {per} (in force since {since}) = {amount}, {rounding}.",
        "minimum": "{label}: {counted} x {rate} per {per} (in force since {since}) = {amount}, {rounding}."
        " This minimum is charged because it is more than what the use comes to, {other}.",
        "tier": "{label}: {counted} in this tier x {rate} per {per} (in force since {since}) = {amount},"
        " {rounding}.",
        "block": "{label}: {rate} (in force since {since}) for the block that the use falls in = {amount}, {rounding}.",
        "adjustment": "{label}: {counted} x {rate} per {per} (in force since {since}) = {amount}, {rounding}.",
        "credit": "{label}: {counted} x {rate} per {per} (in force since {since}) = {amount}, {rounding}; this"
        " is in your favor.",
        "percentage": "{label}: {percent} % (in force since {since}) of {base} = {amount}, {rounding}.",
        "tax": "{label}: a tax of {percent} % (in force since {since}) on {base} = {amount}, {rounding}.",
        "surcharge": "{label}: a surcharge of {percent} % (in force since {since}) on {base} = {amount}, {rounding}.",
        "discount": "{label}: {percent} % (in force since {since}) off {base} = {amount}, {rounding}.",
        "discount_of_an_amount": "{label}: {rate} off (in force since {since}), at most what it is taken off, {base} ="
        " {amount}, {rounding}.",
        "fixed": "{label}: {rate} (in force since {since}) on every bill.",
        "fixed_reckoned": "{label}: reckoned from {rate} (in force since {since}), it comes to {amount}, {rounding}.",
        "top_up": "{label}: at least {other} ({counted} x {rate} per {per}, in force since {since}) is charged;"
        " {base} stands above, so {amount} is added, {rounding}.",
        "demand": "{label}: {counted} of demand x {rate} per {per} (in force since {since}) = {amount},"
        " {rounding}.",
        "reactive": "{label}: {counted} above what is allowed x {rate} per {per} (in force since {since}) ="
        " {amount}, {rounding}.",
    },
    asides={
        "least": "The minimum for {days}, {other}, is not more than that.",
        "counted_up": "The use of {of} is counted in whole steps of {step}, a part of one as a whole.",
        "counted_down": "The use of {of} is counted in whole steps of {step}; a part of one is not counted.",
        "parts_up": "{of} is counted in whole units of {per}, or part thereof.",
        "parts_down": "{of} is counted in whole units of {per}; a part of one is not charged.",
        "converted": "{quantity} {unit} x {factor} is the quantity in the unit that is priced.",
        "allowance": "Of {of}, {free} is included and not charged here.",
        "at_most": "It is given for at most {through}.",
        "winter": "It is billed on the average of your winter use ({listed}): {quantity}.",
        "winter_new": "As no winter's use is known yet, {quantity} is billed, as for a new customer.",
        "winter_none": "As no winter's use is known yet, the use of this period is billed.",
        "winter_lower": "The use of this period, {quantity}, is lower than the winter average, and is billed instead.",
        "winter_cap": "No more than {quantity} is billed.",
        "share": "Of {of} in the whole period, the part of {part} of its {whole} days is priced here.",
        "tier": "This step begins above {floor} and goes through {top}.",
        "tier_above": "This step is for all above {floor}.",
        "in_block": "The use is {used} {unit}.",
        "by_months": "A month is 365/12 days, and the price is for {months} of them; {part} days are charged.",
        "by_days": "{part} of {whole} days are charged.",
        "dwelling_units": "It is charged for each dwelling unit, of which there are {count}.",
        "meter_size": "It is the price for a meter of size {size}.",
        "measured": "The demand that was measured is {kw} kw.",
        "ratchet": "{percent} % of the highest demand of the eleven months before, {highest} kw, is {kw} kw, which is"
        " more than was measured.",
        "least_kw": "At least {kw} kw is billed.",
        "kvar_allowed": "{kvar} kvar was measured; {percent} % of the {kw} kw, which is {allowed}, is allowed.",
        "of": "{base} is what these come to: {labels}.",
        "rule": "Set by: {rule}.",
    },
    uses={
        "no_meter": "This service has no meter; the bill is for {days}.",
        "dials": "The meter went from {begin} to {end}: {quantity} {unit} in {days}.",
        "exchanged": "The meter was exchanged in this period; what both counted from {begin} to {end}, as shown, is"
        " {quantity} {unit} in {days}.",
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
        "kw": "kilowatts",
        "kvar": "kilovars",
    },
    nouns={
        "day": ("day", "days"),
        "bill": ("bill", "bills"),
        "dwelling unit": ("dwelling unit", "dwelling units"),
        "dollar": ("dollar", "dollars"),
    },
    roundings={
        "half_up": "rounded to the nearest cent",
        "half_even": "rounded to the nearest cent, a half to the even one",
        "up": "rounded up to the cent",
        "down": "with parts of a cent dropped",
    },
    months=(
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ),
    day="{month} {day}, {year}",
)  # fmt: skip
