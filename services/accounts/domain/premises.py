"""Premises: a street address on a parcel, and the points where water, sewer and electricity enter it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.accounts.domain.search import folded
from shared.errors import Conflict, Invalid
from shared.events.accounts import Commodity
from shared.ids import OrderId, PremiseId, ServicePointId


class PremiseUse(StrEnum):
    """What a building is used for; some protections hold only for homes."""

    RESIDENTIAL = "residential"
    COMMERCIAL = "commercial"
    INDUSTRIAL = "industrial"
    PUBLIC = "public"


class AddressHasNoWords(Invalid):
    """A street address has at least one letter or digit."""

    remedy = "Write the house number and the street."


class PremiseOnAnotherParcel(Conflict):
    """A street address stands on one parcel."""

    remedy = "Compare the block, lot and qualifier with the tax map; one of the two records is wrong."


@dataclass(frozen=True, slots=True)
class Parcel:
    """Block, lot and, for a condominium or farm, a qualifier: how the tax map names land (N.J.A.C. 18:23A)."""

    block: str
    lot: str
    qualifier: str | None = None


@dataclass(frozen=True, slots=True)
class Premise:
    """A place that can take service."""

    premise_id: PremiseId
    street_address: str
    use: PremiseUse
    parcel: Parcel | None
    version: int = 1


@dataclass(frozen=True, slots=True)
class ServicePoint:
    """Where one commodity enters a premise; `off_since` tells that its valve is shut, and by which order."""

    service_point_id: ServicePointId
    premise_id: PremiseId
    commodity: Commodity
    number: int = 1
    off_since: datetime | None = None
    off_order_id: OrderId | None = None
    version: int = 1


def address_key(street_address: str) -> str:
    """Two spellings of one address have the same key: "12 Oak Street" and "12 OAK ST.". Raises AddressHasNoWords."""
    key = folded(street_address)
    if not key:
        raise AddressHasNoWords(field="premise.street_address", given=street_address[:40])
    return key


def on_parcel(premise: Premise, parcel: Parcel | None, field: str) -> Premise:
    """The premise, with the parcel that somebody names for it. Raises PremiseOnAnotherParcel."""
    if parcel is None or premise.parcel == parcel:
        return premise
    if premise.parcel is not None:
        raise PremiseOnAnotherParcel(
            field=field, street_address=premise.street_address, block=premise.parcel.block, lot=premise.parcel.lot
        )
    return replace(premise, parcel=parcel, version=premise.version + 1)


def shut(point: ServicePoint, order_id: OrderId, at: datetime) -> ServicePoint:
    """The valve was closed by this order; a valve that was closed before keeps its first time."""
    return replace(point, off_since=point.off_since or at, off_order_id=order_id, version=point.version + 1)


def opened(point: ServicePoint) -> ServicePoint:
    """The valve was opened."""
    return replace(point, off_since=None, off_order_id=None, version=point.version + 1)
