"""Moving out: the final reading is due within hours of the notice, and late is told, once."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from services.accounts.domain.nightly import first_moment
from services.accounts.domain.orders import Order, changed
from shared.errors import Invalid
from shared.events.accounts import FinalReadingMissed

WITHIN_HOURS_MAX = 48


class FinalReadingTooLate(Invalid):
    """A final reading is taken within 48 hours of the notice (N.J.A.C. 14:3-3A.1(b))."""

    remedy = "Set final_reading.within_hours to a number from 1 to 48."


class NoticedInTheFuture(Invalid):
    """A notice was given now or earlier."""

    remedy = "Give the time at which the customer told us; the day of moving out is moves_out_on."


@dataclass(frozen=True, slots=True)
class Notice:
    """A customer says that he moves out: when he said so, and from which day on, where that is still to come."""

    noticed_at: datetime | None = None
    moves_out_on: date | None = None


def policy_hours(within_hours: int) -> timedelta:
    """The town's time for a final reading. Raises FinalReadingTooLate."""
    if not 0 < within_hours <= WITHIN_HOURS_MAX:
        raise FinalReadingTooLate(field="final_reading.within_hours", given=within_hours)
    return timedelta(hours=within_hours)


def due_at(notice: Notice, now: datetime, within: timedelta, zone: ZoneInfo) -> datetime:
    """By when the meter is read: counted from the notice, or from the first moment of a later day of moving out.

    Raises NoticedInTheFuture. **Source**: N.J.A.C. 14:3-3A.1(b).
    """
    noticed_at = notice.noticed_at or now
    if noticed_at > now:
        raise NoticedInTheFuture(field="noticed_at", noticed_at=noticed_at.isoformat())
    begins = first_moment(notice.moves_out_on, zone) if notice.moves_out_on else noticed_at
    return max(noticed_at, begins) + within


def miss(order: Order, now: datetime) -> Order:
    """The time has passed and nobody has read the meter; the order stays open. One that has ended is not late."""
    if not order.is_open or order.due_at is None:
        return order
    fact = FinalReadingMissed(account_id=order.account_id, order_id=order.order_id, due_at=order.due_at)
    return changed(order, "overdue", now, fact, details={"due_at": order.due_at.isoformat()})
