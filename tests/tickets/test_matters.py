"""What other services' facts do at the desk, in whatever order they come."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tickets.domain.categories import Category
from services.tickets.domain.consequences import carry_out
from services.tickets.domain.desk import Desk
from services.tickets.domain.matters import Matter, MatterKey, Memory, NewIds, rule_for, take_in, understood
from services.tickets.domain.rules import RULES, Move
from services.tickets.domain.texts import TextLacksFact, filled
from services.tickets.domain.tickets import Act, Action, Ticket
from services.tickets.domain.work import Board, fold
from shared.events import FACTS, Fact
from shared.events.accounts import OrderKind
from shared.ids import TicketId
from tests.tickets import heard
from tests.tickets.desk import DESK, NEW_YORK, category

MIGRATIONS = Path(__file__).parents[2] / "services/tickets/migrations"
SEEDS = "".join(path.read_text("utf-8") for path in sorted(MIGRATIONS.glob("*.sql")))
TEMPLATES = {
    name: body.replace("''", "'") for name, body in re.findall(r"\('(\w+)', '2000-01-01',\s*'((?:[^']|'')+)'\)", SEEDS)
}
TURN_ON = OrderKind.TURN_ON
CATEGORIES = set(re.findall(r"\('(\w+\.\w+)'", SEEDS))
PAID = "Your payment was received and the shut-off was called off."


def everything() -> Desk:
    """The desk with all the rulebook's categories and texts."""
    known: dict[str, Category] = {name: category(name, "general") for name in CATEGORIES}
    return Desk(DESK.policy, DESK.calendar, known, TEMPLATES)


class Ear:
    """Hears facts one batch after the other, and remembers as the tables do."""

    def __init__(self) -> None:
        self.desk = everything()
        self.matters: dict[MatterKey, Matter] = {}
        self.board = Board({}, {})
        self.serial = 0

    def hear(self, *facts: Fact) -> "Ear":
        """Take in a batch."""
        said = [understood(fact, self.desk.templates, heard.NOW, NEW_YORK) for fact in facts]
        concerned = [one for one in said if one is not None]
        for one in concerned:
            keys = [one.key] if one.rule.remembered else []
            if one.authorization_id is not None:
                keys.append(("authorization", one.authorization_id))
            for key in keys:
                self.matters.setdefault(key, Matter(*key))
        memory = Memory(dict(self.matters))
        take_in(memory, concerned, [self._fresh() for _ in concerned])
        carry_out(self.board, memory.consequences, self.desk, "service:tickets")
        self.matters = memory.matters
        return self

    def _fresh(self) -> NewIds:
        self.serial += 3
        return NewIds(TicketId(UUID(int=self.serial)), (UUID(int=self.serial + 1), UUID(int=self.serial + 2)))

    @property
    def ticket(self) -> Ticket:
        """The only ticket."""
        [ticket] = self.board.tickets.values()
        return ticket

    def ends(self) -> list[tuple[str, str, str | None]]:
        """What stands at the end: category, state and answer of each ticket."""
        tickets = self.board.tickets.values()
        return sorted((t.category, t.state, t.resolution.text if t.resolution else None) for t in tickets)


def test_every_row_of_the_table_is_a_fact_a_category_and_a_text_that_there_are() -> None:
    for (event_type, *_), rule in RULES.items():
        assert event_type in FACTS
        assert rule.category is None or rule.category in CATEGORIES
        assert rule.template is None or rule.template in TEMPLATES
        assert (rule.move is Move.OPEN) == (rule.category is not None)
        assert rule.move is not Move.END or (rule.resolution_code and rule.template)


