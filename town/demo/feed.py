"""Publishes many facts on a public inbound topic, as another city system with an ordinary client does."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from aiokafka import AIOKafkaProducer

from shared.cloudevents import headers_of, value_of
from shared.events import Fact
from shared.ids import new_id
from shared.settings import Settings

SET_MAX = 1_000


class Feed:
    """One outside system that publishes: `async with Feed(settings, "/demo/head-end") as feed`."""

    def __init__(self, settings: Settings, source: str) -> None:
        self.settings = settings
        self.source = source.encode()
        self._producer = AIOKafkaProducer(
            bootstrap_servers=settings.bootstrap_servers, acks="all", enable_idempotence=True, linger_ms=5
        )

    async def __aenter__(self) -> Self:
        """Connect."""
        await self._producer.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave."""
        await self._producer.stop()

    async def send(self, facts: Sequence[Fact], progress: Callable[[int], None]) -> None:
        """Publish them in order and see each acknowledged."""
        for first in range(0, len(facts), SET_MAX):
            some = facts[first : first + SET_MAX]
            acknowledgements = [await self._send_one(fact) for fact in some]
            for acknowledgement in acknowledgements:
                await acknowledgement
            progress(first + len(some))

    async def _send_one(self, fact: Fact) -> Any:
        event_id = new_id()
        headers = [
            (name, self.source if name == "ce_source" else content)
            for name, content in headers_of(fact, event_id, datetime.now(UTC), str(event_id), None)
        ]
        topic = self.settings.topic(fact.speaker)
        return await self._producer.send(topic, value_of(fact), fact.key().encode(), headers=headers)
