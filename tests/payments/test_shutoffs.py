"""Never shut off after a payment was accepted, as far as payments' own books can see; and not held for ever either."""

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from services.payments.domain.shutoffs import Answer, Standing, answer, recall
from shared.events.accounts import ShutoffConfirmationAsked
from shared.events.payments import ShutoffConfirmed, ShutoffObjected
from shared.ids import AccountId, AskId, AuthorizationId, OrderId, PaymentId

NOON = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
ROSA, OMAR = AccountId(UUID(int=1)), AccountId(UUID(int=2))
TEN_MINUTES = timedelta(minutes=10)


def minutes(count: float) -> datetime:
    return NOON + timedelta(minutes=count)


def ask(number: int = 1, asked_at: datetime = NOON) -> ShutoffConfirmationAsked:
    return ShutoffConfirmationAsked(
        account_id=ROSA, ask_id=AskId(UUID(int=number)), order_id=OrderId(UUID(int=5)),
        authorization_id=AuthorizationId(UUID(int=6)), stage="execution", asked_at=asked_at,
        answer_by=asked_at + timedelta(seconds=60),
    )  # fmt: skip


def paid(account: AccountId, credit_heard_at: datetime | None) -> Standing:
    return Standing(PaymentId(UUID(int=9)), account, credit_heard_at)


@pytest.mark.parametrize(
    ("standing", "known", "answered", "objection"),
    [
        ([], True, minutes(0), None),
        ([paid(ROSA, None)], True, minutes(0), "payment_in_flight"),
        ([paid(ROSA, minutes(-60))], True, minutes(0), None),
        ([paid(ROSA, minutes(0))], True, minutes(0.5), None),
        ([paid(ROSA, minutes(0.2))], True, minutes(0.5), "payment_in_flight"),
        ([paid(OMAR, None)], True, minutes(0), None),
        ([paid(ROSA, minutes(-60)), paid(ROSA, None)], True, minutes(0), "payment_in_flight"),
        ([], True, minutes(1), None),
        ([], True, minutes(1.1), "answered_too_late"),
        ([], False, minutes(0), "account_unknown"),
    ],
)
def test_a_crew_asks_at_rosas_valve(
    standing: list[Standing], known: bool, answered: datetime, objection: str | None
) -> None:
    given = answer(ask(), known, standing, answered, TEN_MINUTES)
    assert given.reason_code == objection
    if objection is None:
        assert given.told == ShutoffConfirmed(
            account_id=ROSA, ask_id=given.ask_id, order_id=given.order_id,
            answered_at=answered, valid_until=answered + TEN_MINUTES,
        )  # fmt: skip
    else:
        assert isinstance(given.told, ShutoffObjected)


def test_a_payment_recalls_what_is_still_good_and_nothing_else() -> None:
    good = answer(ask(), True, [], NOON, TEN_MINUTES)
    assert [each.told for each in recall([good], {ROSA}, minutes(9))] == [
        ShutoffObjected(
            account_id=ROSA, ask_id=good.ask_id, order_id=good.order_id, answered_at=minutes(9),
            reason_code="payment_accepted", version=2,
        )
    ]  # fmt: skip
    assert recall([good], {OMAR}, minutes(9)) == []
    assert recall([good], {ROSA}, minutes(10)) == []
    assert recall([replace(good, state="recalled", reason_code="payment_accepted")], {ROSA}, minutes(9)) == []
    assert recall([answer(ask(), True, [paid(ROSA, None)], NOON, TEN_MINUTES)], {ROSA}, NOON) == []


@dataclass
class Crew:
    """What accounts holds of one ask: what billing had counted when it confirmed, and payments' answer."""

    counted_by_billing: frozenset[PaymentId] | None = None
    confirmed_by_payments: Answer | None = None
    recall_heard: bool = False
    recall_told: bool = False


@dataclass
class Topics:
    """What was told and not yet heard: in order within each arrow, in any order between them."""

    payments_to_billing: deque[PaymentId] = field(default_factory=deque)
    billing_to_payments: deque[PaymentId] = field(default_factory=deque)
    asks_to_billing: deque[ShutoffConfirmationAsked] = field(default_factory=deque)
    asks_to_payments: deque[ShutoffConfirmationAsked] = field(default_factory=deque)
    recalls_to_accounts: deque[AskId] = field(default_factory=deque)


