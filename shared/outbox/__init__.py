"""Tells facts: each is written in the transaction that made it true, and a relay carries it to Kafka."""

from shared.outbox.put import FactTooLarge, put
from shared.outbox.relay import Relay

__all__ = ["FactTooLarge", "Relay", "put"]
