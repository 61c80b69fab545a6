"""Units of use: what a meter counts in, what a tariff prices, and what lies between them without rounding."""

from services.billing.domain.exact import Exact, exact, times

_VOLUMES = {"cf": exact("0.01"), "ccf": exact("1"), "hcf": exact("1")}
"""In hundred cubic feet."""
_GALLONS = {"gal": 0, "kgal": 3}
"""The places by which a gallon stands below the unit."""


def convert(quantity: Exact, metered_in: str, priced_in: str, gallons_per_ccf: Exact | None = None) -> Exact | None:
    """The quantity in the tariff's unit, exact; None where nothing says how.

    Between cubic feet and gallons the tariff itself says the factor: towns print 748 or use 748.052. Gallons become
    cubic feet to the ninth place, for there the factor divides.
    """
    if metered_in == priced_in:
        return quantity
    if metered_in in _GALLONS and priced_in in _GALLONS:
        return _scaled(quantity, _GALLONS[metered_in] - _GALLONS[priced_in])
    if metered_in in _VOLUMES and priced_in in _VOLUMES:
        return _in_volume(times(quantity, _VOLUMES[metered_in]), priced_in)
    if gallons_per_ccf is None or {metered_in, priced_in} - {*_VOLUMES, *_GALLONS}:
        return None
    if metered_in in _VOLUMES:
        gallons = times(times(quantity, _VOLUMES[metered_in]), gallons_per_ccf)
        return _scaled(gallons, -_GALLONS[priced_in])
    gallons = _scaled(quantity, _GALLONS[metered_in])
    digits = gallons.digits * 10 ** (9 + gallons_per_ccf.places) // (gallons_per_ccf.digits * 10**gallons.places)
    return _in_volume(Exact(digits, 9), priced_in)


def _in_volume(hundreds: Exact, unit: str) -> Exact:
    return _scaled(hundreds, 2) if unit == "cf" else hundreds


def _scaled(value: Exact, tens: int) -> Exact:
    """The value x 10^tens, with as few places as it needs."""
    places = value.places - tens
    return Exact(value.digits, places) if places >= 0 else Exact(value.digits * 10**-places)
