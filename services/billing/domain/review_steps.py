"""What is started from the review of a high bill: field work, an adjustment, a letter; each once, citing its finding.

Source: rulebook 3 (high-bill review: the suggested next step), rulebook 10 (order tests of meters, adjust complaints).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.billing.domain.adjustments import Form
from services.billing.domain.bills import Head
from services.billing.domain.high_bills import Kind, Reason
from shared.errors import Conflict, Invalid
from shared.money import dollars, half_up

OrderKind = Literal["reread", "leak_check", "meter_test"]
What = Literal["order", "adjustment", "letter"]
UNCOMPARED = ("uncompared", "uncompared: There is no earlier bill to hold it beside.")
_OVER = frozenset({"completed", "cancelled", "refused", "voided"})
_FORMS: Mapping[Kind, tuple[Form, str]] = {
    "leak_pattern": ("leak", "leak_repaired"),
    "more_use": ("high_bill", "not_explained"),
    "longer_period": ("high_bill", "long_period"),
    "estimate_corrected": ("high_bill", "estimate_too_high"),
}
"""The form and its cause by which what a reason explains is taken off, where it ever is."""


class StepAlreadyStarted(Conflict):
    """From a review the same thing is started once, by one person."""

    remedy = "Read the review: it names who started it and where it stands. Go on with that one, or have it ended."


class BillNoLongerStands(Conflict):
    """Nothing is started from the review of a bill that was cancelled."""

    remedy = "Look at the bill that took its place: the cancellation names it."


class ReasonNotInReview(Invalid):
    """What is started from a review cites one of the reasons that it weighed."""

    remedy = "Read the review, and name one of its reasons, or none for the one that explains most."


class NothingToAdjust(Conflict):
    """A reason is adjusted where it is one that forms know, and made the bill higher."""

    remedy = "Explain the bill (a letter of the kind bill_explanation), or name the reason that is to be adjusted."


@dataclass(frozen=True, slots=True)
class Started:
    """Something that was started from a review, and where it stands. `finding` is what it cites."""

    what: What
    id: UUID
    kind: str
    state: str
    state_at: datetime
    scheduled_on: date | None
    reason_code: str | None
    reason: str | None
    finding: str | None
    why: str | None
    started_at: datetime
    started_by: str

    @property
    def stands(self) -> bool:
        """Whether it is under way, or took effect. An order that was done may be followed by another."""
        return self.state not in _OVER


@dataclass(frozen=True, slots=True)
class Prefilled:
    """An adjustment as the review suggests it. Credits are negative."""

    form: Form
    cause: str
    cents_by_service: Mapping[str, int]


def cite(reasons: Sequence[Reason], kind: Kind | None) -> Reason:
    """The reason that is named, or the one that explains most. Raises ReasonNotInReview."""
    found = next((one for one in reasons if kind in (None, one.kind)), None)
    if found is None:
        raise ReasonNotInReview(field="reason", reasons=", ".join(one.kind for one in reasons) or "none")
    return found


def finding_of(reason: Reason) -> str:
    """What the review found, as it is cited."""
    amount = "" if reason.cents is None else f" {dollars(reason.cents)}"
    return f"{reason.kind}{amount}: {reason.evidence}"


def cited(reasons: Sequence[Reason], kind: Kind | None) -> tuple[str, str]:
    """What field work cites: a reason and its finding. A first bill has none, and is looked at all the same.

    Raises ReasonNotInReview.
    """
    if not reasons and kind is None:
        return UNCOMPARED
    reason = cite(reasons, kind)
    return reason.kind, finding_of(reason)


def check_step(bill: Head, started: Iterable[Started], what: What, kind: str | None = None) -> None:
    """Raises BillNoLongerStands, StepAlreadyStarted. Of orders one a kind, of adjustments one at all."""
    if bill.state == "cancelled":
        raise BillNoLongerStands(field="bill_id", bill_id=bill.bill_id)
    for one in started:
        if one.what == what and kind in (None, one.kind) and one.stands:
            raise StepAlreadyStarted(
                field="kind" if kind else "bill_id", started_by=one.started_by, state=one.state, id=one.id
            )


def prefill(reason: Reason, cents_by_service: Mapping[str, int]) -> Prefilled:
    """What the reason explains, taken off in the proportion in which the bill asks. Raises NothingToAdjust."""
    shares = share(reason.cents or 0, cents_by_service)
    if reason.kind not in _FORMS or not shares:
        raise NothingToAdjust(field="reason", reason=reason.kind, amount_cents=reason.cents)
    form, cause = _FORMS[reason.kind]
    return Prefilled(form, cause, {service: -cents for service, cents in shares.items()})


def share(cents: int, cents_by_service: Mapping[str, int]) -> dict[str, int]:
    """An amount, at most what is asked, shared out to the services in the proportion of what each asks, to the cent."""
    left_asked = sum(asked for asked in cents_by_service.values() if asked > 0)
    left = max(0, min(cents, left_asked))
    shares = {}
    for service, asked in cents_by_service.items():
        if asked <= 0 or not left:
            continue
        part = half_up(left * asked, left_asked)
        left, left_asked = left - part, left_asked - asked
        if part:
            shares[service] = part
    return shares
