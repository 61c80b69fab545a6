"""What cannot be billed, the rule, and what to do: an exception with its reason, never silence."""

from shared.errors import Invalid


class CannotBill(Invalid):
    """What is billed has all that a bill needs."""


class NoReadingToBill(CannotBill):
    """A metered service is billed from a reading in the period that was accepted and not billed before."""

    remedy = "Have the meter read, or look for the reading that was refused; then run the cycle again."


class ReadingAwaitsReview(CannotBill):
    """A reading that stands out is looked at before it is billed."""

    remedy = "Accept the reading or correct it; then run the cycle again."


class NothingToMeasureFrom(CannotBill):
    """Use is measured from the reading with which the service began."""

    remedy = "Enter the reading at the start of service; then run the cycle again."


class NoTariffInForce(CannotBill):
    """Every day of a bill is priced by the tariff of its rate code that is in force on it."""

    remedy = "Load the tariff of this rate code with its first day; then run the cycle again."


class UnitNotPriced(CannotBill):
    """A tariff prices the unit in which the meter counts."""

    remedy = "Give the agreement a rate code for its meter's unit, or the tariff its gallons_per_ccf."


class UseRunsBackwards(CannotBill):
    """A quantity that is billed is not negative."""

    remedy = "Correct the reading that is too low, or credit the account; then run the cycle again."


class AccountNotKnown(CannotBill):
    """A bill has an account with a name and an address."""

    remedy = "Replay what accounts told of this account (`curbstop aside list`); then run the cycle again."


class MeterSizeNotPriced(CannotBill):
    """A charge by meter size has a price for the meter's size."""

    remedy = 'Have the size of the meter put right, or load a tariff with a price for it (or for "other" sizes).'


class DemandNotKnown(CannotBill):
    """A demand charge is billed on the demand that the register showed; it is never estimated."""

    remedy = "Enter the demand that was read (`POST /v1/demands`); then run the cycle again."
