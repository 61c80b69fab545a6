"""Story 12 of the rulebook: a complaint that nobody answers climbs to the supervisor, once, and is given to another."""

import pytest

from tests.stories.weather import Telling

pytestmark = pytest.mark.concerns("tickets")

SHIFT = [{"weekday": day, "starts": "08:30", "ends": "16:30"} for day in range(5)]
PEOPLE = {
    "rosa": {"name": "Rosa Delgado", "capacity": 20, "skills": {"billing": 3}},
    "marcus": {"name": "Marcus Webb", "level": "senior", "capacity": 20, "skills": {"billing": 5}},
    "denise": {"name": "Denise Okafor", "level": "supervisor", "capacity": 40, "skills": {"billing": 5}},
}


async def test_a_high_bill_that_nobody_answers_climbs_once(story: Telling) -> None:
    """Warned at three quarters, breached, to Marcus and then to Denise: each said once, however often it is heard."""
    for subject, person in PEOPLE.items():
        settings = {**person, "shift": SHIFT}
        await story.now("tickets", "supervisor", f"/representatives/{subject}", settings, method="PUT")
    complaint = {"category": "billing.high_bill", "channel": "phone", "summary": "It is three times last year's."}
    opened = await story.asks("tickets", "csr", "/tickets", complaint)
    assert {"TicketOpened", "TicketAssigned"} <= set(story.heard())

    for days in (1, 1, 1, 1, 3, 1, 1, 1):  # Monday to Thursday week, at ten in the morning: the desk is staffed
        await story.passes(days=days)

    told = [
        f"{type(fact).__name__} {getattr(fact, 'clock', getattr(fact, 'level', ''))}"
        for fact in story.facts
        if type(fact).__name__ in {"SlaWarned", "SlaBreached", "TicketEscalated"}
    ]
    assert sorted(told) == sorted(set(told)), "each exactly once"
    assert {"SlaWarned resolution", "SlaBreached resolution"} <= set(told)
    assert {"TicketEscalated senior", "TicketEscalated supervisor"} <= set(told)
    ticket = await story.reads("tickets", "supervisor", f"/tickets/{opened['ticket_id']}")
    assert [each["level"] for each in ticket["escalations"]] == ["senior", "supervisor"]
    assert [each["escalated_to"] for each in ticket["escalations"]] == ["marcus", "denise"]
    assert ticket["owner"] != "rosa"
