"""The payments service with two people and one invoice that it knows of."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.payments.app import tower
from shared.events.accounts import AccountOpened
from shared.events.licensing import InvoiceRaised
from shared.ids import ApplicationId
from tests.payments.people import DOG_LICENSE, OMAR, ROSA, TODAY, Person
from tests.rooms import Rooms, ServiceFactory

Post = Callable[..., Awaitable[httpx.Response]]


def opened(who: Person) -> AccountOpened:
    """What accounts said when this person came."""
    return AccountOpened(
        account_id=who.account.account_id,
        account_number=who.account.account_number,
        holder_name=who.name,
        service_address=who.account.service_address,
        mailing_address=who.account.service_address,
        billing_cycle="C1",
        opened_on=TODAY,
    )


def raised() -> InvoiceRaised:
    """What licensing said when the dog license was approved."""
    return InvoiceRaised(
        application_id=ApplicationId(uuid4()),
        license_type="dog",
        invoice_id=DOG_LICENSE.invoice_id,
        invoice_number=DOG_LICENSE.invoice_number,
        amount_cents=DOG_LICENSE.amount_cents,
        raised_on=TODAY,
    )


@pytest.fixture
async def rooms(service: ServiceFactory) -> Rooms:
    """Payments, having heard of Rosa, Omar and the dog license."""
    made = await service(tower)
    await made.tell(opened(ROSA), opened(OMAR), raised())
    return made


@pytest.fixture
def post(rooms: Rooms) -> Post:
    """Send a POST with an idempotency key of its own, as the cashier unless another is named."""

    async def send(path: str, body: dict[str, Any], role: str = "cashier", key: str | None = None) -> httpx.Response:
        return await rooms.http(role).post(path, json=body, headers={"Idempotency-Key": key or str(uuid4())})

    return send
