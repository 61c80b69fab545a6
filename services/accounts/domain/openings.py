"""Opening accounts, many at once: people, premises, points and meters are found or made, services start or wait.

Every opening sees what the ones before it in the same set have made.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from services.accounts.domain import agreements, meters, premises
from services.accounts.domain.accounts import Account, Person, PersonRole, PersonUnknown, check_open, numbered
from services.accounts.domain.agreements import Agreement
from services.accounts.domain.asked import Extension, MeterAsked, Opening, PersonAsked, ServiceAsked
from services.accounts.domain.circumstances import check_evidence
from services.accounts.domain.meters import Installation, Meter
from services.accounts.domain.premises import Premise, ServicePoint
from services.accounts.domain.search import digits, document, parcel_words
from shared.errors import Invalid
from shared.events.accounts import AccountOpened, AccountsFact, Commodity
from shared.ids import (
    AccountId,
    AccountNumber,
    AgreementId,
    MeterId,
    PersonId,
    PremiseId,
    ServicePointId,
    number_from,
)

PointName = tuple[PremiseId, Commodity, int]
"""The first water point of a premise, its second, and so on."""


class OpenedInTheFuture(Invalid):
    """What has happened was today or earlier."""

    remedy = "Give today's date or an earlier one; what is still to come is turned on by an order."


@dataclass(frozen=True, slots=True)
class AccountPerson:
    """A person's role in an account from a day on."""

    account_person_id: UUID
    account_id: AccountId
    person_id: PersonId
    role: PersonRole
    since_on: date


@dataclass(slots=True)
class Register:
    """What is on record of the places, meters and people that the openings name."""

    premises: dict[str, Premise] = field(default_factory=dict)
    points: dict[PointName, ServicePoint] = field(default_factory=dict)
    meters: dict[str, Meter] = field(default_factory=dict)
    installations: list[Installation] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    people: dict[PersonId, Person] = field(default_factory=dict)


@dataclass(slots=True)
class Opened:
    """All that an opened set of accounts adds to the record, and what is told."""

    premises: list[Premise] = field(default_factory=list)
    points: list[ServicePoint] = field(default_factory=list)
    meters: list[Meter] = field(default_factory=list)
    installations: list[tuple[UUID, Installation]] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    account_people: list[AccountPerson] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    documents: dict[AccountId, str] = field(default_factory=dict)
    facts: list[AccountsFact] = field(default_factory=list)


def open_accounts(
    openings: Sequence[Opening], register: Register, serials: Sequence[int], ids: Iterator[UUID], today: date
) -> Opened:
    """Open the accounts, all or none. `serials` number them in their order.

    Raises PersonUnknown, OpenedInTheFuture, AddressHasNoWords, PremiseOnAnotherParcel, MeterDiffers,
    MeterHangsElsewhere, PointHasAnotherMeter, UnitDoesNotFit, PointServedAlready, ReadingMissing,
    ReadingWithoutMeter, ReadingBeyondDials, DiscountWithoutEvidence.
    """
    desk = _Desk(register, ids, today)
    for position, (opening, serial) in enumerate(zip(openings, serials, strict=True)):
        desk.open(opening, AccountNumber(number_from(serial)), f"accounts.{position}")
    return desk.opened


def add_services(
    extensions: Sequence[Extension], register: Register, ids: Iterator[UUID], today: date
) -> tuple[Opened, list[Account]]:
    """Add services to accounts that are open, all or none; and the accounts, as told of.

    Raises AccountIsClosed, OpenedInTheFuture, MeterDiffers, MeterHangsElsewhere, PointHasAnotherMeter, UnitDoesNotFit,
    PointServedAlready, ReadingMissing, ReadingWithoutMeter, ReadingBeyondDials, DiscountWithoutEvidence.
    """
    desk = _Desk(register, ids, today)
    told = [desk.extend(extension) for extension in extensions]
    return desk.opened, told


