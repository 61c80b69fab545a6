"""The licensing service, and what one does with it in few words."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.licensing.app import tower
from shared.events.payments import PaymentPosted, PaymentReversed, Tender
from shared.ids import InvoiceId, PaymentId
from tests.licensing.dog import NOW, TODAY, answers
from tests.rooms import Rooms, ServiceFactory

Post = Callable[..., Awaitable[httpx.Response]]
Filed = Callable[..., Awaitable[str]]


@pytest.fixture
async def rooms(service: ServiceFactory) -> Rooms:
    """Licensing, on Monday, March 2, 2026."""
    return await service(tower)


@pytest.fixture
def post(rooms: Rooms) -> Post:
    """Send a POST, as the licensing clerk unless another role is named."""

    async def send(
        path: str, body: dict[str, Any] | None = None, role: str = "licensing", **headers: str
    ) -> httpx.Response:
        named = {"Idempotency-Key": str(uuid4())} | {name.replace("_", "-"): value for name, value in headers.items()}
        return await rooms.http(role).post(path, json=body, headers=named)

    return send


@pytest.fixture
def filed(post: Post) -> Filed:
    """File Dana's application at the counter, with some answers different; its id."""

    async def file(**changes: Any) -> str:
        answer = await post("/applications", application(**changes), role="csr")
        assert answer.status_code == 201, answer.text
        return str(answer.json()["application_id"])

    return file


def application(**changes: Any) -> dict[str, Any]:
    """Dana's application for Biscuit."""
    return {
        "license_type": "dog",
        "applicant": {"name": "Dana Whitfield", "email": "dana@example.org"},
        "answers": answers(**changes),
    }


def posted(standing: dict[str, Any], cents: int | None = None, payment_id: UUID | None = None) -> PaymentPosted:
    """What payments says when money came for this application's invoice."""
    return PaymentPosted(
        payment_id=PaymentId(payment_id or uuid4()), account_id=None,
        invoice_id=InvoiceId(UUID(standing["invoice_id"])), amount_cents=cents or standing["amount_cents"],
        tender=Tender.CHECK, receipt_number="FRONT-00000001",
        received_on=TODAY, posted_at=NOW,
    )  # fmt: skip


def reversed_(payment: PaymentPosted) -> PaymentReversed:
    """What payments says when the check came back."""
    return PaymentReversed(
        payment_id=payment.payment_id, account_id=None, invoice_id=payment.invoice_id,
        amount_cents=payment.amount_cents, reason_code="R01", reversed_at=NOW,
    )  # fmt: skip
