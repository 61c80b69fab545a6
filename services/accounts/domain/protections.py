"""Protections: who may not be shut off from one day through another. People see that, and not why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.accounts.domain.orders import Order
from shared.errors import Conflict, Invalid, NotFound
from shared.ids import AccountId, ProtectionId


class ProtectionKind(StrEnum):
    """Why a customer is not shut off (rulebook 1)."""

    LIFE_SUPPORT = "life_support"
    MEDICAL_EMERGENCY = "medical_emergency"
    WINTER = "winter"
    DISASTER = "disaster"


class CustomerIsProtected(Conflict):
    """A protected customer's service is not shut off."""

    remedy = "Leave the water on; the order can be scheduled for a day after the protection."


class ProtectionEndsBeforeItBegins(Invalid):
    """A protection holds from a day through the same day or a later one."""

    remedy = "Send the last day that is protected as through_on."


class ProtectionUnknown(NotFound):
    """A protection has an id that accounts gave it."""

    remedy = "List the account's protections; take protection_id from there."


class ProtectionAlreadyEnded(Conflict):
    """A protection is ended once."""

    remedy = "Nothing is left to do; a new one needs its own evidence."


@dataclass(frozen=True, slots=True)
class Protection:
    """An account is protected from a day through another; `ended_on` is the first day that it no longer is."""

    protection_id: ProtectionId
    account_id: AccountId
    kind: ProtectionKind
    from_on: date
    through_on: date
    evidence: str
    ended_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """The day is protected."""
        return self.from_on <= day <= self.through_on and (self.ended_on is None or day < self.ended_on)


def check_span(protection: Protection) -> None:
    """Raises ProtectionEndsBeforeItBegins."""
    if protection.through_on < protection.from_on:
        raise ProtectionEndsBeforeItBegins(field="through_on", from_on=protection.from_on)


def check_shutoff(order: Order, day: date, protections: Mapping[AccountId, Sequence[Protection]]) -> None:
    """A shut-off is not planned for, sent out on, or done on a protected day. Raises CustomerIsProtected.

    **Source**: rulebook 5 (asked again when it is done); in winter N.J.A.C. 5:45-2.1 and N.J.S.A. 40A:5A-29.
    """
    if order.is_shutoff:
        through_on = protected_through(protections.get(order.account_id, ()), day)
        if through_on is not None:
            raise CustomerIsProtected(order_id=order.order_id, protected_through=through_on)


def protected_through(protections: Iterable[Protection], day: date) -> date | None:
    """The last day of the protections that hold on a day; None where none does."""
    return max((one.through_on for one in protections if one.holds_on(day)), default=None)
