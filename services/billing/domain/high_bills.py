"""Why is a bill higher than the one it is held beside? Each possible reason, weighed with its evidence and its cents.

It is held beside the bill of the same period last year, or else beside the one before it. What the reasons come to adds
up to the difference, to the cent. Source: rulebook 3 (high-bill review).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from services.billing.domain.exact import Exact, plus
from services.billing.domain.periods import Period, change_percent, last_year, per_day
from shared.ids import BillId
from shared.money import dollars, half_up

Kind = Literal["longer_period", "rate_change", "estimate_corrected", "leak_pattern", "more_use", "season"]
Step = Literal["explain", "re_read", "leak_check", "meter_test"]
STANDS_OUT = frozenset({"high", "very_high"})
"""Flags of the reading that say that the use is far above the usual, by the policy of its day."""
_NEXT: dict[Step, str] = {
    "explain": "Explain the bill line by line; offer an arrangement if it is hard to pay at once.",
    "re_read": "Have the meter read again; if the reading was wrong, cancel the bill, correct it and bill anew.",
    "leak_check": "Order a leak check; when a leak was found and repaired, propose the adjustment form leak.",
    "meter_test": "Have the meter read again, and offer a meter test: if it is fast, the whole error is given back.",
}


@dataclass(frozen=True, slots=True)
class Questioned:
    """A bill and what is known of it. `before` are the earlier bills of the service, oldest first.

    `at_old_rates_cents` is what its use would have come to by the tariff of the bill it is held beside.
    `unit` is what use is counted in, `before_ids` are the bills of `before`.
    """

    now: Period
    before: tuple[Period, ...]
    at_old_rates_cents: int | None
    begins_estimated: bool
    flags: frozenset[str]
    unit: str = ""
    before_ids: tuple[BillId, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One possible reason: what of the difference it explains (None: it cannot be told), and the evidence."""

    kind: Kind
    cents: int | None
    evidence: str


def beside(before: Sequence[Period], now: Period) -> Period | None:
    """The bill to hold it beside: that of the same period last year, or else the last one."""
    return last_year(before, now) or (before[-1] if before else None)


def weigh(of: Questioned) -> list[Reason]:
    """Every reason, the one that explains most first; what their cents come to is the difference."""
    base = beside(of.before, of.now)
    if base is None:
        return []
    at_old_cents = of.now.total_cents if of.at_old_rates_cents is None else of.at_old_rates_cents
    longer = _longer(of.now, base)
    use_cents = at_old_cents - base.total_cents - (longer.cents or 0)
    corrected = _corrected(of, at_old_cents, use_cents)
    used = _used(of, base, use_cents - (corrected.cents or 0))
    reasons = [longer, _rates(of, at_old_cents), corrected, used, _season(of.before, of.now, base)]
    return sorted(reasons, key=lambda one: -(one.cents or 0))


def next_step(of: Questioned, reasons: Sequence[Reason]) -> tuple[Step, str]:
    """What to do now, by the reason that explains most."""
    step: Step = "explain"
    if of.now.estimated:
        step = "re_read"
    elif reasons and (reasons[0].cents or 0) > 0:
        steps: dict[Kind, Step] = {"leak_pattern": "leak_check", "more_use": "meter_test"}
        step = steps.get(reasons[0].kind, "explain")
    return step, _NEXT[step]


def findings(of: Questioned) -> dict[str, Any]:
    """What a letter tells of it: both periods, what each reason explains, and what to do next."""
    base, reasons = beside(of.before, of.now), weigh(of)
    return {
        "unit": of.unit,
        "now": _told(of.now),
        "beside": None if base is None else _told(base),
        "difference_cents": None if base is None else of.now.total_cents - base.total_cents,
        "change_percent": None if base is None else change_percent(base, of.now),
        "reasons": [{"kind": one.kind, "cents": one.cents} for one in reasons],
        "next_step": next_step(of, reasons)[0],
    }


def _told(period: Period) -> dict[str, Any]:
    return {
        "end_on": period.end_on.isoformat(), "days": period.days_count, "used": period.quantity.plain,
        "per_day": Exact(per_day(period), 3).plain, "total_cents": period.total_cents,
    }  # fmt: skip


def _longer(now: Period, base: Period) -> Reason:
    days = now.days_count - base.days_count
    cents = half_up(base.total_cents * days, max(base.days_count, 1))
    return Reason("longer_period", cents, f"{now.days_count} days are billed, {base.days_count} were then.")


def _rates(of: Questioned, at_old_cents: int) -> Reason:
    if of.at_old_rates_cents is None:
        return Reason("rate_change", 0, "The tariff is the same.")
    now_cents = of.now.total_cents
    evidence = f"By the rates of then this use would have come to {dollars(at_old_cents)}, not {dollars(now_cents)}."
    return Reason("rate_change", now_cents - at_old_cents, evidence)


def _corrected(of: Questioned, at_old_cents: int, use_cents: int) -> Reason:
    """What an estimate that was too low left to this bill: use above the average of both periods."""
    if not of.begins_estimated or of.now.estimated or not of.before:
        return Reason("estimate_corrected", 0, "The readings at both ends are not estimates being corrected.")
    last = of.before[-1]
    both = plus(last.quantity, of.now.quantity)
    used = plus(of.now.quantity, Exact(0, both.places))
    days = last.days_count + of.now.days_count
    above = used.digits * days - both.digits * of.now.days_count
    cents = half_up(at_old_cents * above, used.digits * days) if used.digits > 0 else 0
    return Reason(
        "estimate_corrected", max(0, min(cents, use_cents)),
        "It begins with an estimated reading and ends with an actual one: what the estimate missed is on this bill.",
    )  # fmt: skip


def _used(of: Questioned, base: Period, cents: int) -> Reason:
    stands_out = sorted(of.flags & STANDS_OUT)
    then, now = Exact(per_day(base), 3).plain, Exact(per_day(of.now), 3).plain
    if stands_out and cents > 0:
        return Reason(
            "leak_pattern", cents,
            f"{now} a day against {then}; the reading was flagged {' and '.join(stands_out)}: look for a leak.",
        )  # fmt: skip
    return Reason("more_use", cents, f"{now} a day against {then}; the reading did not stand out as far too high.")


def _season(before: Sequence[Period], now: Period, base: Period) -> Reason:
    if last_year(before, now) is None:
        return Reason("season", None, "There is no bill of a year ago: what the season does cannot be told.")
    last = before[-1]
    evidence = (
        f"It is held beside the same season: {Exact(per_day(base), 3).plain} a day then,"
        f" {Exact(per_day(last), 3).plain} in the period before this one."
    )
    return Reason("season", 0, evidence)
