"""What must never happen to an application, whatever is done to it in whatever order."""

import contextlib
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.licensing.domain import applications as desk
from services.licensing.domain import issuing
from services.licensing.domain.applications import State
from services.licensing.domain.deficiencies import Deficiency, Standing
from services.licensing.domain.forms import diff
from services.licensing.domain.licenses import LicenseState
from services.licensing.domain.requirements import unmet_blocking
from shared.errors import Refusal
from tests.licensing.dog import CITIZEN_AT_THE_COUNTER, CLERK, NOW, TODAY, answers, application

FIELDS: dict[str, list[Any]] = {
    "rabies_immune_until": ["2026-04-30", "2026-12-01", "2028-01-01"],
    "rabies_certificate": ["R-55120", "R-60001"],
    "born_on": ["2023-05-14", "2026-01-15"],
    "color": ["brown and white", "black"],
    "altered": [True, False],
    "service_dog": [True, False],
}
CHANGES = st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in FIELDS.items()})
PAYMENTS = st.integers(1, 5)
CENTS = st.sampled_from([1200, 1500, 1000, 200, 300, 1199, 1])
REQUIREMENTS = {"rabies_cover": ("rabies_immune_until", "rabies_certificate"), "licensing_age": ("born_on",)}


class DogLicense(RuleBasedStateMachine):
    """Everyone does anything at any time; the rules refuse what is out of turn."""

    def __init__(self) -> None:
        super().__init__()
        self.one = application()
        self.today = TODAY
        self.serial = 0
        self.money: dict[int, list[Any]] = {}
        self.closed: dict[UUID, Standing] = {}
        self.license_ids: set[UUID] = set()
        self.decided_by: set[str] = set()

    @initialize(in_order=st.booleans(), approved=st.booleans(), service_dog=st.booleans())
    def somebody_files(self, in_order: bool, approved: bool, service_dog: bool) -> None:
        until = "2028-01-01" if in_order else "2026-04-30"
        self.one = application(answers=answers(rabies_immune_until=until, service_dog=service_dog))
        if in_order and approved:
            self.somebody_approves(CLERK)

    @rule(code=st.sampled_from([None, *REQUIREMENTS]), field=st.sampled_from(list(FIELDS)))
    def somebody_requests_corrections(self, code: str | None, field: str) -> None:
        self.serial += 1
        item = Deficiency(
            UUID(int=self.serial), Standing.OPEN, code, REQUIREMENTS[code] if code else (field,), "reason", "law",
            "found", "remedy", "evidence", self.today, self.one.round_number,
        )  # fmt: skip
        with contextlib.suppress(Refusal):
            self.one = desk.request_corrections(self.one, (item,), self.today + timedelta(days=30), self.today)

    @rule(changes=CHANGES)
    def the_applicant_resubmits(self, changes: dict[str, Any]) -> None:
        before, after = self.one, {**self.one.answers, **changes}
        with contextlib.suppress(Refusal):
            self.one = desk.resubmit(before, after)
            changed = {change.field for change in diff(before.answers, after)}
            for item in self.one.deficiencies:
                if changed & set(item.fields):
                    self.closed.pop(item.deficiency_id, None)

    @precondition(lambda self: self.one.open_items)
    @rule(data=st.data(), by=st.sampled_from([CLERK, CITIZEN_AT_THE_COUNTER]))
    def somebody_clears_items(self, data: st.DataObject, by: str) -> None:
        chosen = data.draw(st.sets(st.sampled_from([item.deficiency_id for item in self.one.open_items]), min_size=1))
        with contextlib.suppress(Refusal):
            self.one = desk.clear_items(self.one, frozenset(chosen), why="seen", by=by, now=NOW)
            self.closed.update(dict.fromkeys(chosen, Standing.CLEARED))
            self.decided_by.add(by)

    @rule(code=st.sampled_from([*REQUIREMENTS, "leash"]), by=st.sampled_from([CLERK, CITIZEN_AT_THE_COUNTER]))
    def somebody_waives(self, code: str, by: str) -> None:
        open_about = [item.deficiency_id for item in self.one.open_items if item.requirement_code == code]
        with contextlib.suppress(Refusal):
            self.one = desk.waive_requirement(self.one, code, why="certified", by=by, now=NOW)
            self.closed.update(dict.fromkeys(open_about, Standing.WAIVED))
            self.decided_by.add(by)

    @rule(by=st.sampled_from([CLERK, CITIZEN_AT_THE_COUNTER]))
    def somebody_approves(self, by: str) -> None:
        with contextlib.suppress(Refusal):
            self.one = desk.approve(
                self.one, by=by, now=NOW, today=self.today, invoice_id=UUID(int=7), invoice_number="9000000016"
            )
            self.decided_by.add(by)
            findings = desk.findings_on(self.one, NOW, self.today)
            assert not list(unmet_blocking(findings, self.one.waived))
            assert not self.one.open_items

    @rule()
    def somebody_issues(self) -> None:
        self.serial += 1
        with contextlib.suppress(Refusal):
            self.one = issuing.issue(self.one, UUID(int=self.serial), f"DOG-{self.serial}", self.today)

    @precondition(lambda self: self.one.invoice)
    @rule(number=PAYMENTS, cents=CENTS)
    def money_comes(self, number: int, cents: int) -> None:
        amount, posted, back = self.money.get(number, [cents, False, False])
        self.money[number] = [amount, True, back]
        self.one, note = issuing.credit(self.one, UUID(int=number), amount, self.today)
        assert note is None or not (posted or back), "a payment is noted once, and never when it does not stand"

    @precondition(lambda self: self.one.invoice)
    @rule(number=PAYMENTS, cents=CENTS)
    def money_is_taken_back(self, number: int, cents: int) -> None:
        amount, posted, _ = self.money.get(number, [cents, False, False])
        self.money[number] = [amount, posted, True]
        self.one = issuing.take_back(self.one, UUID(int=number), amount)

    @rule(days=st.sampled_from([1, 1, 31, 340]))
    def time_goes_by(self, days: int) -> None:
        self.today += timedelta(days=days)
        self.one = issuing.expire(desk.abandon(self.one, self.today), self.today)

    @rule(by=st.sampled_from([CLERK, CITIZEN_AT_THE_COUNTER]))
    @precondition(lambda self: self.serial > 9)
    def somebody_denies(self, by: str) -> None:
        with contextlib.suppress(Refusal):
            self.one = desk.deny(self.one, by=by)
            self.decided_by.add(by)

    @rule()
    @precondition(lambda self: self.serial > 9)
    def the_applicant_withdraws(self) -> None:
        with contextlib.suppress(Refusal):
            self.one = desk.withdraw(self.one, self.today)

    @property
    def standing_cents(self) -> int:
        return sum(amount for amount, posted, back in self.money.values() if posted and not back)

    @invariant()
    def never_issued_unpaid(self) -> None:
        if self.one.license is not None and self.one.license.state is LicenseState.ACTIVE:
            due = self.one.invoice.amount_cents if self.one.invoice else 0
            assert self.standing_cents >= due
            assert due > 0 or self.one.answers["service_dog"]

    @invariant()
    def the_invoice_counts_what_stands(self) -> None:
        assert self.one.invoice is None or self.one.invoice.paid_cents == self.standing_cents

    @invariant()
    def issued_once(self) -> None:
        if self.one.license is not None:
            self.license_ids.add(self.one.license.license_id)
        assert len(self.license_ids) <= 1
        assert (self.one.license is None) is (self.one.state is not State.ISSUED)

    @invariant()
    def cleared_stays_cleared(self) -> None:
        by_id = {item.deficiency_id: item.standing for item in self.one.deficiencies}
        assert {each: by_id[each] for each in self.closed} == self.closed

    @invariant()
    def nobody_decided_their_own(self) -> None:
        assert CITIZEN_AT_THE_COUNTER not in self.decided_by

    @invariant()
    def paid_in_time_is_never_stuck(self) -> None:
        if self.one.state is State.AWAITING_PAYMENT:
            assert self.one.invoice is not None
            assert self.standing_cents < self.one.invoice.amount_cents

    @invariant()
    def an_active_license_is_within_its_term(self) -> None:
        if self.one.license is not None and self.one.license.state is not LicenseState.EXPIRED:
            assert self.today <= self.one.license.term.expires_on <= self.today.replace(year=self.today.year + 2)


DogLicense.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestDogLicense = DogLicense.TestCase
