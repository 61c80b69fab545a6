"""What a cashier decides: is this slip for an open debt, is the instrument good, is the street the right one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.payments.domain import addresses, payments
from services.payments.domain.debts import Account, Debt, Debts, Invoice, Named, find_debt
from services.payments.domain.instruments import Instrument, screen
from services.payments.domain.payments import Occasion, Tendered
from services.payments.domain.policies import Policy
from shared.errors import Refusal
from shared.ids import PaymentId


@dataclass(frozen=True, slots=True)
class Slip:
    """What was laid on the counter: for which debt, how much, in what form, and at which drawer."""

    named: Named
    amount_cents: int
    instrument: Instrument
    drawer: str
    street_address: str | None = None


def accept(
    slips: Sequence[Slip], debts: Debts, policy: Policy, ids: Iterable[PaymentId], occasions: Iterable[Occasion]
) -> list[Tendered | Refusal]:
    """Take the slips, in order; one that cannot be taken is refused, and harms no other."""
    outcomes: list[Tendered | Refusal] = []
    for slip, payment_id, occasion in zip(slips, ids, occasions, strict=True):
        try:
            debt = _debt_of(slip, debts, policy, occasion)
        except Refusal as refusal:
            outcomes.append(refusal)
            continue
        if isinstance(debt, Invoice):
            debts = debts.settled(debt, payment_id)
        outcomes.append(
            payments.tender(
                debt,
                slip.amount_cents,
                slip.instrument,
                payment_id=payment_id,
                series=slip.drawer,
                received_on=occasion.today,
                occasion=occasion,
            )
        )
    return outcomes


def _debt_of(slip: Slip, debts: Debts, policy: Policy, occasion: Occasion) -> Debt:
    """The debt that a slip pays. Raises what `find_debt`, `screen` and `check_street` raise."""
    debt = find_debt(slip.named, slip.amount_cents, debts)
    screen(slip.instrument, slip.amount_cents, occasion.today, policy)
    if isinstance(debt, Account):
        addresses.check_street(slip.street_address, debt.service_address)
    return debt
