"""Opening accounts: what is there is found, what is not is made, and nothing contradicts what is on record."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accounts.domain.accounts import Person, PersonRole, PersonUnknown
from services.accounts.domain.agreements import Agreement, PointServedAlready
from services.accounts.domain.asked import MeterAsked, Opening, PersonAsked, ServiceAsked
from services.accounts.domain.meters import (
    Installation,
    Meter,
    MeterDiffers,
    MeterHangsElsewhere,
    PointHasAnotherMeter,
    ReadingBeyondDials,
    ReadingMissing,
    ReadingWithoutMeter,
    UnitDoesNotFit,
)
from services.accounts.domain.openings import Opened, OpenedInTheFuture, Register, open_accounts
from services.accounts.domain.premises import Parcel, Premise, PremiseOnAnotherParcel, PremiseUse, ServicePoint
from shared.errors import Refusal
from shared.events.accounts import AccountOpened, Commodity, ServiceStarted
from shared.ids import (
    AccountId,
    AgreementId,
    MeterId,
    PersonId,
    PremiseId,
    ServicePointId,
    check_number,
)
from tests.accounts.maple_street import TODAY, an_id

METER = MeterAsked("M-88123", "5/8", 6, 1, "hcf")
MARIA = PersonAsked(PersonRole.OWNER, name="Maria Lopez", phone="609 555 0101")
WATER = ServiceAsked(
    Commodity.WATER, "W-RES", "conversion", started_on=date(2024, 1, 1), start_reading=4711, meter=METER
)
OPENING = Opening(
    holder=MARIA, street_address="12 Maple Street", use=PremiseUse.RESIDENTIAL, parcel=Parcel("101", "4"),
    mailing_address=None, billing_cycle="A", opened_on=date(2024, 1, 1), services=(WATER,),
)  # fmt: skip

KNOWN_PREMISE = Premise(PremiseId(an_id(1)), "12 Maple St.", PremiseUse.RESIDENTIAL, Parcel("101", "4"))
KNOWN_POINT = ServicePoint(ServicePointId(an_id(2)), KNOWN_PREMISE.premise_id, Commodity.WATER)
KNOWN_METER = Meter(MeterId(an_id(3)), "M-88123", "5/8", 6, 1, "hcf")
LAST_TENANT = Agreement(
    AgreementId(an_id(4)), AccountId(an_id(5)), KNOWN_POINT.service_point_id, Commodity.WATER, "W-RES", "A",
    started_on=date(2020, 1, 1), origin="conversion",
)  # fmt: skip


def fresh_ids() -> Iterator[UUID]:
    number = 10_000
    while True:
        number += 1
        yield an_id(number)


def opened(*openings: Opening, register: Register | None = None) -> Opened:
    serials = range(100000001, 100000001 + len(openings))
    return open_accounts(openings, register or Register(), serials, fresh_ids(), TODAY)


def with_water(**changes: Any) -> Opening:
    return replace(OPENING, services=(replace(WATER, **changes),))


def on_record() -> Register:
    """12 Maple Street with its meter, where somebody lived before."""
    return Register(
        premises={"12 maple st": KNOWN_PREMISE},
        points={(KNOWN_PREMISE.premise_id, Commodity.WATER, 1): KNOWN_POINT},
        meters={"M-88123": KNOWN_METER},
        installations=[Installation(KNOWN_METER, KNOWN_POINT.service_point_id, date(2015, 5, 5))],
        agreements=[replace(LAST_TENANT, stopped_on=date(2023, 12, 31))],
    )


def test_maria_moves_to_a_place_that_nobody_knows_and_everything_is_made() -> None:
    made = opened(OPENING)
    account = made.accounts[0]
    assert check_number(account.account_number) == account.account_number
    assert (account.mailing_address, account.version) == ("12 Maple Street", 2)
    assert [len(rows) for rows in (made.people, made.premises, made.points, made.meters, made.installations)] == [1] * 5
    first, second = made.facts
    assert isinstance(first, AccountOpened)
    assert (first.holder_name, first.version) == ("Maria Lopez", 1)
    assert isinstance(second, ServiceStarted)
    assert (second.origin, second.start_reading, second.version) == ("conversion", 4711, 2)
    assert second.meter is not None
    assert second.meter.serial == "M-88123"


def test_the_next_tenant_finds_the_premise_the_point_and_the_meter() -> None:
    made = opened(with_water(start="turn_on", started_on=None, start_reading=None, meter=None), register=on_record())
    assert (made.premises, made.points, made.meters, made.installations) == ([], [], [], [])
    assert made.agreements[0].service_point_id == KNOWN_POINT.service_point_id
    assert made.agreements[0].waits
    assert [type(fact) for fact in made.facts] == [AccountOpened]
    assert "m 88123" in made.documents[made.accounts[0].account_id]


def test_a_conversion_at_a_point_with_its_meter_on_record_needs_no_description() -> None:
    made = opened(with_water(meter=None), register=on_record())
    started = made.facts[1]
    assert isinstance(started, ServiceStarted)
    assert started.meter == KNOWN_METER.facts()


def test_an_unmetered_sewer_has_neither_meter_nor_reading() -> None:
    sewer = ServiceAsked(Commodity.SEWER, "S-RES", "conversion", started_on=date(2024, 1, 1))
    made = opened(replace(OPENING, services=(WATER, sewer)))
    started = made.facts[2]
    assert isinstance(started, ServiceStarted)
    assert (started.meter, started.start_reading, started.version) == (None, None, 3)


def test_owner_and_tenant_of_one_account_and_a_parcel_that_is_learned() -> None:
    register = on_record()
    register.premises["12 maple st"] = replace(KNOWN_PREMISE, parcel=None)
    tenant = PersonAsked(PersonRole.TENANT, name="Ana Ruiz")
    made = opened(replace(OPENING, holder=tenant, others=(MARIA,)), register=register)
    assert [person.role for person in made.account_people] == [PersonRole.TENANT, PersonRole.OWNER]
    assert made.accounts[0].holder_id == made.account_people[0].person_id
    assert [(premise.premise_id, premise.parcel) for premise in made.premises] == [
        (KNOWN_PREMISE.premise_id, Parcel("101", "4"))
    ]


def test_one_person_with_two_accounts_is_one_person() -> None:
    register = Register(people={PersonId(an_id(9)): Person(PersonId(an_id(9)), "Maria Lopez")})
    known = PersonAsked(PersonRole.OWNER, person_id=PersonId(an_id(9)))
    elsewhere = replace(OPENING, holder=known, street_address="5 Elm Ave", parcel=None, services=())
    made = opened(replace(OPENING, holder=known), elsewhere, register=register)
    assert made.people == []
    assert {account.holder_id for account in made.accounts} == {an_id(9)}


WRONG: list[tuple[type[Refusal], str | None, Opening, Register]] = [
    (ReadingMissing, "accounts.0.services.0.start_reading", with_water(start_reading=None), Register()),
    (ReadingBeyondDials, "accounts.0.services.0.start_reading", with_water(start_reading=10**6), Register()),
    (ReadingWithoutMeter, "accounts.0.services.0.start_reading", with_water(meter=None), Register()),
    (UnitDoesNotFit, "accounts.0.services.0.meter.unit", with_water(meter=replace(METER, unit="kwh")), Register()),
    (MeterDiffers, "accounts.0.services.0.meter", with_water(meter=replace(METER, dials=5)), on_record()),
    (MeterHangsElsewhere, "accounts.0.services.0.meter.serial", replace(OPENING, street_address="1 Elm"), on_record()),
    (PointHasAnotherMeter, "accounts.0.services.0.meter.serial",
     with_water(meter=replace(METER, serial="X")), on_record()),
    (PremiseOnAnotherParcel, "accounts.0.premise.lot", replace(OPENING, parcel=Parcel("101", "5")), on_record()),
    (OpenedInTheFuture, "accounts.0.opened_on", replace(OPENING, opened_on=date(2026, 3, 4)), Register()),
    (OpenedInTheFuture, "accounts.0.services.0.started_on", with_water(started_on=date(2026, 3, 4)), Register()),
    (PersonUnknown, "accounts.0.others.0.person_id",
     replace(OPENING, others=(PersonAsked(PersonRole.AGENT, person_id=PersonId(an_id(8))),)), Register()),
    (PersonUnknown, "accounts.0.holder.person_id",
     replace(OPENING, holder=PersonAsked(PersonRole.OWNER, person_id=PersonId(an_id(8)))), Register()),
    (PointServedAlready, "accounts.0.services.0",
     with_water(meter=None), replace(on_record(), agreements=[LAST_TENANT])),
    (PointServedAlready, "accounts.0.services.0",
     with_water(meter=None, started_on=date(2023, 12, 30)), on_record()),
]  # fmt: skip


@pytest.mark.parametrize(("refusal", "where", "opening", "register"), WRONG)
def test_what_contradicts_the_record_is_refused_and_says_where(
    refusal: type[Refusal], where: str, opening: Opening, register: Register
) -> None:
    with pytest.raises(refusal) as refused:
        opened(opening, register=register)
    assert refused.value.field == where


def test_two_in_one_set_cannot_have_the_same_point() -> None:
    with pytest.raises(PointServedAlready) as refused:
        opened(OPENING, replace(OPENING, street_address="12 MAPLE ST"))
    assert refused.value.field == "accounts.1.services.0"


@given(st.lists(st.sampled_from(["1 Elm St", "1 Elm Street", "2 Elm St", "3 ELM ST.", "3 elm street"]), max_size=12))
def test_a_set_makes_each_premise_and_each_point_once(addresses: list[str]) -> None:
    asked = ServiceAsked(Commodity.WATER, "W-RES", "turn_on")
    made = opened(*(replace(OPENING, street_address=address, parcel=None, services=(asked,)) for address in addresses))
    places = {address.replace("Street", "St").replace("street", "st").rstrip(".").casefold() for address in addresses}
    assert len(made.premises) == len(made.points) == len(places)
    assert len({account.account_number for account in made.accounts}) == len(addresses)
