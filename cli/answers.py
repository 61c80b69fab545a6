"""What services said to a file: of each line that was refused after it was sent, its number, field, rule and remedy.

A service answers on `inbound.refused` with the id of the message, and a line always has the same id: so a line that was
refused when the file was published before is shown again, too.
"""

import asyncio
import time
from array import array
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

from pydantic_core import from_json

from cli.addresses import SERVICES, Addresses, settings
from cli.kafka import listening
from cli.reading import Refused
from town.trouble import Trouble

ANSWERS = "inbound.refused"
LOOK_EVERY_SECONDS = 0.2
STANDS_STILL_SECONDS_MAX = 60.0

_HEARD = "SELECT partition, next_offset FROM inbox_cursors WHERE consumer = $1 AND topic = $2"
_TOLD = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM outbox_seq"
_CARRIED = "SELECT last FROM relay_state WHERE shard = 0"


class Sent:
    """Which line is which message, in twelve bytes a line: a file may have millions."""

    def __init__(self) -> None:
        self._ids = array("Q")
        self._lines = array("I")

    def note(self, event_id: UUID, line: int) -> None:
        """This line is sent as this message."""
        self._ids.append(event_id.int % 2**64)
        self._lines.append(line)

    def refused(self, answers: Mapping[int | None, tuple[str, str, str]]) -> Iterator[Refused]:
        """The lines that were answered, in the order of the file; lines that say the same are one message."""
        for event_id, line in zip(self._ids, self._lines, strict=True):
            if event_id in answers:
                yield Refused(line, *answers[event_id])


async def answers_to(found: Addresses, topic: str, source: str, sent: Sent) -> list[Refused]:
    """Wait until the services that hear a topic have heard all of it; what they refused of what was sent.

    Their databases say how far they are, because nothing is said of a line that is taken. Raises Trouble.
    """
    from shared.tower import tower_of

    async with listening(found, topic, from_beginning=True) as consumer:
        ends = await consumer.end_offsets(consumer.assignment())
    for service in SERVICES:
        if topic in tower_of(service).hearing.topics(outside=True):
            await _until_heard(service, topic, {place.partition: end for place, end in ends.items()})
    answers = {
        _low(said["original_id"]): (said["field"] or "line", said["rule"], said["remedy"])
        async for said in _all_said(found)
        if said["original_source"] == source and said["original_topic"] == topic
    }
    return list(sent.refused(answers))


async def _until_heard(service: str, topic: str, ends: Mapping[int, int]) -> None:
    """Until the cursors have passed what was published, and what was told by then was carried."""
    import asyncpg

    from shared.postgres import connect

    try:
        connection = await connect(
            settings().database_url(service), "curbstop publish", idle_in_transaction_ms=2_000,
            statement_timeout_ms=10_000,
        )  # fmt: skip
    except (OSError, TimeoutError, asyncpg.PostgresError) as away:
        raise Trouble(
            f"All lines are published. What {service} says of them cannot be waited for, because its database does not "
            "answer; CURBSTOP_POSTGRES names a server elsewhere."
        ) from away

    async def unheard() -> int:
        rows = await connection.fetch(_HEARD, f"{service}.inbound", topic)
        at = {row["partition"]: row["next_offset"] for row in rows}
        return sum(max(0, end - at.get(partition, 0)) for partition, end in ends.items())

    async def uncarried() -> int:
        return max(0, told - int(await connection.fetchval(_CARRIED)))

    try:
        await _until_nothing(unheard, f"{service} has not heard", "its inbox")
        told = int(await connection.fetchval(_TOLD))
        await _until_nothing(uncarried, f"{service} has not told", "its relay")
    finally:
        await connection.close()


async def _until_nothing(count: Callable[[], Awaitable[int]], what: str, part: str) -> None:
    left, moved_at = await count(), time.monotonic()
    while left:
        await asyncio.sleep(LOOK_EVERY_SECONDS)
        now = await count()
        if now != left:
            left, moved_at = now, time.monotonic()
        elif time.monotonic() - moved_at > STANDS_STILL_SECONDS_MAX:
            raise Trouble(
                f"All lines are published, but {what} {left:,} messages, and {part} stands still: is it up? "
                "`curbstop town status` shows it; publish the file again then, nothing is said twice."
            )


async def _all_said(found: Addresses) -> AsyncIterator[dict[str, Any]]:
    """All answers that the topic still holds."""
    async with listening(found, ANSWERS, from_beginning=True) as consumer:
        ends = await consumer.end_offsets(consumer.assignment())
        begins = await consumer.beginning_offsets(ends)
        left = {place for place, end in ends.items() if begins[place] < end}
        while left:
            for place, records in (await consumer.getmany(timeout_ms=500)).items():
                for record in records:
                    yield from_json(record.value)
                if records and records[-1].offset + 1 >= ends[place]:
                    left.discard(place)
            left = {place for place in left if await consumer.position(place) < ends[place]}


def _low(event_id: str | None) -> int | None:
    """Half of an id is enough to tell lines apart; None for one that is none of ours."""
    try:
        return UUID(event_id or "").int % 2**64
    except ValueError:
        return None
