"""Letters that explain a bill: line by line, or why it is higher than the one that it is held beside."""

from collections.abc import Mapping
from typing import Any

from services.billing.domain.letters import Facts
from services.billing.views.letters.bodies import Body, Row
from services.billing.views.letters.version_1.words import Say, day_of, period_of, speaker
from shared.money import dollars
from shared.paper import Language


def explanation(facts: Facts, language: Language) -> Body:
    """Every line of the bill with how it was worked out."""
    say, bill = speaker(language), facts["bill"]
    rows = [Row(line["label"], dollars(line["cents"]), line["in_words"]) for line in facts["lines"]]
    return Body(
        say("explanation"),
        (say("explained", **period_of(bill, language)),),
        (*rows, Row(say("bill_total"), dollars(bill["total_cents"]))),
        (say("pay_by", day=day_of(bill["due_on"], language)),),
    )


def findings(facts: Facts, language: Language) -> Body:
    """Both periods, what each possible reason explains of the difference, and what can be done."""
    say, now, then = speaker(language), facts["now"], facts["beside"]
    before = (
        say("looked_at", **period_of(facts["bill"], language)),
        say("held_beside", end=day_of(then["end_on"], language), total=dollars(then["total_cents"])),
        *_used(facts, say),
        say("reasons"),
    )
    told = [(one["kind"], one["cents"]) for one in facts["reasons"] if one["cents"]]
    rows = [Row(say(f"why_{kind}"), dollars(cents), _because(kind, now, then, say)) for kind, cents in told]
    total = Row(say("difference"), dollars(facts["difference_cents"]))
    return Body(say("findings"), before, (*rows, total), (say(f"next_{facts['next_step']}"), say("may_dispute")))


def _used(facts: Facts, say: Say) -> tuple[str, ...]:
    now, then, percent = facts["now"], facts["beside"], facts["change_percent"]
    used = say("used", now=now["per_day"], then=then["per_day"], unit=facts["unit"])
    if not percent:
        return (used,)
    return (used, say("more_a_day" if percent > 0 else "less_a_day", percent=abs(percent)))


def _because(kind: str, now: Mapping[str, Any], then: Mapping[str, Any], say: Say) -> str:
    return say("days_then_and_now", now=now["days"], then=then["days"]) if kind == "longer_period" else ""
