"""What a meter's test means for its bills: a fast one gives back its whole error, a slow one asks for nothing.

Source: N.J.A.C. 14:3-4.6 (a)–(c), rulebook 2. Fast by more than 2 %, a water meter by more than 1.5 %, is adjusted by
the whole error and not its excess: that percentage *of the charges* for metered service over the time it was wrong.
Where the day on which it became wrong is not known, that time is a part of the time since it was last known to be right
(policy; half of it is common practice, to be verified). No meter is charged back for being slow; tampering is another
matter, with a form of its own. What is proposed here is credited by the form `meter_error`, bill by bill, and a form
takes off a bill what it asks once: so nothing is both credited and refunded.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from services.billing.domain.policies import MeterTestPolicy, Service
from shared.ids import AccountId, AgreementId, BillId, MeterId, OrderId

Finding = Literal["fast", "within", "slow"]
WHOLE = 10_000
"""A hundred percent, in hundredths of a percent."""


class MeterTest(NamedTuple):
    """A meter that was tested, and when it was known to be right before: at its last test, or when it was hung."""

    order_id: OrderId
    account_id: AccountId
    agreement_id: AgreementId
    meter_id: MeterId
    meter_serial: str
    tested_at: datetime
    tested_on: date
    error_hundredths: int
    commodity: Service
    last_right_on: date


class Charged(NamedTuple):
    """What an issued bill asks for one service."""

    bill_id: BillId
    service: str
    period_start_on: date
    period_end_on: date
    amount_cents: int


class Credit(NamedTuple):
    """What is given back of it: the error of the meter, for the days of the bill on which it was wrong."""

    bill_id: BillId
    service: str
    charged_cents: int
    days_count: int
    of_days: int
    amount_cents: int


def finding_of(tested: MeterTest, policy: MeterTestPolicy) -> Finding:
    """Just at the tolerance a meter is right."""
    if tested.error_hundredths > policy.fast_over_hundredths[tested.commodity]:
        return "fast"
    return "slow" if tested.error_hundredths < -policy.fast_over_hundredths[tested.commodity] else "within"


def wrong_since(tested: MeterTest, policy: MeterTestPolicy) -> date:
    """The day from which charges are given back where nobody knows it; a half day counts for the customer."""
    days = (tested.tested_on - tested.last_right_on).days
    return tested.tested_on - timedelta(days=-(-days * policy.unknown_since_percent // 100))


def credits_of(tested: MeterTest, since_on: date, charged: Sequence[Charged]) -> list[Credit]:
    """The whole error of the charges, each service of each bill rounded half up by itself; nothing of nothing."""
    made = []
    for one in charged:
        of_days = max((one.period_end_on - one.period_start_on).days, 1)
        wrong = (min(one.period_end_on, tested.tested_on) - max(one.period_start_on, since_on)).days
        days = max(0, min(wrong, of_days))
        part = one.amount_cents * tested.error_hundredths * days
        cents = (2 * part + WHOLE * of_days) // (2 * WHOLE * of_days)
        if cents > 0:
            made.append(Credit(one.bill_id, one.service, one.amount_cents, days, of_days, min(cents, one.amount_cents)))
    return made