class _Desk:
    """Takes openings one by one: what one makes, the next one finds."""

    def __init__(self, register: Register, ids: Iterator[UUID], today: date) -> None:
        self.register = register
        self.ids = ids
        self.today = today
        self.opened = Opened()
        self.hung_at: dict[ServicePointId, Installation] = {}
        self.hung: dict[MeterId, Installation] = {}
        self.served: dict[ServicePointId, list[Agreement]] = {}
        for installation in register.installations:
            self._hang(installation)
        for agreement in register.agreements:
            self.served.setdefault(agreement.service_point_id, []).append(agreement)

    def open(self, opening: Opening, number: AccountNumber, at: str) -> None:
        opened_on = self._past(opening.opened_on, f"{at}.opened_on") or self.today
        premise = self._premise(opening, at)
        account_id = AccountId(next(self.ids))
        people = [self._person(opening.holder, f"{at}.holder")]
        people += [self._person(other, f"{at}.others.{place}") for place, other in enumerate(opening.others)]
        for asked, person in zip((opening.holder, *opening.others), people, strict=True):
            self.opened.account_people.append(
                AccountPerson(next(self.ids), account_id, person.person_id, asked.role, opened_on)
            )
        mailing_address = opening.mailing_address or premise.street_address
        fact = AccountOpened(
            account_id=account_id, account_number=number, holder_name=people[0].name, opened_on=opened_on,
            service_address=premise.street_address, mailing_address=mailing_address,
            billing_cycle=opening.billing_cycle,
        )  # fmt: skip
        facts: list[AccountsFact] = [fact]
        hung: list[str] = []
        for place, service in enumerate(opening.services):
            point = self._point(premise, service)
            facts += self._serve((account_id, opening.billing_cycle), point, service, f"{at}.services.{place}.")
            hangs = self.hung_at.get(point.service_point_id)
            hung += [hangs.meter.serial] if hangs else []
        self.opened.facts += numbered(facts, {})
        self.opened.accounts.append(
            Account(
                account_id, number, people[0].person_id, premise.premise_id, mailing_address,
                opening.billing_cycle, opened_on, version=len(facts),
            )
        )  # fmt: skip
        parcel = premise.parcel
        named = [text for person in people for text in (person.name, person.phone, digits(person.phone))]
        parcel_text = parcel_words(parcel.block, parcel.lot, parcel.qualifier) if parcel else None
        self.opened.documents[account_id] = document([number, *named, premise.street_address, parcel_text, *hung])

    def extend(self, extension: Extension) -> Account:
        account = extension.account
        check_open(account)
        premise = self.register.premises[premises.address_key(extension.street_address)]
        facts: list[AccountsFact] = []
        hung: list[str] = []
        for service in extension.services:
            point = self._point(premise, service)
            facts += self._serve((account.account_id, account.billing_cycle), point, service, "")
            hangs = self.hung_at.get(point.service_point_id)
            hung += [hangs.meter.serial] if hangs else []
        self.opened.facts += numbered(facts, {account.account_id: account.version})
        if hung:
            self.opened.documents[account.account_id] = document(hung)
        return replace(account, version=account.version + len(facts))

    def _serve(
        self, account: tuple[AccountId, str], point: ServicePoint, asked: ServiceAsked, at: str
    ) -> list[AccountsFact]:
        """The account by its id and its billing cycle. `at` begins the path of each field, with its dot."""
        started_on = self._past(asked.started_on, f"{at}started_on")
        check_evidence(asked.circumstances, asked.discount_evidence, f"{at}discount_evidence")
        meter = self._meter(point, asked, started_on or self.today, at)
        agreement = Agreement(
            AgreementId(next(self.ids)), account[0], point.service_point_id, asked.commodity, asked.rate_code,
            account[1], circumstances=asked.circumstances, discount_evidence=asked.discount_evidence,
        )  # fmt: skip
        facts: list[AccountsFact] = []
        if asked.start == "conversion" and started_on is not None:
            served = self.served.setdefault(point.service_point_id, [])
            agreements.check_point_free(served, point.service_point_id, started_on, at.removesuffix(".") or None)
            start = agreements.start(
                agreement,
                started_on,
                asked.start_reading,
                meter,
                origin="conversion",
                field=f"{at}start_reading",
            )
            agreement, facts = start.agreement, [start.fact]
            served.append(agreement)
        self.opened.agreements.append(agreement)
        return facts

    def _premise(self, opening: Opening, at: str) -> Premise:
        key = premises.address_key(opening.street_address)
        known = self.register.premises.get(key)
        if known is None:
            premise = Premise(PremiseId(next(self.ids)), opening.street_address, opening.use, opening.parcel)
        else:
            premise = premises.on_parcel(known, opening.parcel, f"{at}.premise.lot")
        if premise is not known:
            self.opened.premises.append(premise)
        self.register.premises[key] = premise
        return premise

    def _point(self, premise: Premise, asked: ServiceAsked) -> ServicePoint:
        name = (premise.premise_id, asked.commodity, asked.number)
        if name not in self.register.points:
            point = ServicePoint(ServicePointId(next(self.ids)), *name)
            self.register.points[name] = point
            self.opened.points.append(point)
        return self.register.points[name]

    def _meter(self, point: ServicePoint, asked: ServiceAsked, on: date, at: str) -> Meter | None:
        """The meter at the point: the one that hangs there, or the one that is described and hung from now on."""
        hangs = self.hung_at.get(point.service_point_id)
        if asked.meter is None:
            return hangs.meter if hangs else None
        meters.check_unit(asked.commodity, asked.meter.unit, f"{at}meter.unit")
        meter = self._known_meter(asked.meter, f"{at}meter")
        if hangs is None:
            meters.check_not_elsewhere(self.hung.get(meter.meter_id), point.service_point_id, f"{at}meter.serial")
            hangs = Installation(meter, point.service_point_id, on, asked.start_reading)
            self._hang(hangs)
            self.opened.installations.append((next(self.ids), hangs))
        meters.check_hangs_here(hangs, meter, f"{at}meter.serial")
        return meter

    def _known_meter(self, asked: MeterAsked, at: str) -> Meter:
        described = Meter(MeterId(next(self.ids)), asked.serial, asked.size, asked.dials, asked.multiplier, asked.unit)
        known = self.register.meters.setdefault(asked.serial, described)
        if known is described:
            self.opened.meters.append(described)
        meters.check_same(known, described, at)
        return known

    def _person(self, asked: PersonAsked, at: str) -> Person:
        if asked.person_id is None:
            person = Person(PersonId(next(self.ids)), asked.name, asked.phone, asked.email)
            self.opened.people.append(person)
            return person
        if asked.person_id not in self.register.people:
            raise PersonUnknown(field=f"{at}.person_id", person_id=asked.person_id)
        return self.register.people[asked.person_id]

    def _past(self, day: date | None, at: str) -> date | None:
        if day is not None and day > self.today:
            raise OpenedInTheFuture(field=at, given=day, today=self.today)
        return day

    def _hang(self, installation: Installation) -> None:
        self.hung_at[installation.service_point_id] = installation
        self.hung[installation.meter.meter_id] = installation
