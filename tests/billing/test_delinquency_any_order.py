"""Bills, payments, returns, crews and the clock in any order: nothing is said that the law does not allow."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.billing.domain import delinquency
from services.billing.domain.delinquency import Authorization, Debt, Delinquency, Step
from shared.clock import local_date
from shared.events.billing import NoticeSent, ReconnectionAuthorized, ShutoffAuthorized, ShutoffWithdrawn
from shared.ids import AccountId, AuthorizationId, NoticeId
from tests.billing.bills import Open
from tests.billing.policies import MUNICIPAL

ZONE = ZoneInfo("America/New_York")


@dataclass
class Leave:
    """The model of one authorization: what was said of it, and what the crew did."""

    withdrawn: bool = False
    brought_back: bool = False
    crew_shut: bool = False
    crew_opened: bool = False


@dataclass
class Model:
    """What happened, told in the simplest way: debts by due day, when one was last reopened, and what was said."""

    debts: dict[datetime, int] = field(default_factory=dict)
    last_reopened_at: datetime | None = None
    notice: NoticeSent | None = None
    leaves: dict[AuthorizationId, Leave] = field(default_factory=dict)


class AnyOrder(RuleBasedStateMachine):
    """Facts of payments, of accounts and of the clock reach billing in any order between topics."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
        self.state = Delinquency(AccountId(UUID(int=1)), ())
        self.model = Model()
        self.ids = 10

    @initialize(depth=st.integers(0, 2))
    def it_has_gone_some_way(self, depth: int) -> None:
        """Most of what can go wrong begins with a debt that was noticed, or authorized."""
        if depth:
            self.bill_falls_due(5_000, -30)
            self.the_clock_strikes()
        if depth == 2:
            self.time_passes(10)

    @rule(cents=st.integers(1, 20_000), days=st.integers(-40, 10))
    def bill_falls_due(self, cents: int, days: int) -> None:
        self.model.debts[self.now + timedelta(days=days, seconds=len(self.model.debts))] = cents
        self._settle()

    @rule(part=st.integers(1, 99))
    def part_is_paid(self, part: int) -> None:
        """A payment that leaves something of every debt."""
        self.model.debts = {due: cents - min(cents - 1, cents * part // 100) for due, cents in self.model.debts.items()}
        asked_before = self.state.asked_cents
        step = self._settle()
        assert not step.told, "a part payment withdraws nothing"
        assert not asked_before or self.state.asked_cents

    @rule()
    def all_is_paid(self) -> None:
        self.model.debts = {}
        self._settle()

    @precondition(lambda self: self.state.notice is not None)
    @rule(cents=st.integers(1, 20_000))
    def payment_returns(self, cents: int) -> None:
        """What the notice asked for is open again, with its old date."""
        assert self.state.notice is not None
        was_clear = not self.state.asked_cents
        covered = datetime.combine(self.state.notice.covers_through_on, self.now.time(), UTC)
        self.model.debts[covered - timedelta(seconds=len(self.model.debts))] = cents
        step = self._settle()
        assert not step.told, "a returned payment says nothing by itself"
        if was_clear:
            self.model.last_reopened_at = self.now

    @rule(days=st.sampled_from([1, 9, 10, 11, 30]))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        self.the_clock_strikes()

    @rule()
    def the_clock_strikes(self) -> None:
        """All that is due strikes, in order; a strike too many does nothing."""
        self._take(delinquency.notice(self.state, NoticeId(self._id()), self.now, ZONE, MUNICIPAL))
        given = AuthorizationId(self._id())
        self._take(delinquency.authorize(self.state, given, self.now, ZONE, MUNICIPAL))

    @precondition(lambda self: any(not leave.crew_shut for leave in self.model.leaves.values()))
    @rule(which=st.integers(0, 5), twice=st.booleans())
    def a_crew_shuts_off(self, which: int, twice: bool) -> None:
        """An order that was out when it was withdrawn may be done all the same."""
        out = [key for key, leave in self.model.leaves.items() if not leave.crew_shut]
        key = out[which % len(out)]
        self.model.leaves[key].crew_shut = True
        for _ in range(1 + twice):
            self._take(delinquency.shut_off(self.state, self._authorization(key), self.now))

    @precondition(lambda self: any(leave.crew_shut and not leave.crew_opened for leave in self.model.leaves.values()))
    @rule(which=st.integers(0, 5))
    def a_crew_opens(self, which: int) -> None:
        out = [key for key, leave in self.model.leaves.items() if leave.crew_shut and not leave.crew_opened]
        key = out[which % len(out)]
        self.model.leaves[key].crew_opened = True
        shut = self.state.authorization is not None and self.state.authorization.authorization_id == key
        self._take(delinquency.reconnect(self.state, self._authorization(key), self.now, MUNICIPAL))
        if shut and self.state.asked_cents:
            self.model.last_reopened_at = self.now

    @invariant()
    def one_authorization_is_open_at_most(self) -> None:
        assert sum(not (leave.withdrawn or leave.crew_shut) for leave in self.model.leaves.values()) <= 1

    @invariant()
    def nobody_who_paid_stays_without_water(self) -> None:
        if not self.state.asked_cents:
            for leave in self.model.leaves.values():
                assert leave.withdrawn or leave.crew_shut
                assert not leave.crew_shut or leave.brought_back or leave.crew_opened

    @invariant()
    def what_was_shut_off_without_leave_comes_back(self) -> None:
        for leave in self.model.leaves.values():
            assert not (leave.withdrawn and leave.crew_shut) or leave.brought_back

    @invariant()
    def a_debt_that_is_old_enough_is_never_forgotten(self) -> None:
        if any(self.model.debts.values()):
            leaves = self.model.leaves.values()
            waits_for_the_field = any(
                (leave.crew_shut or not leave.withdrawn) and not leave.crew_opened for leave in leaves
            )
            assert delinquency.ahead(self.state, MUNICIPAL) or waits_for_the_field

    def _authorization(self, key: AuthorizationId) -> Authorization:
        """The row of that authorization as billing would have it."""
        if self.state.authorization is not None and self.state.authorization.authorization_id == key:
            return self.state.authorization
        return self.rows[key]

    def _settle(self) -> Step:
        debts = [Open(local_date(due, ZONE), cents) for due, cents in sorted(self.model.debts.items())]
        return self._take(delinquency.settle(self.state, debts, self.now, MUNICIPAL))

    def _take(self, step: Step) -> Step:
        before, self.state = self.state, step.after
        self.rows.update({each.authorization_id: each for each in step.changed})
        for fact in step.told:
            match fact:
                case NoticeSent():
                    self._check_notice(before, fact)
                case ShutoffAuthorized():
                    self._check_authorized(before, fact)
                case ShutoffWithdrawn():
                    leave = self.model.leaves[fact.authorization_id]
                    assert not leave.withdrawn
                    assert not self.state.asked_cents
                    leave.withdrawn = True
                case ReconnectionAuthorized():
                    leave = self.model.leaves[fact.authorization_id]
                    assert leave.crew_shut, "only what was shut off is brought back"
                    assert not leave.brought_back, "it is brought back once"
                    leave.brought_back = True
        return step

    def _check_notice(self, before: Delinquency, sent: NoticeSent) -> None:
        oldest = min(debt.due_on for debt in before.debts)
        assert sent.sent_on >= oldest + timedelta(days=30)
        assert sent.shutoff_not_before_on >= sent.sent_on + timedelta(days=10)
        assert not before.asked_cents, "a debt is noticed once"
        assert 0 < sent.past_due_cents <= sum(debt.open_cents for debt in before.debts)
        self.model.notice = sent

    def _check_authorized(self, before: Delinquency, given: ShutoffAuthorized) -> None:
        today = local_date(self.now, ZONE)
        assert self.model.notice is not None
        assert given.notice_id == self.model.notice.notice_id
        assert today >= self.model.notice.sent_on + timedelta(days=10), "ten days after the notice"
        assert before.asked_cents == given.past_due_cents > 0, "never for a debt that is paid"
        assert all(debt.due_on + timedelta(days=40) <= today for debt in before.debts if self._covers(debt))
        if self.model.last_reopened_at is not None:
            assert self.now >= self.model.last_reopened_at + timedelta(days=10), "never at once after a return"
        self.model.leaves[given.authorization_id] = Leave()

    def _covers(self, debt: Debt) -> bool:
        assert self.state.notice is not None
        return debt.due_on <= self.state.notice.covers_through_on

    def _id(self) -> UUID:
        self.ids += 1
        return UUID(int=self.ids)

    @property
    def rows(self) -> dict[AuthorizationId, Authorization]:
        return self.__dict__.setdefault("_rows", {})


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=200, stateful_step_count=15)
