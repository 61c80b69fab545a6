"""What Prometheus is told about one service: requests, telling, hearing, deadlines, jobs.

A registry a service, not the process's, because a test holds five services in one process.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

REQUEST_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
BATCH_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)
ASK_SECONDS_MAX = 2.0

CONTENT_TYPE = CONTENT_TYPE_LATEST

Refresh = Callable[[], Awaitable[None]]
Count = Callable[[], int]


class _Followed(Collector):
    """A counter that is read where it is kept."""

    def __init__(self, name: str, says: str, count: Count) -> None:
        self.name = name
        self.says = says
        self.count = count

    def collect(self) -> Iterator[Metric]:
        """What Prometheus is told, whenever it asks."""
        yield CounterMetricFamily(self.name, self.says, value=self.count())


class Metrics:
    """The measures of one service. Each attribute is a Prometheus metric of its own registry."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.registry = CollectorRegistry(auto_describe=False)
        ProcessCollector(registry=self.registry)
        self._refreshes: list[Refresh] = []
        self._requests: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._make_request_metrics()
        self._make_telling_metrics()
        self._make_hearing_metrics()
        self._make_time_metrics()

    def _make_request_metrics(self) -> None:
        self.requests = Counter(
            "curbstop_http_requests", "Requests answered.", ("route", "method", "status"), registry=self.registry
        )
        self.request_seconds = Histogram(
            "curbstop_http_request_seconds", "From the request's first byte to its answer.", ("route", "method"),
            buckets=REQUEST_SECONDS, registry=self.registry,
        )  # fmt: skip

    def _make_telling_metrics(self) -> None:
        self.outbox_age_seconds = Gauge(
            "curbstop_outbox_age_seconds", "Age of the oldest fact that the broker has not yet.", registry=self.registry
        )

    def _make_hearing_metrics(self) -> None:
        self.inbox_lag_count = Gauge(
            "curbstop_inbox_lag_count", "Facts on the topic that were not heard yet.", ("topic", "partition"),
            registry=self.registry,
        )  # fmt: skip
        self.inbox_heard = Counter(
            "curbstop_inbox_heard", "Facts taken from a topic, by what became of them.", ("topic", "outcome"),
            registry=self.registry,
        )  # fmt: skip
        self.inbox_batch_seconds = Histogram(
            "curbstop_inbox_batch_seconds", "One batch, from its first statement to its commit.", (),
            buckets=BATCH_SECONDS, registry=self.registry,
        )  # fmt: skip
        self.set_aside_count = Gauge(
            "curbstop_set_aside_count", "Facts set aside and waiting for a person.", registry=self.registry
        )
        self.set_aside_age_seconds = Gauge(
            "curbstop_set_aside_age_seconds", "Age of the oldest fact set aside.", registry=self.registry
        )

    def _make_time_metrics(self) -> None:
        self.deadlines_overdue_seconds = Gauge(
            "curbstop_deadlines_overdue_seconds", "Lateness of the oldest deadline not yet struck.",
            registry=self.registry,
        )  # fmt: skip
        self.jobs_count = Gauge("curbstop_jobs_count", "Jobs by state.", ("kind", "state"), registry=self.registry)

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answered request, by the route's template and never by its path."""
        pair = self._requests.get((route, method, status))
        if pair is None:
            pair = (self.requests.labels(route, method, str(status)), self.request_seconds.labels(route, method))
            self._requests[(route, method, status)] = pair
        pair[0].inc()
        pair[1].observe(seconds)

    def follow(self, name: str, says: str, count: Count) -> None:
        """Tell a number that a part of the service keeps, and that only rises."""
        self.registry.register(_Followed(name, says, count))

    def before_scrape(self, refresh: Refresh) -> None:
        """Have something measured whenever Prometheus asks, such as ages that only the database knows."""
        self._refreshes.append(refresh)

    async def render(self) -> bytes:
        """The measures as Prometheus reads them. A refresh that takes over two seconds is left at its last value."""
        if self._refreshes:
            tasks = [asyncio.ensure_future(refresh()) for refresh in self._refreshes]
            _, late = await asyncio.wait(tasks, timeout=ASK_SECONDS_MAX)
            for task in late:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return generate_latest(self.registry)
