"""Fills read models again from the log: empties their tables and lets their on_… functions hear everything once more.

Live facts may arrive meanwhile: every such function is an upsert guarded by the fact's version, so an older fact
that is heard again never undoes a newer one. Reading ends where the service's own cursors stood when the tables
were emptied; what came later is heard by the listener in the ordinary way.
"""

from collections.abc import Mapping, Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.auth import Actor
from shared.cloudevents import OUTSIDE
from shared.inbox.cursors import find_cursors
from shared.inbox.hearing import Hearing
from shared.inbox.order import in_sets
from shared.inbox.records import Place, Record, read
from shared.postgres import Cause, Database
from shared.settings import Settings

BATCH_MAX = 2_000
WAIT_MS = 5_000


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
    """Empty and fill again; answers how many facts were heard. The log must hold them from the beginning."""
    model = ReadModel(hearing)
    if not model.tables:
        return 0
    actor, consumer_name = Actor.service(database.service), database.service
    async with database.begin(actor, Cause("rebuild")) as tx:
        await tx.execute("SELECT 1 FROM inbox_cursors WHERE consumer = $1 FOR UPDATE", consumer_name)
        ends = await find_cursors(tx, consumer_name)
        await tx.execute(f"TRUNCATE {', '.join(model.tables)}")
    topics = set(model.topics(outside=False))
    of_topics = {place: end for place, end in ends.items() if place[0] in topics}
    return await _hear_again(database, model, settings, of_topics)


async def _hear_again(database: Database, model: ReadModel, settings: Settings, ends: Mapping[Place, int]) -> int:
    tps = {TopicPartition(settings.topic(topic), number): (topic, number) for topic, number in ends}
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.bootstrap_servers, enable_auto_commit=False)
    await consumer.start()
    heard_count = 0
    try:
        consumer.assign(list(tps))
        starts = await consumer.beginning_offsets(list(tps))
        open_places = {tp for tp, place in tps.items() if starts[tp] < ends[place]}
        consumer.pause(*(set(tps) - open_places))
        for tp in open_places:
            consumer.seek(tp, starts[tp])
        while open_places:
            fetched = await consumer.getmany(timeout_ms=WAIT_MS, max_records=BATCH_MAX)
            records = [
                Record(*tps[tp], record.offset, record.key, record.value, record.headers)
                for tp, found in fetched.items()
                for record in found
                if record.offset < ends[tps[tp]]
            ]
            heard_count += await _fill(database, model, records)
            done = {tp for tp in open_places if (await consumer.position(tp)) >= ends[tps[tp]]}
            open_places -= done
            consumer.pause(*done)
    finally:
        await consumer.stop()
    return heard_count


async def _fill(database: Database, model: ReadModel, records: Sequence[Record]) -> int:
    heard = [h for h in read(records, model) if h.fact is not None]
    if heard:
        async with database.begin(Actor.service(database.service), Cause("rebuild")) as tx:
            for kind, members in in_sets(heard, lambda h: h.kind, lambda h: h.key):
                await model.handlers[kind](tx, [h.fact for h in members])
    return len(heard)
