"""Tiers and blocks: the price of a unit, or of all of them, by how much was used."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Literal, Self

from pydantic import Field, model_validator

from services.billing.domain.exact import Exact, less, minus, plus
from services.billing.domain.lines import Line, Step, step
from services.billing.domain.tariffs.pricing import Priced, Pricing
from services.billing.domain.tariffs.uses import Scale, UseCharge, scaled
from services.billing.domain.tariffs.written import Misplaced, Part, Rate


class Reach(Part):
    """Units above the step below: through an absolute bound, or so many more; the last step has neither."""

    through: Rate | None = None
    next: Rate | None = Field(default=None, description='Instead of "through": the next so many units.')


class Tier(Reach):
    """The price of the units above the tier below, through this bound; the bound belongs to this tier."""

    rate: Rate


class Block(Reach):
    """The charge for whoever's use ends in this block."""

    amount: Rate


def bounds_of(steps: Sequence[Reach], field: str) -> list[Exact | None]:
    """Where each step ends. Raises Misplaced for a hole, an overlap, or no end."""
    last = len(steps) - 1
    if steps[last].through is not None or steps[last].next is not None:
        said = 'the last tier, and only the last, has "through": null or none, so that every unit has a price'
        raise Misplaced(said, field, last)
    bounds: list[Exact | None] = []
    floor = Exact(0)
    for number, one in enumerate(steps[:-1]):
        bound = one.through if one.next is None else plus(floor, one.next)
        if bound is None or (one.through is not None and one.next is not None):
            said = 'only the last tier has "through": null or none; each other has a "through" or a "next"'
            raise Misplaced(said, field, number)
        if not less(floor, bound):
            said = f"each tier ends above the one below it, and {bound} is not above {floor}: they overlap"
            raise Misplaced(said, field, number)
        bounds.append(bound)
        floor = bound
    return [*bounds, None]


class Tiers(UseCharge):
    """Each unit at the price of the tier it falls in: marginal tiers, inclining or declining."""

    kind: Literal["tiers"]
    tiers: list[Tier] = Field(min_length=1, max_length=20)
    bounds_per: list[Scale] = Field(default=[], max_length=2, description="The bounds are for each of these.")

    @model_validator(mode="after")
    def _without_holes(self) -> Self:
        bounds_of(self.tiers, "tiers")
        return self

    @cached_property
    def bounds(self) -> list[Exact | None]:
        """Where each tier ends."""
        return bounds_of(self.tiers, "tiers")

    def lines(self, pricing: Pricing) -> Iterator[Line]:
        """A line for each tier that is reached; nothing used is nothing in the first tier."""
        used = self.used(pricing)
        floor = Exact(0)
        for place, (tier, bound) in enumerate(zip(self.tiers, self.bounds, strict=True)):
            if place and not less(floor, used.quantity):
                return
            limit = None if bound is None else scaled(bound, self.bounds_per, pricing)
            top = used.quantity if limit is None or less(used.quantity, limit) else limit
            said = step("tier_above", floor=floor) if limit is None else step("tier", floor=floor, top=limit)
            part = self.of_rate(pricing.share(used.then(minus(top, floor), said)))
            yield self.named.line(pricing, "tier", part, (tier.rate, pricing.cents(part.quantity, tier.rate)))
            floor = top


class Blocks(UseCharge):
    """One charge, by the block in which the use ends."""

    kind: Literal["block"]
    blocks: list[Block] = Field(min_length=1, max_length=20)
    bounds_per: list[Scale] = Field(default=[], max_length=2, description="The bounds are for each of these.")

    @model_validator(mode="after")
    def _without_holes(self) -> Self:
        bounds_of(self.blocks, "blocks")
        return self

    @cached_property
    def bounds(self) -> list[Exact | None]:
        """Where each block ends."""
        return bounds_of(self.blocks, "blocks")

    def lines(self, pricing: Pricing) -> Iterator[Line]:
        """One line."""
        used = self.used(pricing)
        floor = Exact(0)
        for block, bound in zip(self.blocks, self.bounds, strict=True):
            limit = None if bound is None else scaled(bound, self.bounds_per, pricing)
            if limit is None or not less(limit, used.quantity):
                yield self._line(pricing, used, block, step("tier_above", floor=floor) if limit is None
                                 else step("tier", floor=floor, top=limit))  # fmt: skip
                return
            floor = limit

    def _line(self, pricing: Pricing, used: Priced, block: Block, said: Step) -> Line:
        steps = (*used.steps, step("in_block", used=used.quantity, unit=used.unit), said)
        bill = pricing.share(Priced(Exact(1), "bill", steps))
        return self.named.line(pricing, "block", bill, (block.amount, pricing.cents(bill.quantity, block.amount)))
