"""What somebody asks for who opens an account: for whom, where, with which services."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.accounts.domain.accounts import Account, PersonRole
from services.accounts.domain.circumstances import ORDINARY, Circumstances
from services.accounts.domain.meters import Unit
from services.accounts.domain.premises import Parcel, PremiseUse, address_key
from shared.events.accounts import Commodity
from shared.ids import PersonId


@dataclass(frozen=True, slots=True)
class PersonAsked:
    """Somebody for an account: known by id, or named."""

    role: PersonRole
    person_id: PersonId | None = None
    name: str = ""
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class MeterAsked:
    """A meter as its face describes it."""

    serial: str
    size: str
    dials: int
    multiplier: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class ServiceAsked:
    """A service for an account: taken over as it runs, or to be turned on by an order."""

    commodity: Commodity
    rate_code: str
    start: Literal["conversion", "turn_on"]
    number: int = 1
    started_on: date | None = None
    start_reading: int | None = None
    meter: MeterAsked | None = None
    circumstances: Circumstances = ORDINARY
    discount_evidence: str | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """What somebody asks for: an account, for whom, where, with which services."""

    holder: PersonAsked
    street_address: str
    use: PremiseUse
    parcel: Parcel | None
    mailing_address: str | None
    billing_cycle: str
    opened_on: date | None
    services: Sequence[ServiceAsked]
    others: Sequence[PersonAsked] = ()


@dataclass(frozen=True, slots=True)
class Extension:
    """What somebody asks for: further services of an account, at its own premise."""

    account: Account
    street_address: str
    services: Sequence[ServiceAsked]


def keys_of(openings: Iterable[Opening | Extension]) -> list[str]:
    """The address keys of the premises that openings name. Raises AddressHasNoWords."""
    return sorted({address_key(opening.street_address) for opening in openings})


def serials_of(openings: Iterable[Opening | Extension]) -> list[str]:
    """The serials of the meters that openings name."""
    return sorted({service.meter.serial for opening in openings for service in opening.services if service.meter})


def people_of(openings: Iterable[Opening | Extension]) -> list[PersonId]:
    """The ids of the people whom openings name by id."""
    whole = (opening for opening in openings if isinstance(opening, Opening))
    named = (person.person_id for opening in whole for person in (opening.holder, *opening.others))
    return sorted({person_id for person_id in named if person_id})
