"""What payments remembers: the only SQL here that writes or locks; rows in, domain values out."""

from services.payments.store.debts import (
    lock_accounts,
    lock_debts,
    lock_debts_by_id,
    save_accounts,
    save_cancellations,
    save_closures,
    save_invoices,
)
from services.payments.store.partitions import insert_partitions
from services.payments.store.payments import (
    find_payments,
    find_reversed,
    insert_credits,
    insert_entries,
    insert_payments,
    insert_reversals,
    save_receipt_series,
)
from services.payments.store.policies import find_policy
from services.payments.store.refunds import (
    find_refunded_accounts,
    find_taken_back,
    insert_refund_entries,
    insert_refunds,
    lock_checks_drawn,
    lock_refunds,
    save_refund_voided,
    save_refunds_paid,
)
from services.payments.store.remittances import (
    find_arrivals,
    insert_remittances,
    lock_awaiting,
    lock_remittances,
    save_placements,
)
from services.payments.store.shutoffs import find_standing, insert_answers, lock_confirmations, save_recalls

__all__ = [
    "find_arrivals",
    "find_payments",
    "find_policy",
    "find_refunded_accounts",
    "find_reversed",
    "find_standing",
    "find_taken_back",
    "insert_answers",
    "insert_credits",
    "insert_entries",
    "insert_partitions",
    "insert_payments",
    "insert_refund_entries",
    "insert_refunds",
    "insert_remittances",
    "insert_reversals",
    "lock_accounts",
    "lock_awaiting",
    "lock_checks_drawn",
    "lock_confirmations",
    "lock_debts",
    "lock_debts_by_id",
    "lock_refunds",
    "lock_remittances",
    "save_accounts",
    "save_cancellations",
    "save_closures",
    "save_invoices",
    "save_placements",
    "save_recalls",
    "save_receipt_series",
    "save_refund_voided",
    "save_refunds_paid",
]