class Street(RuleBasedStateMachine):
    """One account, three services, every delay: a payment is either counted by billing's answer, or recalls, or
    makes payments object. Billing here confirms whatever it has counted: the debt is always larger."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.books: dict[PaymentId, Standing] = {}
        self.reversed: set[PaymentId] = set()
        self.ledger: set[PaymentId] = set()
        self.answers: dict[AskId, Answer] = {}
        self.crews: dict[AskId, Crew] = {}
        self.topics = Topics()

    def tick(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now

    @rule()
    def pay(self) -> None:
        payment_id = PaymentId(UUID(int=len(self.books) + 1))
        now = self.tick()
        self.books[payment_id] = Standing(payment_id, ROSA, None)
        self.topics.payments_to_billing.append(payment_id)
        for recalled in recall(self.answers.values(), {ROSA}, now):
            self.answers[recalled.ask_id] = recalled
            self.crews[recalled.ask_id].recall_told = True
            self.topics.recalls_to_accounts.append(recalled.ask_id)

    @precondition(lambda self: self.books)
    @rule(which=st.integers(0, 9))
    def reverse_a_payment(self, which: int) -> None:
        self.reversed.add(sorted(self.books)[which % len(self.books)])

    @rule()
    def ask_both(self) -> None:
        asked = ask(len(self.crews) + 1, self.tick())
        self.crews[asked.ask_id] = Crew()
        self.topics.asks_to_billing.append(asked)
        self.topics.asks_to_payments.append(asked)

    @precondition(lambda self: self.topics.payments_to_billing)
    @rule()
    def billing_credits(self) -> None:
        self.tick()
        payment_id = self.topics.payments_to_billing.popleft()
        self.ledger.add(payment_id)
        self.topics.billing_to_payments.append(payment_id)

    @precondition(lambda self: self.topics.billing_to_payments)
    @rule()
    def payments_hears_a_credit(self) -> None:
        payment_id = self.topics.billing_to_payments.popleft()
        self.books[payment_id] = replace(self.books[payment_id], credit_heard_at=self.tick())

    @precondition(lambda self: self.topics.asks_to_billing)
    @rule()
    def billing_confirms(self) -> None:
        self.tick()
        self.crews[self.topics.asks_to_billing.popleft().ask_id].counted_by_billing = frozenset(self.ledger)

    @precondition(lambda self: self.topics.asks_to_payments)
    @rule()
    def payments_answers(self) -> None:
        asked = self.topics.asks_to_payments.popleft()
        standing = [each for each in self.books.values() if each.payment_id not in self.reversed]
        given = answer(asked, True, standing, self.tick(), TEN_MINUTES)
        self.answers[given.ask_id] = given
        if given.state == "confirmed":
            self.crews[given.ask_id].confirmed_by_payments = given

    @precondition(lambda self: self.topics.recalls_to_accounts)
    @rule()
    def accounts_hears_a_recall(self) -> None:
        self.crews[self.topics.recalls_to_accounts.popleft()].recall_heard = True

    @rule(count=st.sampled_from([1, 5, 11]))
    def time_passes(self, count: int) -> None:
        self.now += timedelta(minutes=count)

    @rule()
    def crews_execute(self) -> None:
        self.tick()
        for crew in self.crews.values():
            given = crew.confirmed_by_payments
            if given is None or crew.counted_by_billing is None or crew.recall_heard:
                continue
            assert given.valid_until is not None
            if self.now < given.valid_until and not crew.recall_told:
                passed_over = set(self.books) - self.reversed - crew.counted_by_billing
                assert not passed_over, "a payment was accepted that neither answer knew of"

    @rule()
    def when_all_is_heard_an_old_part_payment_holds_nothing(self) -> None:
        while self.topics.payments_to_billing:
            self.billing_credits()
        while self.topics.billing_to_payments:
            self.payments_hears_a_credit()
        asked = ask(10_000, self.tick())
        assert answer(asked, True, self.books.values(), self.tick(), TEN_MINUTES).state == "confirmed"


TestStreet = Street.TestCase
TestStreet.settings = settings(max_examples=150, stateful_step_count=40)
