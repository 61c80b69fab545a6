"""What billing remembers: the only SQL here that writes or locks; rows in, domain values out."""

from services.billing.store.accounts import (
    find_in_service,
    insert_accounts,
    insert_agreements,
    save_addresses,
    save_closures,
    save_names,
    save_stops,
)
from services.billing.store.bills import (
    find_billables,
    find_cycle_count,
    insert_bills,
    insert_exceptions,
    lock_bills,
    lock_cycle,
    save_releases,
)
from services.billing.store.delinquency import (
    find_ordered,
    insert_answers,
    insert_orders,
    save_delinquencies,
)
from services.billing.store.ledger import (
    find_credited,
    insert_charges,
    insert_receivables,
    insert_reversals,
    lock_standings,
    save_postings,
)
from services.billing.store.partitions import insert_partitions
from services.billing.store.policies import find_policy, insert_policy
from services.billing.store.readings import (
    find_billed,
    find_outrun,
    insert_end_readings,
    insert_readings,
    lock_agreements,
    lock_meters,
    lock_readings,
    save_acceptances,
    save_supersession,
)
from services.billing.store.tariffs import find_tariffs, insert_tariff

__all__ = [
    "find_billables",
    "find_billed",
    "find_credited",
    "find_cycle_count",
    "find_in_service",
    "find_ordered",
    "find_outrun",
    "find_policy",
    "find_tariffs",
    "insert_accounts",
    "insert_agreements",
    "insert_answers",
    "insert_bills",
    "insert_charges",
    "insert_end_readings",
    "insert_exceptions",
    "insert_orders",
    "insert_partitions",
    "insert_policy",
    "insert_readings",
    "insert_receivables",
    "insert_reversals",
    "insert_tariff",
    "lock_agreements",
    "lock_bills",
    "lock_cycle",
    "lock_meters",
    "lock_readings",
    "lock_standings",
    "save_acceptances",
    "save_addresses",
    "save_closures",
    "save_delinquencies",
    "save_names",
    "save_postings",
    "save_releases",
    "save_stops",
    "save_supersession",
]
