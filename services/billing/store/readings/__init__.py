"""Readings on record: what the next one is judged against, how they are kept, and what follows for their neighbors."""

from services.billing.store.readings.exchanges import save_meters
from services.billing.store.readings.kept import (
    insert_end_readings,
    insert_readings,
    lock_readings,
    save_acceptances,
    save_neighbors,
    save_supersessions,
)
from services.billing.store.readings.metered import find_metered, lock_agreements, lock_meters
from services.billing.store.readings.peers import save_peer_uses
from services.billing.store.readings.reviews import find_rereads, insert_reviews, save_rereads_asked

__all__ = [
    "find_metered",
    "find_rereads",
    "insert_end_readings",
    "insert_readings",
    "insert_reviews",
    "lock_agreements",
    "lock_meters",
    "lock_readings",
    "save_acceptances",
    "save_meters",
    "save_neighbors",
    "save_peer_uses",
    "save_rereads_asked",
    "save_supersessions",
]
