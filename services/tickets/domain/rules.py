"""The table: which fact of another service opens, advances or ends which kind of work at the desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

MatterKind = Literal[
    "order", "authorization", "bill", "payment", "remittance", "application", "final_reading", "dispute"
]
_TOLD_IN_ORDER = frozenset[MatterKind]({"bill", "final_reading", "dispute"})
"""Their beginning and their end are told on one topic under one key."""


class Move(StrEnum):
    """What a fact does: opens work, advances it, says that it failed, withdraws its ground, or ends it."""

    OPEN = "open"
    ADVANCE = "advance"
    FAIL = "fail"
    WITHDRAW = "withdraw"
    END = "end"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: whose id the fact is about, what it does, and with which category, code and text."""

    matter: MatterKind
    move: Move
    category: str | None = None
    resolution_code: str | None = None
    template: str | None = None
    holds_authorization: bool = False
    answers: bool = False

    @property
    def remembered(self) -> bool:
        """Whether it is kept though nothing was opened yet: its opening may come later, from another topic.

        What is told in order is never ended first: the many bills that were never held, and the final readings that
        were never missed, leave nothing behind.
        """
        ends = self.move is Move.END and self.matter not in _TOLD_IN_ORDER
        return ends or self.move in (Move.OPEN, Move.WITHDRAW)


def _opens(matter: MatterKind, category: str, template: str | None = None, holds_authorization: bool = False) -> Rule:
    return Rule(matter, Move.OPEN, category, template=template, holds_authorization=holds_authorization)


def _advances(matter: MatterKind, template: str) -> Rule:
    return Rule(matter, Move.ADVANCE, template=template, answers=True)


def _ends(matter: MatterKind, resolution_code: str, template: str) -> Rule:
    return Rule(matter, Move.END, resolution_code=resolution_code, template=template)


RULES: Mapping[tuple[str, ...], Rule] = MappingProxyType(
    {
        ("accounts.ServiceOrderRequested", "turn_on"): _opens("order", "service.turn_on"),
        ("accounts.ServiceOrderRequested", "turn_off"): _opens("order", "service.turn_off"),
        ("accounts.ServiceOrderRequested", "nonpayment_shutoff"): _opens(
            "order", "service.shutoff", holds_authorization=True
        ),
        ("accounts.ServiceOrderRequested", "reconnection"): _opens("order", "service.reconnection"),
        ("accounts.ServiceOrderScheduled",): _advances("order", "order_scheduled"),
        ("accounts.ServiceOrderDispatched",): _advances("order", "order_dispatched"),
        ("accounts.ServiceOrderNotCompleted",): Rule("order", Move.FAIL, template="order_not_completed"),
        ("accounts.ServiceOrderCompleted", "turn_on"): _ends("order", "turned_on", "turned_on"),
        ("accounts.ServiceOrderCompleted", "turn_off"): _ends("order", "turned_off", "turned_off"),
        ("accounts.ServiceOrderCompleted", "nonpayment_shutoff"): _ends("order", "shut_off", "shut_off"),
        ("accounts.ServiceOrderCompleted", "reconnection"): _ends("order", "reconnected", "reconnected"),
        ("accounts.ServiceOrderCancelled",): _ends("order", "called_off", "order_called_off"),
        ("accounts.ServiceOrderCancelled", "nonpayment_shutoff"): _ends("order", "called_off", "shutoff_called_off"),
        ("accounts.ServiceOrderCancelled", "nonpayment_shutoff", "paid"): _ends(
            "order", "paid", "shutoff_called_off_paid"
        ),
        ("accounts.FinalReadingMissed",): _opens("final_reading", "meter.final_reading", "final_reading_missed"),
        ("accounts.FieldWorkProgressed", "final_reading", "completed"): _ends(
            "final_reading", "read", "final_reading_taken"
        ),
        ("accounts.FieldWorkProgressed", "final_reading", "cancelled"): _ends(
            "final_reading", "called_off", "order_called_off"
        ),
        ("billing.ShutoffWithdrawn",): Rule(
            "authorization", Move.WITHDRAW, resolution_code="called_off", template="shutoff_called_off"
        ),
        ("billing.ShutoffWithdrawn", "paid"): Rule(
            "authorization", Move.WITHDRAW, resolution_code="paid", template="shutoff_called_off_paid"
        ),
        ("billing.BillHeld",): _opens("bill", "billing.review"),
        ("billing.BillIssued",): _ends("bill", "bill_issued", "bill_issued"),
        ("billing.BillCancelled",): _ends("bill", "bill_cancelled", "bill_cancelled"),
        ("billing.DisputeOpened",): _opens("dispute", "billing.incorrect_charge", "dispute_opened"),
        ("billing.DisputeDecided",): _ends("dispute", "decided", "dispute_decided"),
        ("billing.DisputeDecided", "upheld"): _ends("dispute", "upheld", "dispute_upheld"),
        ("billing.DisputeDecided", "adjusted"): _ends("dispute", "adjusted", "dispute_adjusted"),
        ("billing.DisputeDecided", "withdrawn"): _ends("dispute", "withdrawn", "dispute_withdrawn"),
        ("billing.DisputeDecided", "bill_cancelled"): _ends("dispute", "bill_cancelled", "dispute_ended_with_bill"),
        ("payments.PaymentReversed",): _opens("payment", "payment.returned_check", "payment_reversed"),
        ("payments.RemittanceSuspended",): _opens("remittance", "payment.suspense", "remittance_suspended"),
        ("payments.RemittancePlaced",): _ends("remittance", "placed", "remittance_placed"),
        ("licensing.CorrectionsRequested",): _opens("application", "license.rejected_review", "corrections_requested"),
        ("licensing.ApplicationSubmitted",): _advances("application", "application_returned"),
        ("licensing.ApplicationDecided", "approved"): _ends("application", "approved", "application_approved"),
        ("licensing.ApplicationDecided", "denied"): _ends("application", "denied", "application_denied"),
        ("licensing.ApplicationWithdrawn",): _ends("application", "withdrawn", "application_withdrawn"),
        ("licensing.ApplicationAbandoned",): _ends("application", "abandoned", "application_abandoned"),
        ("licensing.LicenseIssued",): _ends("application", "issued", "license_issued"),
    }
)
