"""What rates go by besides use: the customer's class, the households that are served, and the discounts granted."""

from collections.abc import Collection
from dataclasses import dataclass

from shared.errors import Invalid


class DiscountWithoutEvidence(Invalid):
    """A discount is granted on evidence that somebody saw."""

    remedy = "Say in discount_evidence what was seen (Driver's license, born in 1958), or leave the discounts out."


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Of one service. Each discount is named once, in the order of the alphabet."""

    customer_class: str = "residential"
    dwelling_units: int = 1
    discounts: tuple[str, ...] = ()

    def __str__(self) -> str:
        granted = ", ".join(self.discounts) or "no discount"
        return f"{self.customer_class}, households: {self.dwelling_units}, {granted}"

    def but(
        self, customer_class: str | None, dwelling_units: int | None, discounts: Collection[str] | None
    ) -> "Circumstances":
        """The same, with what is given; an empty collection takes the discounts away."""
        return Circumstances(
            self.customer_class if customer_class is None else customer_class,
            self.dwelling_units if dwelling_units is None else dwelling_units,
            self.discounts if discounts is None else tuple(sorted(set(discounts))),
        )


ORDINARY = Circumstances()
"""Where nothing else was agreed: a home with one household, and no discount."""


def check_evidence(circumstances: Circumstances, evidence: str | None, field: str) -> None:
    """Raises DiscountWithoutEvidence."""
    if circumstances.discounts and evidence is None:
        raise DiscountWithoutEvidence(field=field, discounts=list(circumstances.discounts))