@pytest.mark.parametrize(
    ("facts", "category", "state", "text"),
    [
        ([heard.requested()], "service.shutoff", "new", None),
        ([heard.requested(TURN_ON)], "service.turn_on", "new", None),
        ([heard.requested(OrderKind.RECONNECTION)], "service.reconnection", "new", None),
        (
            [heard.requested(TURN_ON), heard.scheduled(TURN_ON), heard.completed(TURN_ON)],
            "service.turn_on", "closed", "Your service was turned on on March 2, 2026.",
        ),
        ([heard.requested(), heard.cancelled("paid")], "service.shutoff", "closed", PAID),
        (
            [heard.requested(TURN_ON), heard.cancelled("customer_request", TURN_ON)],
            "service.turn_on", "closed", "The work was called off: customer request.",
        ),
        (
            [heard.requested(), heard.completed()], "service.shutoff", "closed",
            "The service was shut off on March 2, 2026 for non-payment. It comes back when what is past due is paid.",
        ),
        ([heard.bill_held()], "billing.review", "new", None),
        (
            [heard.bill_held(), heard.bill_issued()], "billing.review", "closed",
            "Your bill was reviewed. It was issued on March 2, 2026 and is due on April 1, 2026.",
        ),
        (
            [heard.bill_held(), heard.bill_cancelled()], "billing.review", "closed",
            "Your bill was reviewed and found to be wrong. It was cancelled; you owe nothing for it.",
        ),
        ([heard.final_reading_missed(), heard.progressed("scheduled")], "meter.final_reading", "new", None),
        (
            [heard.final_reading_missed(), heard.progressed("completed")], "meter.final_reading", "closed",
            "The final reading was taken. The final bill follows.",
        ),
        (
            [heard.final_reading_missed(), heard.progressed("cancelled", reason_code="stays_after_all")],
            "meter.final_reading", "closed", "The work was called off: stays after all.",
        ),
        ([heard.dispute_opened()], "billing.incorrect_charge", "new", None),
        (
            [heard.dispute_opened(), heard.dispute_decided("upheld", date(2026, 3, 17))],
            "billing.incorrect_charge", "closed",
            "Your bill was looked into and is right. Your account shows when what is open of the disputed part is due.",
        ),
        (
            [heard.dispute_opened(), heard.dispute_decided("adjusted")], "billing.incorrect_charge", "closed",
            "Your bill was looked into and corrected. Your account shows the adjustment.",
        ),
        (
            [heard.dispute_opened(), heard.dispute_decided("withdrawn")], "billing.incorrect_charge", "closed",
            "You took your dispute back. The bill is due as it says.",
        ),
        (
            [heard.dispute_opened(), heard.bill_cancelled(), heard.dispute_decided("bill_cancelled")],
            "billing.incorrect_charge", "closed",
            "Your bill was found to be wrong. It was cancelled; you owe nothing for it.",
        ),
        (
            [heard.dispute_opened(), heard.dispute_decided("settled_in_court")], "billing.incorrect_charge", "closed",
            "Your dispute was decided. Your account shows what is due.",
        ),
        ([heard.payment_reversed()], "payment.returned_check", "new", None),
        ([heard.remittance_suspended()], "payment.suspense", "new", None),
        (
            [heard.remittance_suspended(), heard.remittance_placed()], "payment.suspense", "closed",
            "The money was found to be yours and was posted.",
        ),
        ([heard.corrections_requested(), heard.resubmitted()], "license.rejected_review", "new", None),
        (
            [heard.corrections_requested(), heard.resubmitted(), heard.approved(), heard.license_issued()],
            "license.rejected_review", "closed", "Your application was approved.",
        ),
    ],
)  # fmt: skip
def test_what_is_told_opens_and_ends_the_work_at_the_desk(
    facts: Sequence[Fact], category: str, state: str, text: str | None
) -> None:
    for batches in ([tuple(facts)], [(fact,) for fact in facts]):
        ear = Ear()
        for batch in batches:
            ear.hear(*batch)
        assert ear.ends() == [(category, state, text)]


