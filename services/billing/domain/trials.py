"""A tariff on trial: what the last bill of each agreement would come to by it, before it is adopted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.billing.domain.circumstances import Circumstances, PastUse
from services.billing.domain.exact import Exact
from services.billing.domain.rating import BillBeyondMeasure, rate
from services.billing.domain.tariffs import Tariff
from services.billing.domain.unbillable import CannotBill, UnitNotPriced
from services.billing.domain.units import convert
from shared.errors import NotFound
from shared.ids import AccountId, AgreementId, BillId


class TrialUnknown(NotFound):
    """A trial of a tariff is known by the id of its job."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A bill as it was made, with what it was made from; `unit` is that of its quantity and of the uses before."""

    bill_id: BillId
    agreement_id: AgreementId
    account_id: AccountId
    customer_class: str
    before_cents: int
    unit: str
    is_metered: bool
    bill: Circumstances


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the bill would come to, or why it cannot be priced."""

    tried: Tried
    after_cents: int | None
    reason: str | None


def try_tariff(tariff: Tariff, bills: Sequence[Tried]) -> list[Outcome]:
    """Price bills anew as if the tariff had been in force all along."""
    return [_try(tariff, one) for one in bills]


def _try(tariff: Tariff, one: Tried) -> Outcome:
    try:
        if tariff.is_metered and not one.is_metered:
            raise UnitNotPriced(field="unit", metered_in="nothing", priced_in=tariff.unit)
        uses = tuple(
            PastUse(use.ended_on, _converted(tariff, use.quantity, use.unit), tariff.unit) for use in one.bill.past_uses
        )
        bill = replace(one.bill, quantity=_converted(tariff, one.bill.quantity, one.unit), past_uses=uses)
        lines = rate(tariff, bill.period.start_on, bill)
    except (CannotBill, BillBeyondMeasure) as why:
        return Outcome(one, None, why.slug)
    return Outcome(one, sum(line.amount_cents for line in lines), None)


def _converted(tariff: Tariff, quantity: Exact, unit: str) -> Exact:
    converted = convert(quantity, unit, tariff.unit, tariff.gallons_per_ccf)
    if converted is None:
        raise UnitNotPriced(field="unit", metered_in=unit, priced_in=tariff.unit)
    return converted
