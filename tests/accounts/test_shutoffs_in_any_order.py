"""Whatever is heard in whatever order, water is shut off exactly when a plain model of the rule allows it."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from services.accounts.domain.asks import Book, Stage
from services.accounts.domain.orders import Order, OrderState, cancelled, request, schedule
from services.accounts.domain.results import ShutoffNotCleared, complete, fail
from services.accounts.domain.shutoffs import Answer, AnswerAwaited, answer, ask, to_order, unanswered
from shared.ids import AskId, AuthorizationId, OrderId
from tests.accounts.maple_street import CREW, MUNICIPAL, NOW, ZONE, a_result, an_id, an_order

AUTHORIZATIONS = [AuthorizationId(an_id(number)) for number in range(50, 150)]
BOOKS: list[Book] = ["billing", "payments"]
SOON = st.sampled_from([0, 0, 1, 44, 45, 60, 61, 300, 600])


@dataclass
class Question:
    """The model's memory of one ask: said in the rule's words, not in the code's."""

    authorization_id: AuthorizationId
    ask_id: AskId
    stage: Stage
    answer_by: datetime
    good_until: dict[Book, datetime] = field(default_factory=dict)

    @property
    def waits(self) -> bool:
        """Not both have confirmed."""
        return len(self.good_until) < len(BOOKS)