def test_what_the_desk_does_not_care_about_leaves_nothing() -> None:
    assert rule_for(heard.license_issued().model_copy()) is not None
    ear = Ear().hear(heard.bill_issued(), heard.resubmitted(), heard.scheduled())
    ear.hear(heard.progressed("completed"), heard.progressed("completed", "meter_test"))
    ear.hear(heard.dispute_decided("upheld"))
    assert (ear.board.tickets, [key for key, matter in ear.matters.items() if matter.ended_at]) == ({}, [])


@pytest.mark.parametrize(
    "facts",
    [
        [heard.completed(TURN_ON), heard.requested(TURN_ON)],
        [heard.remittance_placed(), heard.remittance_suspended()],
        [heard.approved(), heard.corrections_requested()],
    ],
)
def test_work_that_was_finished_before_its_opening_is_heard_is_opened_and_closed(facts: Sequence[Fact]) -> None:
    ear = Ear()
    for fact in facts:
        ear.hear(fact)
    assert ear.ticket.state == "closed"
    assert [type(fact).__name__ for fact in ear.board.facts] == ["TicketOpened", "TicketResolved", "TicketClosed"]
    assert not ear.board.agenda(ear.desk), "nothing of it is ever struck"


ORDER_GONE_WELL = [heard.requested(), heard.scheduled(), heard.dispatched(), heard.cancelled("paid")]
ORDER_FAILED = [heard.requested(), heard.scheduled(), heard.not_completed()]


@pytest.mark.parametrize("order", [ORDER_GONE_WELL, ORDER_FAILED])
@given(place=st.integers(0, 4), together=st.booleans())
def test_whenever_the_withdrawal_is_heard_the_ticket_ends_with_her_payment(
    order: Sequence[Fact], place: int, together: bool
) -> None:
    """Accounts and billing speak on two topics: what billing says may come before, between or after."""
    facts = [*order[:place], heard.withdrawn(), *order[place:]]
    ear = Ear()
    if together:
        ear.hear(*facts)
    else:
        for fact in facts:
            ear.hear(fact)
    assert ear.ends() == [("service.shutoff", "closed", PAID)]
    notes = [change.note for change in ear.board.changes if change.action == "note"]
    assert PAID in notes


def test_a_crew_that_could_not_do_it_leaves_the_ticket_to_a_person() -> None:
    ear = Ear().hear(*ORDER_FAILED)
    assert ear.ticket.state == "new"
    assert ear.board.changes[-1].note == "The crew could not do the work: no access."


def test_a_new_visit_after_a_failed_one_is_not_ended_by_the_withdrawal_but_by_how_it_ends() -> None:
    ear = Ear().hear(*ORDER_FAILED, heard.scheduled(), heard.withdrawn())
    assert ear.ticket.state == "new"
    assert ear.hear(heard.cancelled("paid")).ends() == [("service.shutoff", "closed", PAID)]


def test_a_person_who_was_faster_is_not_overruled() -> None:
    """Maria answered the ticket herself: the end that is heard only closes it, and what comes after is a note."""
    ear = Ear().hear(heard.requested(TURN_ON))
    mine = Act(ear.ticket.ticket_id, Action.CANCEL, "maria", heard.NOW, reason_code="asked_twice")
    fold(ear.board, [mine], ear.desk)
    assert ear.hear(heard.completed(TURN_ON)).ticket.state == "cancelled"
    assert ear.board.changes[-1].action == "note"


def test_the_crew_on_its_way_answers_the_acknowledgement() -> None:
    ear = Ear().hear(heard.requested(TURN_ON), heard.scheduled(TURN_ON))
    assert [one.state for one in ear.board.clocks[ear.ticket.ticket_id]] == ["met", "running"]


def test_a_text_with_a_missing_fact_is_not_sent() -> None:
    assert filled("Due on {due_on}.", {"due_on": "May 1, 2026"}) == "Due on May 1, 2026."
    with pytest.raises(TextLacksFact) as refused:
        filled("Due on {due_on}: {amount}, {amount}.", {"due_on": "May 1, 2026"})
    assert refused.value.facts == {"missing": "amount"}
