"""Lets the metrics see what a running service does, so that none of its parts has to know of them."""

from collections.abc import Sequence
from typing import Any

from shared.auth import Actor
from shared.deadlines import Striker
from shared.inbox import Listener, Taken
from shared.metrics import Metrics
from shared.outbox import Relay
from shared.postgres import Cause, Database

_AGES = """
SELECT coalesce(extract(epoch FROM clock_timestamp() - (
           SELECT created_at FROM outbox WHERE seq > (SELECT last FROM relay_state) ORDER BY seq LIMIT 1)), 0)
           AS outbox_age,
       (SELECT count(*) FROM set_aside) AS aside_count,
       coalesce(extract(epoch FROM $1 - (SELECT min(set_aside_at) FROM set_aside)), 0) AS aside_age,
       greatest(coalesce(extract(epoch FROM $1 - (SELECT min(due_at) FROM deadlines)), 0), 0) AS overdue
"""
_JOBS = """
SELECT kind, CASE WHEN finished_at IS NOT NULL THEN 'completed' WHEN failed_at IS NOT NULL THEN 'failed'
                  WHEN started_at IS NOT NULL THEN 'running' ELSE 'waiting' END AS state, count(*) AS count
FROM jobs GROUP BY 1, 2
"""


def observe(
    metrics: Metrics, database: Database, listeners: Sequence[Listener], relay: Relay, striker: Striker
) -> None:
    """Connect the parts of a running service to its metrics."""

    def batch_finished(consumer: str, seconds: float, taken: Taken) -> None:
        metrics.inbox_batch_seconds.observe(seconds)
        outcomes = {"fresh": taken.fresh_count, "refused": len(taken.answers), "set_aside": len(taken.asides)}
        for outcome, count in outcomes.items():
            metrics.inbox_heard.labels(consumer, outcome).inc(count)

    for listener in listeners:
        listener.batch_finished = batch_finished
    metrics.follow("curbstop_outbox_told", "Facts acknowledged by the broker.", lambda: relay.published_count)
    metrics.follow("curbstop_deadlines_struck", "Deadlines struck.", lambda: striker.struck_count)
    metrics.before_scrape(lambda: _refresh(metrics, database, listeners))


async def _refresh(metrics: Metrics, database: Database, listeners: Sequence[Listener]) -> None:
    async with database.read(Actor.service(database.service), Cause("metrics")) as reader:
        ages: Any = await reader.fetchrow(_AGES, reader.now)
        jobs = await reader.fetch(_JOBS)
    metrics.outbox_age_seconds.set(float(ages["outbox_age"]))
    metrics.set_aside_count.set(ages["aside_count"])
    metrics.set_aside_age_seconds.set(float(ages["aside_age"]))
    metrics.deadlines_overdue_seconds.set(float(ages["overdue"]))
    for row in jobs:
        metrics.jobs_count.labels(row["kind"], row["state"]).set(row["count"])
    for listener in listeners:
        for (topic, partition), count in (await listener.find_lag() or {}).items():
            metrics.inbox_lag_count.labels(topic, str(partition)).set(count)