class ShutoffsInAnyOrder(RuleBasedStateMachine):
    """Billing, payments, the crew and the clock act as they like, on one or two open orders at a time."""

    asks = Bundle("asks")

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.orders: dict[AuthorizationId, Order] = {}
        self.withdrawn: set[AuthorizationId] = set()
        self.completed: set[AuthorizationId] = set()
        self.attempts: dict[AuthorizationId, list[Question]] = {}
        self.asked_count = 0

    # ------------------------------------------------------------------------------------------ billing

    @initialize()
    def begin(self) -> None:
        self._authorize(AUTHORIZATIONS[0])

    @precondition(lambda self: sum(order.is_open for order in self.orders.values()) < 2)
    @rule()
    def authorized(self) -> None:
        self._authorize(self._next())

    @rule(data=st.data())
    def authorized_again_or_too_late(self, data: st.DataObject) -> None:
        self._authorize(data.draw(st.sampled_from(sorted({*self.orders, *self.withdrawn}))))

    @rule(data=st.data())
    def withdrawn_by_billing(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from([*sorted(self.orders), self._next()]))
        self.withdrawn.add(one)
        if one in self.orders:
            self.orders[one] = cancelled(self.orders[one], "paid", self.now)
            self.attempts[one].clear()

    # -------------------------------------------------------------------------------- answers and time

    @rule(question=asks, book=st.sampled_from(BOOKS), seconds=st.sampled_from([-1, 0, 1, 45, 300, 600]))
    def confirmed(self, question: Question, book: Book, seconds: int) -> None:
        self._confirm(question, book, seconds)

    @rule(question=asks, book=st.sampled_from(BOOKS))
    def objected(self, question: Question, book: Book) -> None:
        self._answer(question, Answer(question.ask_id, OrderId(question.authorization_id), book, reason_code="paid"))
        attempt = self.attempts[question.authorization_id]
        if any(each is question for each in attempt):
            attempt.clear()

    @rule(question=consumes(asks))
    def struck(self, question: Question) -> None:
        self.now = max(self.now, question.answer_by)
        one = question.authorization_id
        self.orders[one] = unanswered(self.orders[one], question.ask_id, self.now)
        if question in self.attempts[one][-1:] and question.waits:
            self.attempts[one].clear()

    @rule(seconds=SOON)
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    # ------------------------------------------------------------------------------- the desk and the crew

    @rule(target=asks, data=st.data(), after=SOON, seconds=st.sampled_from([45, 300]))
    def all_goes_well_until_the_crew_is_at_the_valve(self, data: st.DataObject, after: int, seconds: int) -> Any:
        """Without this, chance would hardly ever reach the valve. The last confirmation may come late."""
        one = self._one_in(data, *OrderState)
        if one is None or not self.orders[one].is_open:
            return multiple()
        asked = []
        if self.orders[one].state is not OrderState.DISPATCHED:
            self._schedule(one)
            asked.append(self._ask(one))
            self._confirm(asked[-1], "payments", 600)
            self._confirm(asked[-1], "billing", 600)
        if not self.attempts[one][-1].waits:
            asked.append(self._ask(one))
        self._confirm(self.attempts[one][-1], "billing", seconds)
        self.now += timedelta(seconds=after)
        self._confirm(self.attempts[one][-1], "payments", 600)
        return multiple(*asked)

    @rule(data=st.data())
    def scheduled(self, data: st.DataObject) -> None:
        one = self._one_in(data, OrderState.REQUESTED, OrderState.SCHEDULED, OrderState.NOT_COMPLETED)
        if one:
            self._schedule(one)

    @rule(target=asks, data=st.data())
    def asked(self, data: st.DataObject) -> Any:
        one = self._one_in(data, OrderState.SCHEDULED, OrderState.DISPATCHED)
        if one is None:
            return multiple()
        try:
            return self._ask(one)
        except AnswerAwaited:
            assert self.attempts[one][-1].waits
            return multiple()

    @rule(data=st.data(), seconds=SOON)
    def crew_completes(self, data: st.DataObject, seconds: int) -> None:
        one = self._one_in(data, OrderState.DISPATCHED)
        if one is None:
            return
        self.now += timedelta(seconds=seconds)
        allowed = self._may_shut_off(one)
        try:
            self.orders[one] = complete(self.orders[one], a_result(self.now), self.now, MUNICIPAL)
        except ShutoffNotCleared:
            assert not allowed
        else:
            assert allowed
            assert one not in self.withdrawn
            self.completed.add(one)
            self.attempts[one].clear()

    @rule(data=st.data())
    def crew_gives_up(self, data: st.DataObject) -> None:
        one = self._one_in(data, OrderState.DISPATCHED)
        if one:
            self.orders[one] = fail(self.orders[one], a_result(self.now, reason_code="no_access"), self.now)
            self.attempts[one].clear()

    # ------------------------------------------------------------------------------------- what must hold

    @invariant()
    def what_is_withdrawn_is_never_open_and_only_the_cleared_is_completed(self) -> None:
        for one, order in self.orders.items():
            assert (order.state is OrderState.COMPLETED) == (one in self.completed)
            assert not (order.is_open and one in self.withdrawn)

    @invariant()
    def a_crew_is_under_way_only_after_its_dispatch_was_confirmed_and_not_recalled(self) -> None:
        for one, order in self.orders.items():
            assert [each.ask_id for each in order.open_asks] == [each.ask_id for each in self.attempts[one]]
            if order.state is OrderState.DISPATCHED:
                assert not self.attempts[one][0].waits

    @invariant()
    def every_change_is_one_line_of_history(self) -> None:
        for order in self.orders.values():
            assert [line.version for line in order.changes] == list(range(1, order.version + 1))
            assert order.changes[-1].state is order.state

    def _may_shut_off(self, one: AuthorizationId) -> bool:
        """The rule in the model's words: the last call-in was confirmed by both, and both still hold."""
        newest = self.attempts[one][-1]
        holds = all(self.now < until for until in newest.good_until.values())
        return newest.stage == "execution" and not newest.waits and holds

    def _authorize(self, one: AuthorizationId) -> None:
        for authorization_id in to_order([one], self.orders, self.withdrawn):
            blank = replace(
                an_order(), order_id=OrderId(authorization_id), authorization_id=authorization_id, version=0,
                changes=(), said=(), requested_at=self.now,
            )  # fmt: skip
            self.orders[authorization_id] = request(blank)
            self.attempts[authorization_id] = []

    def _schedule(self, one: AuthorizationId) -> None:
        today = self.now.astimezone(ZONE).date()
        self.orders[one] = schedule(self.orders[one], today, CREW, self.now, MUNICIPAL)
        self.attempts[one].clear()

    def _ask(self, one: AuthorizationId) -> Question:
        stage: Stage = "execution" if self.orders[one].state is OrderState.DISPATCHED else "dispatch"
        self.asked_count += 1
        ask_id = AskId(an_id(1000 + self.asked_count))
        self.orders[one] = ask(self.orders[one], stage, ask_id, self.now, MUNICIPAL)
        question = Question(one, ask_id, stage, self.now + timedelta(seconds=60))
        self.attempts[one].append(question)
        return question

    def _confirm(self, question: Question, book: Book, seconds: int) -> None:
        until = self.now + timedelta(seconds=seconds)
        self._answer(question, Answer(question.ask_id, OrderId(question.authorization_id), book, valid_until=until))
        newest = question in self.attempts[question.authorization_id][-1:]
        others_hold = all(self.now < other for other in question.good_until.values())
        if newest and self.now <= question.answer_by and until > self.now and others_hold:
            question.good_until.setdefault(book, until)

    def _answer(self, question: Question, given: Answer) -> None:
        one = question.authorization_id
        self.orders[one] = answer(self.orders[one], given, self.now)

    def _next(self) -> AuthorizationId:
        return next(one for one in AUTHORIZATIONS if one not in self.orders and one not in self.withdrawn)

    def _one_in(self, data: st.DataObject, *states: OrderState) -> AuthorizationId | None:
        fit = sorted(one for one, order in self.orders.items() if order.state in states)
        return data.draw(st.sampled_from(fit)) if fit else None


TestShutoffsInAnyOrder = ShutoffsInAnyOrder.TestCase
TestShutoffsInAnyOrder.settings = settings(max_examples=150, stateful_step_count=30)
