"""What a cashier decides: is this slip for an open debt, is the instrument good, is the street the right one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.payments.domain import addresses, payments
from services.payments.domain.debts import Account, Debts, Invoice, Named, find_debt
from services.payments.domain.instruments import Instrument, screen
from services.payments.domain.payments import Occasion, Tendered
from services.payments.domain.policies import Policy
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
    slips: Sequence[Slip], debts: Debts, policy: Policy, ids: Iterable[PaymentId], occasion: Occasion
) -> list[Tendered]:
    """Take the slips, in order, or refuse them all for the first that cannot be taken.

    Raises what `find_debt`, `screen` and `check_street` raise.
    """
    taken: list[Tendered] = []
    for slip, payment_id in zip(slips, ids, strict=True):
        debt = find_debt(slip.named, slip.amount_cents, debts)
        screen(slip.instrument, slip.amount_cents, occasion.today, policy)
        if isinstance(debt, Account):
            addresses.check_street(slip.street_address, debt.service_address)
        if isinstance(debt, Invoice):
            debts = debts.settled(debt, payment_id)
        taken.append(
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
    return taken
