"""An application on its way to a license: what each step needs, and what can never happen."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.licensing.domain import applications as desk
from services.licensing.domain import issuing
from services.licensing.domain.applications import Application, State
from services.licensing.domain.deficiencies import Deficiency, DeficiencyNotOpen, DeficiencyUnknown, Standing
from services.licensing.domain.licenses import LicenseState
from shared.errors import Refusal
from tests.licensing.dog import CITIZEN_AT_THE_COUNTER, CLERK, DOG, NOW, TODAY, answers, application

RESPOND_BY = TODAY + timedelta(days=30)
RABIES, COLOR = UUID(int=11), UUID(int=12)


def item(deficiency_id: UUID = RABIES, requirement: str | None = "rabies_cover", *fields: str) -> Deficiency:
    return Deficiency(
        deficiency_id, Standing.OPEN, requirement, fields or ("rabies_immune_until", "rabies_certificate"),
        "rabies_cover_too_short", "N.J.A.C. 8:23A-4.1", "The vaccine runs out in May.", "Vaccinate again.",
        "A certificate.", RESPOND_BY, 1,
    )  # fmt: skip


def asked(*items: Deficiency) -> Application:
    return desk.request_corrections(application(), items or (item(),), RESPOND_BY, TODAY)


def approved(**changes: Any) -> Application:
    return approve(application(**changes))


def approve(one: Application, by: str = CLERK) -> Application:
    return desk.approve(
        one, by=by, now=NOW, today=TODAY, invoice_id=UUID(int=77), invoice_number="9000000016"
    )  # fmt: skip


def clear(one: Application, *chosen: UUID, by: str = CLERK) -> Application:
    return desk.clear_items(one, frozenset(chosen), why="The new certificate was seen.", by=by, now=NOW)


def waive(one: Application, code: str = "rabies_cover", by: str = CLERK) -> Application:
    return desk.waive_requirement(one, code, why="A veterinarian certified it.", by=by, now=NOW)


def pay(one: Application, cents: int, payment: int = 1, today: date = TODAY) -> Application:
    return issuing.credit(one, UUID(int=payment), cents, today)[0]


def issued(one: Application) -> Application:
    return issuing.issue(one, UUID(int=99), "0000000017", TODAY)


def test_dana_is_approved_pays_and_holds_a_license() -> None:
    paid = pay(approved(), 1200)
    assert paid.state is State.PAID
    done = issued(paid)
    assert done.state is State.ISSUED
    assert done.license is not None
    assert (done.license.state, done.license.term.expires_on) == (LicenseState.ACTIVE, date(2027, 1, 31))
    assert done.version == 4


def test_corrections_go_back_and_forth_until_nothing_is_open() -> None:
    first = asked(item(), item(COLOR, None, "color"))
    assert (first.state, first.respond_by) == (State.CORRECTIONS_REQUESTED, RESPOND_BY)
    second = desk.resubmit(first, answers(rabies_immune_until="2028-01-01"))
    assert (second.state, second.round_number, second.respond_by) == (State.RESUBMITTED, 2, None)
    third = clear(second, RABIES)
    with pytest.raises(desk.OpenItemsRemain):
        approve(third)
    again = desk.request_corrections(third, (), RESPOND_BY, TODAY)
    fourth = desk.resubmit(again, answers(rabies_immune_until="2028-01-01", color="black"))
    assert [each.standing for each in fourth.deficiencies] == [Standing.CLEARED, Standing.OPEN]
    assert approve(clear(fourth, COLOR)).state is State.AWAITING_PAYMENT


def test_a_cleared_item_whose_field_changed_is_open_again() -> None:
    cleared = clear(desk.resubmit(asked(item(), item(COLOR, None, "color")), answers()), RABIES)
    again = desk.request_corrections(cleared, (), RESPOND_BY, TODAY)
    changed = desk.resubmit(again, answers(rabies_certificate="R-1"))
    assert [each.standing for each in changed.deficiencies] == [Standing.OPEN, Standing.OPEN]


def test_a_waiver_covers_only_what_was_shown() -> None:
    held = waive(asked(item(), item(COLOR, None, "color")))
    assert held.waived == {"rabies_cover"}
    assert desk.resubmit(held, answers(color="black")).waived == {"rabies_cover"}
    lapsed = desk.resubmit(held, answers(rabies_immune_until="2026-04-01"))
    assert lapsed.waived == frozenset()
    assert lapsed.deficiencies[0].standing is Standing.OPEN


def test_the_last_item_closed_brings_the_file_back_to_the_desk_and_stops_the_clock() -> None:
    at_desk = clear(asked(), RABIES)
    assert (at_desk.state, at_desk.respond_by) == (State.SUBMITTED, None)
    assert (waive(asked()).state, waive(asked()).respond_by) == (State.SUBMITTED, None)


def test_a_guide_dog_pays_nothing_and_is_issued_without_an_invoice() -> None:
    free = approved(answers=answers(service_dog=True))
    assert (free.state, free.invoice) == (State.PAID, None)
    assert issued(free).state is State.ISSUED


STEPS: dict[str, Callable[[Application], object]] = {
    "request_corrections": lambda one: desk.request_corrections(one, (item(UUID(int=5)),), RESPOND_BY, TODAY),
    "resubmit": lambda one: desk.resubmit(one, answers()),
    "clear": lambda one: clear(one, RABIES),
    "waive": waive,
    "approve": approve,
    "deny": lambda one: desk.deny(one, by=CLERK),
    "withdraw": lambda one: desk.withdraw(one, TODAY),
    "issue": issued,
}
STATES: dict[State, Callable[[], Application]] = {
    State.SUBMITTED: application,
    State.CORRECTIONS_REQUESTED: asked,
    State.RESUBMITTED: lambda: desk.resubmit(asked(), answers()),
    State.AWAITING_PAYMENT: approved,
    State.PAID: lambda: pay(approved(), 1200),
    State.ISSUED: lambda: issued(pay(approved(), 1200)),
    State.DENIED: lambda: desk.deny(application(), by=CLERK),
    State.WITHDRAWN: lambda: desk.withdraw(application(), TODAY),
    State.ABANDONED: lambda: desk.abandon(asked(), RESPOND_BY + timedelta(days=1)),
}
OPEN_TO: dict[State, set[str]] = {
    State.SUBMITTED: {"request_corrections", "waive", "approve", "deny", "withdraw"},
    State.CORRECTIONS_REQUESTED: {"resubmit", "clear", "waive", "deny", "withdraw"},
    State.RESUBMITTED: {"request_corrections", "clear", "waive", "deny", "withdraw"},
    State.AWAITING_PAYMENT: {"withdraw"},
    State.PAID: {"withdraw", "issue"},
    State.ISSUED: set(),
    State.DENIED: set(),
    State.WITHDRAWN: set(),
    State.ABANDONED: set(),
}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("step", list(STEPS))
def test_every_step_is_open_in_its_states_and_refused_in_all_others(state: State, step: str) -> None:
    one = STATES[state]()
    assert one.state is state
    if step in OPEN_TO[state]:
        STEPS[step](one)
    else:
        with pytest.raises(Refusal):
            STEPS[step](one)


@pytest.mark.parametrize("own", ["filed_by", "applicant_subject"])
@pytest.mark.parametrize("step", ["approve", "deny", "waive", "clear"])
def test_nobody_decides_their_own_application(own: str, step: str) -> None:
    whose: dict[str, Any] = {own: CLERK}
    one = replace(asked() if step == "clear" else application(), **whose)
    with pytest.raises(desk.NobodyDecidesTheirOwnApplication):
        STEPS[step](one)


@pytest.mark.parametrize(
    ("changes", "law"),
    [
        ({"rabies_immune_until": "2026-05-31"}, "N.J.A.C. 8:23A-4.1"),
        ({"born_on": "2026-01-01"}, "N.J.S.A. 4:19-15.1"),
    ],
)
def test_a_blocking_requirement_stops_approval_by_the_name_of_its_law(changes: dict[str, str], law: str) -> None:
    with pytest.raises(desk.BlockingRequirementUnmet) as refusal:
        approved(answers=answers(**changes))
    assert refusal.value.facts["law"] == law


def test_only_what_a_law_allows_is_waived() -> None:
    requirements = tuple(each.model_copy(update={"waiver": None}) for each in DOG.rules.requirements)
    strict = replace(DOG, rules=DOG.rules.model_copy(update={"requirements": requirements}))
    with pytest.raises(desk.RequirementCannotBeWaived):
        waive(application(license_type=strict))


def test_corrections_name_something_and_give_time() -> None:
    with pytest.raises(desk.NothingToCorrect):
        desk.request_corrections(application(), (), RESPOND_BY, TODAY)
    with pytest.raises(desk.AnswerDayNotAhead):
        desk.request_corrections(application(), (item(),), TODAY, TODAY)


def test_an_item_is_cleared_once_and_only_if_it_exists() -> None:
    with pytest.raises(DeficiencyUnknown):
        clear(asked(), UUID(int=404))
    both = asked(item(), item(COLOR, None, "color"))
    with pytest.raises(DeficiencyNotOpen):
        clear(clear(both, RABIES), RABIES)


def test_an_unanswered_application_is_abandoned_the_day_after() -> None:
    assert desk.abandon(asked(), RESPOND_BY).state is State.CORRECTIONS_REQUESTED
    assert desk.abandon(asked(), RESPOND_BY + timedelta(days=1)).state is State.ABANDONED
    answered = desk.resubmit(asked(), answers())
    assert desk.abandon(answered, RESPOND_BY + timedelta(days=1)) == answered


def test_a_person_who_filed_may_still_withdraw_and_resubmit() -> None:
    one = asked()
    assert one.filed_by == CITIZEN_AT_THE_COUNTER
    assert desk.withdraw(desk.resubmit(one, answers()), TODAY).state is State.WITHDRAWN
