"""Where the five services meet: every fact that is told, one file per speaker."""

from shared.events import accounts, billing, inbound, licensing, payments, tickets
from shared.events.fact import Envelope, Fact, registry

SPEAKERS = {
    module.__name__.rpartition(".")[2]: module for module in (accounts, billing, payments, licensing, tickets, inbound)
}

FACTS: dict[str, type[Fact]] = {
    event_type: fact for module in SPEAKERS.values() for event_type, fact in registry(vars(module)).items()
}
"""Every fact by its CloudEvents type."""

TOPICS: tuple[str, ...] = tuple(dict.fromkeys(fact.speaker for fact in FACTS.values()))
"""Every topic: one per service, and the public inbound ones."""

__all__ = ["FACTS", "SPEAKERS", "TOPICS", "Envelope", "Fact"]
