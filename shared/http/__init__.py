"""Door 1 of every service: what people may ask, over HTTP, and every no that they are told.

door = Door()

@door.post("/payments", needs=POST_PAYMENTS, status_code=201, idempotent=True)
async def post_payment(tx: WriteTx, body: NewPayment) -> PaymentTaken: ...
"""

from shared.http.app import ServiceApp, make_app, openapi_of, operations_of
from shared.http.asks import IfMatch, Outcomes, ReadTx, Requests, WriteTx
from shared.http.door import Door, Operation
from shared.http.idempotency import purge_idempotency_keys
from shared.http.pages import Page, PageQuery, PageRequest
from shared.http.papers import CSV, HTML, PDF, TEXT, Paper
from shared.http.running import Declared, Running

__all__ = [
    "CSV",
    "HTML",
    "PDF",
    "TEXT",
    "Declared",
    "Door",
    "IfMatch",
    "Operation",
    "Outcomes",
    "Page",
    "PageQuery",
    "PageRequest",
    "Paper",
    "ReadTx",
    "Requests",
    "Running",
    "ServiceApp",
    "WriteTx",
    "make_app",
    "openapi_of",
    "operations_of",
    "purge_idempotency_keys",
]
