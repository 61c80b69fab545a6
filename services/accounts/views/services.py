"""A service of an account as people look at it; how it was on a day and which meter then hung there, its asker says."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from services.accounts.domain.meters import Unit
from shared.events.accounts import Commodity
from shared.ids import AgreementId, MeterId, ServicePointId

AGREED = """
'agreement_id', g.agreement_id, 'service_point_id', s.service_point_id, 'commodity', s.commodity, 'number', s.number,
'rate_code', g.rate_code, 'origin', g.origin, 'started_on', g.started_on, 'start_reading', g.start_reading,
'customer_class', coalesce(r.customer_class, g.customer_class),
'dwelling_units', coalesce(r.dwelling_units, g.dwelling_units), 'discounts', coalesce(r.discounts, g.discounts)
"""
"""Of an agreement g, its point s, and what its rates go by r."""

METER = """
SELECT jsonb_build_object(
    'meter_id', m.meter_id, 'serial', m.serial, 'size', m.size, 'dials', m.dials, 'multiplier', m.multiplier,
    'unit', m.unit, 'installed_on', i.installed_on)
FROM meter_installations i JOIN meters m USING (meter_id) WHERE i.service_point_id = s.service_point_id
"""
"""The meters that ever hung at a point s, without the day of one."""


class MeterView(BaseModel):
    """The meter that hangs at a point."""

    meter_id: MeterId
    serial: str
    size: str
    dials: int
    multiplier: int
    unit: Unit
    installed_on: date


class ServiceView(BaseModel):
    """A service of the account: agreed while `started_on` is null, running until `stopped_on`."""

    agreement_id: AgreementId
    service_point_id: ServicePointId
    commodity: Commodity
    number: int
    rate_code: str
    origin: str | None
    started_on: date | None
    start_reading: int | None
    stopped_on: date | None
    stop_reading: int | None
    off_since: datetime | None = Field(description="Since when the valve is shut; null: it is open.")
    customer_class: str
    dwelling_units: int
    discounts: list[str] = Field(description="Granted on that day; their evidence stands in the rate-changes.")
    meter: MeterView | None
