"""The weeks of what was heard: one that is missing is made, whatever stands in its place by then."""

from uuid import UUID

from shared.ids import new_id
from shared.inbox.partitions import keep_inbox_partitions
from tests.rooms import Rooms, ServiceFactory
from tests.shared.ledger import Ledger

_OF = "SELECT tableoid::regclass::text FROM inbox WHERE event_id = $1"
_HEARD = "INSERT INTO inbox (consumer, event_id) VALUES ('ledger', $1)"


async def test_what_was_heard_before_its_week_was_there_goes_into_it(service: ServiceFactory) -> None:
    """A start that was cut short made no weeks; facts came; the next start must not fail for ever."""
    rooms = await service(Ledger())
    ours, outside = new_id(), UUID("f81d4fae-7dec-51d0-a765-00a0c91e6bf6")
    week = await _week_of(rooms, ours)
    async with rooms.tx() as tx:
        await tx.execute(f"DROP TABLE {week}")
        for event_id in (ours, outside):
            await tx.execute(_HEARD, event_id)
        assert await tx.fetchval(_OF, ours) == "inbox_outside"
        await keep_inbox_partitions(tx)
        assert await tx.fetchval(_OF, ours) == week
        assert await tx.fetchval(_OF, outside) == "inbox_outside"
        await keep_inbox_partitions(tx)


async def _week_of(rooms: Rooms, event_id: UUID) -> str:
    async with rooms.tx() as tx:
        await tx.execute(_HEARD, event_id)
        week: str = await tx.fetchval(_OF, event_id)
        await tx.execute("DELETE FROM inbox WHERE event_id = $1", event_id)
        return week
