"""Where every request enters: one ASGI layer that finds, lets in, limits, times, answers, counts and logs it.

One layer, not a stack of middleware: what each of these costs is paid once.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from time import perf_counter
from typing import TYPE_CHECKING, Any

from shared import log
from shared.auth import Actor
from shared.errors import Refusal
from shared.http.answering import Act, Answering
from shared.http.asking import Asked
from shared.http.judging import FROM_THE_DATABASE, refusal_for
from shared.http.limits import Buckets
from shared.http.paths import Paths
from shared.http.problems import (
    Answer,
    MethodNotHere,
    NoSuchAddress,
    OurFault,
    RoleMayNot,
    TooManyRequests,
    ValueImpossible,
    answer_to,
)
from shared.http.running import Running
from shared.http.timing import TimeLimit

if TYPE_CHECKING:
    from shared.auth.tokens import Tokens

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Plain:
    """An address that needs no token: probes, measures, documentation."""

    route: str
    answer: Callable[[Asked], Awaitable[Answer]]


Standing = Act | Plain

SAFE_HEADERS: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]
ONLY_TLS: Headers = [(b"strict-transport-security", b"max-age=31536000; includeSubDomains")]


class Edge:
    """The HTTP side of one running service."""

    def __init__(self, service: str, paths: Paths[Standing], running: Running) -> None:
        settings = running.settings
        self._service = service
        self._paths = paths
        self._answering = Answering(running)
        self._settings = settings
        self._buckets = Buckets(settings.requests_per_second_max, settings.requests_burst_max)
        self._limit = TimeLimit(settings.request_timeout_ms / 1000)
        self._metrics = running.metrics
        self._headers = SAFE_HEADERS + (ONLY_TLS if settings.environment == "production" else [])
        self.logger = log.get(service=service)
        self._line = log.line("request", service)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request; whatever happens, something is sent."""
        started = perf_counter()
        asked = Asked(scope, receive)
        answer = await self._safely(asked)
        await send({"type": "http.response.start", "status": answer.status, "headers": self._said(asked, answer)})
        await send({"type": "http.response.body", "body": answer.body})
        seconds = perf_counter() - started
        self._metrics.request(asked.route, asked.method, answer.status, seconds)
        if asked.subject is not None or answer.status >= 400:
            self._line(
                method=asked.method, route=asked.route, status=answer.status, ms=round(seconds * 1000, 2),
                subject=asked.subject, request_id=asked.request_id, correlation_id=asked.correlation_id,
            )  # fmt: skip

    def _said(self, asked: Asked, answer: Answer) -> Headers:
        own = {name for name, _ in answer.headers} if answer.headers else ()
        headers = [pair for pair in self._headers if pair[0] not in own] if own else self._headers.copy()
        headers += answer.headers
        headers.append((b"x-request-id", asked.request_id.encode()))
        headers.append((b"x-correlation-id", asked.correlation_id.encode()))
        if answer.status not in (204, 304):
            headers.append((b"content-type", answer.media_type))
            headers.append((b"content-length", b"%d" % len(answer.body)))
        return headers

    async def _safely(self, asked: Asked) -> Answer:
        """The answer, within the time that a request may take; a fault of ours says so and no more."""
        task = self._limit.begin()
        try:
            return await self._answer(asked)
        except Refusal as refusal:
            return self._refused(asked, refusal)
        except FROM_THE_DATABASE as fault:
            return self._judged(asked, fault)
        except asyncio.CancelledError as stopped:
            if not self._limit.was_late(task):
                raise
            return self._judged(asked, stopped)
        except Exception:
            self.logger.exception("request failed", **self._named(asked))
            return self._refused(asked, OurFault())
        finally:
            self._limit.end(task)

    def _judged(self, asked: Asked, fault: BaseException) -> Answer:
        """What the database refused is told to whoever asked; what it cannot do is also told to us."""
        refusal = refusal_for(fault)
        if refusal is None:
            self.logger.error("request failed", exc_info=fault, **self._named(asked))
            refusal = OurFault()
        elif refusal.status >= 500 or isinstance(refusal, ValueImpossible):
            self.logger.warning("request not done", fault=type(fault).__name__, **self._named(asked))
        return self._refused(asked, refusal)

    def _named(self, asked: Asked) -> dict[str, str]:
        return {"route": asked.route, "request_id": asked.request_id, "correlation_id": asked.correlation_id}

    def _refused(self, asked: Asked, refusal: Refusal) -> Answer:
        return answer_to(refusal, asked.path.decode("latin-1"), asked.request_id)

    async def _answer(self, asked: Asked) -> Answer:
        found = self._paths.find(asked.path)
        if found is None:
            raise NoSuchAddress
        here = found.methods.get(asked.method)
        if here is None:
            allowed = {"allow": ", ".join(sorted(found.methods))}
            return answer_to(MethodNotHere(), asked.path.decode("latin-1"), asked.request_id, allowed)
        standing, names = here
        asked.route = standing.route
        if isinstance(standing, Plain):
            return await standing.answer(asked)
        if names:
            asked.path_values = dict(zip(names, found.values, strict=True))
        actor = await self._let_in(standing, asked)
        return await self._answering.answer(standing, actor, asked)

    @cached_property
    def _tokens(self) -> "Tokens":
        """Made for the first who asks: cryptography is 10 MB that a process without a door never needs."""
        from shared.auth.keys import Keys
        from shared.auth.tokens import Tokens

        settings = self._settings
        return Tokens(settings.oidc_issuer, settings.oidc_audience, Keys(settings.oidc_jwks))

    async def _let_in(self, act: Act, asked: Asked) -> Actor:
        """Who asks, if she may. Raises TokenMissing, TokenRefused, TooManyRequests, RoleMayNot."""
        header = asked.headers.get(b"authorization")
        actor = self._tokens.remembered(header) if header is not None else None
        if actor is None:
            actor = await self._tokens.actor(header)
        asked.subject = actor.subject
        wait = self._buckets.take(actor.subject)
        if wait > 0.0:
            raise TooManyRequests(wait)
        needed = act.operation.needs
        if actor.roles.isdisjoint(needed.roles):
            raise RoleMayNot(permission=needed.name)
        return actor
