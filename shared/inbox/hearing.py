"""Declares what a service hears: one on_… function a fact, each given sets."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from shared.cloudevents import OUTSIDE
from shared.events import Fact
from shared.postgres import Tx

F = TypeVar("F", bound=Fact)
OnFacts = Callable[[Tx, Sequence[F]], Awaitable[None]]


class Hearing:
    """The facts that one service hears, and what it does about each."""

    def __init__(self) -> None:
        self.handlers: dict[str, OnFacts[Any]] = {}
        self.by_header: dict[bytes, type[Fact]] = {}
        """The facts by their `ce_type` as it stands in a record's headers."""
        self._facts: list[type[Fact]] = []
        self._keeps: dict[str, tuple[str, ...]] = {}

    def on(self, fact: type[F], *, keeps: Sequence[str] = ()) -> Callable[[OnFacts[F]], OnFacts[F]]:
        """Hear a fact. `keeps` names the read-model tables that it, with the others that name them, fills entirely:
        `curbstop inbox rebuild` empties those tables and lets these functions hear the whole log again."""
        if fact.event_type() in self.handlers:
            raise ValueError(f"{fact.event_type()} is heard twice")

        def heard_by(function: OnFacts[F]) -> OnFacts[F]:
            self.handlers[fact.event_type()] = function
            self._facts.append(fact)
            self.by_header[fact.event_type().encode()] = fact
            self._keeps[fact.event_type()] = tuple(keeps)
            return function

        return heard_by

    def facts(self) -> tuple[type[Fact], ...]:
        """The facts that are heard, in the order of their declarations."""
        return tuple(self._facts)

    def topics(self, *, outside: bool) -> tuple[str, ...]:
        """The topics that carry them: those of the other services, or the public inbound ones."""
        speakers = dict.fromkeys(fact.speaker for fact in self._facts)
        return tuple(speaker for speaker in speakers if speaker.startswith(OUTSIDE) is outside)

    def read_models(self) -> dict[str, tuple[str, ...]]:
        """By event type, the tables that can be filled again from the log."""
        return {event_type: tables for event_type, tables in self._keeps.items() if tables}
