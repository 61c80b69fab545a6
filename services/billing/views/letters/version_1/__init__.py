"""The first version of every letter. What was drawn up by it is written by it for ever: a change is another version."""

from services.billing.domain.letters import Facts
from services.billing.views.letters.bodies import Body
from services.billing.views.letters.version_1 import bills, corrections
from shared.paper import Language

_BODIES = {
    "high_bill_findings": bills.findings,
    "bill_explanation": bills.explanation,
    "adjustment": corrections.adjustment,
    "cancellation": corrections.cancellation,
    "dispute_decision": corrections.decision,
    "meter_test_result": corrections.meter_test,
}

__all__ = ["body"]


def body(kind: str, facts: Facts, language: Language) -> Body:
    """What a letter of this kind says with these facts."""
    return _BODIES[kind](facts, language)
