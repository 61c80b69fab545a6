"""The part of a bill about its budget plan: what was used, what is asked, how far ahead or behind, and until when."""

from dataclasses import dataclass
from functools import partial

from services.billing.views.bill_papers.facts import BillFacts
from services.billing.views.bill_papers.phrases import phrase
from services.billing.views.budget_plans import BudgetShare
from shared.money import dollars
from shared.paper import Language, month


@dataclass(frozen=True, slots=True)
class BudgetContent:
    """The rows of the box, what they come to, and what becomes of it in a sentence."""

    title: str
    rows: tuple[tuple[str, str], ...]
    total: tuple[str, str]
    settled: str


def budget_content(facts: BillFacts, language: Language) -> BudgetContent | None:
    """How the plan stands after this bill; None for a bill that asks what it comes to."""
    share = facts.bill.budget
    if share is None:
        return None
    say = partial(phrase, language=language)
    before_cents = share.balance_cents - share.deferred_cents
    rows = (
        (say("plan_before" if before_cents >= 0 else "plan_ahead_before"), dollars(abs(before_cents))),
        (say("plan_used"), dollars(facts.bill.total_cents)),
        (say("plan_asked"), dollars(share.asked_cents)),
    )
    total = (say("plan_behind" if share.balance_cents >= 0 else "plan_ahead"), dollars(abs(share.balance_cents)))
    return BudgetContent(say("plan"), rows, total, _settled(share, language))


def _settled(share: BudgetShare, language: Language) -> str:
    if share.true_up_cents is None:
        on = f"{month(share.true_up_on, language)} {share.true_up_on.year}"
        return phrase("plan_settled_in", language, month=on)
    return phrase("plan_settled_now", language)
