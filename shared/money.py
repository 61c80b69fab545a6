"""Money is integer cents; a rate is an exact decimal that becomes a scaled integer before anything is multiplied."""

import re
from decimal import Decimal

CENTS_MAX = 10**15
"""More than any town will ever owe: a sum beyond it is a mistake, not money."""

_AMOUNT = re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,2})?")


def half_up(numerator: int, denominator: int) -> int:
    """numerator / denominator, rounded half away from zero, in integers only."""
    quotient, remainder = divmod(abs(numerator), denominator)
    rounded = quotient + (2 * remainder >= denominator)
    return rounded if numerator >= 0 else -rounded


def dollars(cents: int) -> str:
    """Cents as people read them: 123456 is "$1,234.56", -5 is "-$0.05"."""
    sign = "-" if cents < 0 else ""
    return f"{sign}${abs(cents) // 100:,}.{abs(cents) % 100:02d}"


def cents_from(text: str) -> int:
    """The cents in a decimal text with at most two places: "-12.5" is -1250. Raises ValueError."""
    if not _AMOUNT.fullmatch(text):
        raise ValueError(f"not an amount of money in whole cents: {text[:40]!r}")
    return int(Decimal(text).scaleb(2))
