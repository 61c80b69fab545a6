"""What payments does: read, decide, write, tell; every command takes many."""

from services.payments.commands.debts import close_accounts, close_invoices, keep_accounts, keep_invoices
from services.payments.commands.partitions import make_partitions
from services.payments.commands.payments import NewPayment, PaymentTaken, post_payments
from services.payments.commands.refunds import (
    NewRefundPayments,
    NewVoid,
    RefundsPaid,
    RefundStands,
    keep_refunds,
    pay_refunds,
    void_refund,
)
from services.payments.commands.remittances import NewPlacement, place_remittance, take_remittances
from services.payments.commands.reversals import NewReversal, PaymentTakenBack, reverse_payments
from services.payments.commands.shutoffs import answer_asks, count_credits

__all__ = [
    "NewPayment",
    "NewPlacement",
    "NewRefundPayments",
    "NewReversal",
    "NewVoid",
    "PaymentTaken",
    "PaymentTakenBack",
    "RefundStands",
    "RefundsPaid",
    "answer_asks",
    "close_accounts",
    "close_invoices",
    "count_credits",
    "keep_accounts",
    "keep_invoices",
    "keep_refunds",
    "make_partitions",
    "pay_refunds",
    "place_remittance",
    "post_payments",
    "reverse_payments",
    "take_remittances",
    "void_refund",
]
