"""Asks: may this water be shut off now? What billing and payments have confirmed so far, and until when it holds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.ids import AskId

Stage = Literal["dispatch", "execution"]
Book = Literal["billing", "payments"]


@dataclass(frozen=True, slots=True)
class Ask:
    """May this water be shut off now? Each book's confirmation is good until a moment; None has not confirmed."""

    ask_id: AskId
    stage: Stage
    asked_at: datetime
    answer_by: datetime
    billing_valid_until: datetime | None = None
    payments_valid_until: datetime | None = None
    ended_at: datetime | None = None

    @property
    def cleared_until(self) -> datetime | None:
        """The earlier end of the two confirmations; None while one is missing, or once the ask has ended."""
        if self.ended_at is not None or self.billing_valid_until is None or self.payments_valid_until is None:
            return None
        return min(self.billing_valid_until, self.payments_valid_until)

    @property
    def waits(self) -> bool:
        """True while an answer can still come."""
        return self.ended_at is None and self.cleared_until is None
