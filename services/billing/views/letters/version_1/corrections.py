"""Letters that follow a correction: an adjustment, a cancelled bill, a dispute that was decided, a meter's test."""

from services.billing.domain.letters import Facts
from services.billing.views.letters.bodies import Body, Row
from services.billing.views.letters.version_1.words import (
    balance_said,
    by_service,
    day_of,
    percent_of,
    period_of,
    speaker,
)
from shared.money import dollars
from shared.paper import Language


def adjustment(facts: Facts, language: Language) -> Body:
    """What was taken off or added, why, and what the account comes to."""
    say, bill, total_cents = speaker(language), facts["bill"], facts["total_cents"]
    amount, charged = dollars(abs(total_cents)), facts["form"] == "back_bill"
    if bill is None:
        before = say("adjusted_no_bill", amount=amount)
    else:
        name = "added_to_bill" if charged else "taken_off_bill"
        before = say(name, amount=amount, **period_of(bill, language))
    due = (say("added_due", amount=amount, day=day_of(facts["due_on"], language)),) if charged else ()
    rows = by_service(facts, say)
    return Body(
        say("adjustment_charge" if charged else "adjustment_credit"),
        (before, say(f"cause_{facts['cause']}")),
        (*rows, Row(say("total"), dollars(total_cents))),
        (*due, *balance_said(facts, say)),
    )


def cancellation(facts: Facts, language: Language) -> Body:
    """Which bill no longer stands, why, what becomes of what was paid, and the bill that takes its place."""
    say, rebilled = speaker(language), facts.get("rebilled")
    before = (
        say("cancelled", **period_of(facts["bill"], language)),
        say(f"reason_{facts['reason_code']}"),
        say("paid_is_credit"),
    )
    if rebilled is None:
        return Body(say("cancellation"), before, (), (say("new_bill_follows"), *balance_said(facts, say)))
    old_cents, new_cents = facts["bill"]["total_cents"], rebilled["total_cents"]
    rows = (
        Row(say("new_bill"), dollars(new_cents)),
        Row(say("old_bill"), dollars(-old_cents)),
        Row(say("difference"), dollars(new_cents - old_cents)),
    )
    after = say("new_bill_due", total=dollars(new_cents), day=day_of(rebilled["due_on"], language))
    return Body(say("cancellation"), before, rows, (after, *balance_said(facts, say)))


def decision(facts: Facts, language: Language) -> Body:
    """How a dispute ended, and what is now to be paid by when."""
    say, outcome = speaker(language), facts["outcome"]
    questioned = sum(facts["cents_by_service"].values())
    before = (
        say("disputed", amount=dollars(questioned), **period_of(facts["bill"], language)),
        say(f"dispute_{outcome}", adjusted=dollars(abs(facts["adjusted_cents"] or 0))),
    )
    rows = by_service(facts, say)
    if facts["new_due_on"] is not None:
        after = say("left_due", left=dollars(facts["left_cents"]), day=day_of(facts["new_due_on"], language))
    elif outcome == "withdrawn":
        after = say("old_due", day=day_of(facts["bill"]["due_on"], language))
    else:
        after = say("nothing_left")
    return Body(say("dispute"), before, (*rows, Row(say("questioned"), dollars(questioned))), (after, say("was_held")))


def meter_test(facts: Facts, language: Language) -> Body:
    """How right the meter was, by the law's tolerance, and what is given back."""
    say, finding = speaker(language), facts["finding"]
    percent, allowed = percent_of(facts["error_hundredths"]), percent_of(facts["tolerance_hundredths"])
    before = (
        say("tested", serial=facts["meter_serial"], day=day_of(facts["tested_on"], language)),
        say(f"meter_{finding}", percent=percent, allowed=allowed),
    )
    if finding != "fast":
        return Body(say("meter_test"), before)
    credit_cents = facts["credit_cents"]
    since = day_of(facts["wrong_since_on"], language)
    after = say("whole_error" if credit_cents else "no_bill_of_then", since=since, amount=dollars(credit_cents))
    return Body(say("meter_test"), before, (), (after,))
