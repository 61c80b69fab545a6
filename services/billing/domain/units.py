"""Units of use: what a meter counts in, what a tariff prices, and what lies between them without rounding."""

from services.billing.domain.exact import Exact, exact, times

_FACTORS = {
    ("hcf", "ccf"): exact("1"),
    ("ccf", "hcf"): exact("1"),
    ("cf", "hcf"): exact("0.01"),
    ("cf", "ccf"): exact("0.01"),
    ("hcf", "cf"): exact("100"),
    ("ccf", "cf"): exact("100"),
    ("gal", "kgal"): exact("0.001"),
    ("kgal", "gal"): exact("1000"),
}


def convert(quantity: Exact, metered_in: str, priced_in: str) -> Exact | None:
    """The quantity in the tariff's unit, exact; None where only a tariff's own factor could say it.

    Cubic feet and gallons are not converted here: towns print 748 or use 748.052, so it is the tariff that says which.
    """
    if metered_in == priced_in:
        return quantity
    factor = _FACTORS.get((metered_in, priced_in))
    return None if factor is None else times(quantity, factor)
