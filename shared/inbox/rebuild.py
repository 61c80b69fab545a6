"""Fills read models again from the log: empties their tables and lets their on_… functions hear everything once more.

All of it is one transaction: whoever looks sees the old rows until the new ones are there, whoever wants to change
them waits, and a rebuild that fails has changed nothing. Reading ends where the service's own cursors stand, which are
locked: what comes later is heard by the listener in the ordinary way, after what is older.
"""

from collections.abc import Mapping, Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.auth import Actor
from shared.cloudevents import OUTSIDE
from shared.inbox.cursors import find_cursors
from shared.inbox.hearing import Hearing
from shared.inbox.order import in_sets
from shared.inbox.records import Place, Record, read
from shared.postgres import Cause, Database, Tx
from shared.settings import Settings

BATCH_MAX = 2_000
WAIT_MS = 5_000
"""A broker that gives nothing for so long while there is something to read is away."""

_IDLE_MS_MAX = 3 * WAIT_MS
"""Longer than any wait for the broker; shorter than a town can wait for a frozen rebuild."""

_LEAVE_TIME = f"""
SELECT set_config('idle_in_transaction_session_timeout', '{_IDLE_MS_MAX}', true),
       set_config('transaction_timeout', '0', true)
"""
_LOCK_CURSORS = "SELECT 1 FROM inbox_cursors WHERE consumer = $1 ORDER BY topic, partition FOR UPDATE"


class ReadModel(Hearing):
    """The part of what a service hears that only fills tables from the log."""

    def __init__(self, hearing: Hearing) -> None:
        super().__init__()
        self.tables: list[str] = []
        keeps = hearing.read_models()
        for fact in hearing.facts():
            if fact.event_type() in keeps and not fact.speaker.startswith(OUTSIDE):
                self.on(fact)(hearing.handlers[fact.event_type()])
                self.tables += [table for table in keeps[fact.event_type()] if table not in self.tables]


async def rebuild(database: Database, hearing: Hearing, settings: Settings) -> int:
    """Empty and fill again; answers how many facts were heard. The log must hold them from the beginning.

    Raises what is PASSING when the broker or the database is away, or in use by others for too long.
    """
    model = ReadModel(hearing)
    if not model.tables:
        return 0
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.bootstrap_servers, enable_auto_commit=False, request_timeout_ms=WAIT_MS
    )
    try:
        await consumer.start()
        async with database.begin(Actor.service(database.service), Cause("rebuild")) as tx:
            await tx.execute(_LEAVE_TIME)
            await tx.execute(_LOCK_CURSORS, database.service)
            ends = await find_cursors(tx, database.service)
            await _empty(tx, model.tables)
            topics = set(model.topics(outside=False))
            of_topics = {place: end for place, end in ends.items() if place[0] in topics}
            return await _hear_again(tx, consumer, model, settings, of_topics)
    finally:
        await consumer.stop()


async def _empty(tx: Tx, tables: Sequence[str]) -> None:
    """Without TRUNCATE, which would hide the old rows from those who look. Whoever locks rows waits at the door:
    at a row that is gone he would take an account that everybody knows for an unknown one."""
    await tx.execute(f"LOCK TABLE {', '.join(sorted(tables))} IN EXCLUSIVE MODE")
    for table in tables:
        await tx.execute(f"DELETE FROM {table}")


async def _hear_again(
    tx: Tx, consumer: AIOKafkaConsumer, model: ReadModel, settings: Settings, ends: Mapping[Place, int]
) -> int:
    tps = {TopicPartition(settings.topic(topic), number): (topic, number) for topic, number in ends}
    consumer.assign(list(tps))
    starts = await consumer.beginning_offsets(list(tps))
    open_places = {tp for tp, place in tps.items() if starts[tp] < ends[place]}
    consumer.pause(*(set(tps) - open_places))
    for tp in open_places:
        consumer.seek(tp, starts[tp])
    heard_count = 0
    while open_places:
        fetched = await consumer.getmany(timeout_ms=WAIT_MS, max_records=BATCH_MAX)
        if not fetched:
            raise TimeoutError(f"the broker gave nothing for {WAIT_MS / 1000:.0f} s")
        records = [
            Record(*tps[tp], record.offset, record.key, record.value, record.headers)
            for tp, found in fetched.items()
            for record in found
            if record.offset < ends[tps[tp]]
        ]
        heard_count += await _fill(tx, model, records)
        done = {tp for tp in open_places if (await consumer.position(tp)) >= ends[tps[tp]]}
        open_places -= done
        consumer.pause(*done)
    return heard_count


async def _fill(tx: Tx, model: ReadModel, records: Sequence[Record]) -> int:
    heard = [h for h in read(records, model) if h.fact is not None]
    for kind, members in in_sets(heard, lambda h: h.kind, lambda h: h.key):
        await model.handlers[kind](tx, [h.fact for h in members])
    return len(heard)
