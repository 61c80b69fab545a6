"""How an operation is answered: a view on a pooled connection, a command in a transaction.

A command's answer leaves only when it is committed: who did it, the answer to its idempotency key and what it
changed are one transaction, of one request or of all that were gathered.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter

from shared import audit
from shared.auth import Actor
from shared.errors import Refusal
from shared.http import idempotency
from shared.http.asking import Asked
from shared.http.asks import takes_many
from shared.http.bodies import read_body
from shared.http.door import Operation
from shared.http.gathering import Apart, Asking, Gathering
from shared.http.judging import AGAIN
from shared.http.papers import drawn
from shared.http.problems import Answer
from shared.http.readings import Reading, reading_of
from shared.http.running import Running
from shared.ids import new_id
from shared.postgres import Cause, Request, Tx

_YIELD = "SET LOCAL lock_timeout = '250ms'"
"""A set yields to whoever holds an account: then each goes alone, and only who wants that account waits for it."""


@dataclass(slots=True)
class Act:
    """An operation made ready: everything that is known before the first request was worked out once."""

    operation: Operation
    route: str
    status: int
    reading: Reading
    write: Callable[[Any], bytes]
    versioned: bool
    named_by: str | None
    several: str | None
    path_names: tuple[str, ...] = field(default=())

    def answer(self, result: Any) -> Answer:
        """What goes back for what the function returned. A `version` becomes the ETag."""
        if self.status == 204:
            return Answer(204, b"")
        answer = Answer(self.status, self.write(result))
        if self.versioned:
            answer.headers.append((b"etag", b'"%d"' % result.version))
        return answer

    def about(self, asked: Asked, result: Any) -> str:
        """What it was done to, for the record: the path's own ids, else the id of what came of it."""
        if asked.path_values:
            return "/".join(asked.path_values.values())
        return str(getattr(result, self.named_by)) if self.named_by is not None else self.operation.path


def act_of(operation: Operation, route: APIRoute) -> Act:
    """Make an operation ready. Raises TypeError where its signature asks for what a door does not give."""
    answers_with: Any = route.response_model
    fields = getattr(answers_with, "model_fields", {})
    empty = answers_with is None and not operation.media_types
    if not empty and operation.status_code == 204:
        raise TypeError(f"{operation.name}() answers 204, so it returns None")
    several, reading = takes_many(operation.endpoint), reading_of(route)
    if several is not None and not (operation.idempotent and reading.only_a_body):
        raise TypeError(f"{operation.name}() answers many, so it is idempotent and takes a body and nothing else")
    return Act(
        operation=operation,
        route=route.path,
        status=204 if empty else operation.status_code or 200,
        several=several,
        reading=reading,
        write=_writer(answers_with),
        versioned="version" in fields and fields["version"].annotation is int,
        named_by=next((name for name in fields if name.endswith("_id")), None),
    )


def _writer(answers_with: Any) -> Callable[[Any], bytes]:
    if isinstance(answers_with, type) and issubclass(answers_with, BaseModel):
        return lambda result: result.__pydantic_serializer__.to_json(result, by_alias=True)
    adapter: TypeAdapter[Any] = TypeAdapter(answers_with)
    return lambda result: adapter.dump_json(result, by_alias=True)


class Answering:
    """Answers the operations of one running service."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._body_bytes_max = running.settings.body_bytes_max
        self._service = Actor.service(running.metrics.service)
        self._gatherings: dict[str, Gathering] = {}

    async def answer(self, act: Act, actor: Actor, asked: Asked) -> Answer:
        """Read the arguments, do it, and give what goes back. Raises Refusal, and what the database raises."""
        arguments = act.reading.arguments(asked.path_values, asked.query, asked.headers)
        if not act.operation.mutating:
            return await self._view(act, actor, asked, arguments)
        said = await read_body(asked.receive, asked.headers, act.operation.body_bytes_max or self._body_bytes_max)
        once = None
        if act.operation.idempotent:
            parts = (asked.method.encode(), asked.path, asked.query, said)
            once = idempotency.once(actor.subject, act.operation.name, asked.headers, parts)
        if act.reading.body is not None:
            arguments[act.reading.body[0]] = act.reading.read_body(said, asked.headers)
        if act.several is not None and once is not None:
            request = Request(arguments[act.several], actor, asked.cause)
            return await self._gathered(act, Asking(asked, once, request))
        return await _again(lambda: self._command(act, actor, asked, arguments, once))

    async def _gathered(self, act: Act, asking: Asking) -> Answer:
        gathering = self._gatherings.get(act.operation.name)
        if gathering is None:
            gathering = Gathering(lambda chosen: self._together(act, chosen, yields=True))
            self._gatherings[act.operation.name] = gathering
        try:
            return await gathering.answer(asking)
        except Apart:
            return await _again(lambda: self._alone(act, asking))

    async def _alone(self, act: Act, asking: Asking) -> Answer:
        [outcome] = await self._together(act, [asking], yields=False)
        if isinstance(outcome, Refusal):
            raise outcome
        return outcome

    async def _together(self, act: Act, asking: Sequence[Asking], *, yields: bool) -> list[Answer | Refusal]:
        """Answer several in one transaction: what was done before as before, the others now, each for herself."""
        async with self._running.begin(self._service, Cause(str(new_id()))) as tx:
            if yields:
                await tx.execute(_YIELD)
            before = await idempotency.find_answers(tx, [each.once for each in asking])
            fresh = [each for each, found in zip(asking, before, strict=True) if found is None]
            now = iter(await self._first_of_many(act, tx, fresh) if fresh else ())
            return [next(now) if found is None else found for found in before]

    async def _first_of_many(self, act: Act, tx: Tx, asking: Sequence[Asking]) -> list[Answer | Refusal]:
        """Do it for the first time, and put on the record who did what; a refusal leaves no trace."""
        assert act.several is not None
        assert act.reading.connection is not None
        arguments = {act.several: [each.request for each in asking], act.reading.connection: tx}
        results = await act.operation.endpoint(**arguments)
        outcomes = [each if isinstance(each, Refusal) else act.answer(each) for each in results]
        done = [
            idempotency.Done(each.once, outcome, act.about(each.asked, result), each.asked.correlation_id)
            for each, result, outcome in zip(asking, results, outcomes, strict=True)
            if isinstance(outcome, Answer)
        ]
        if done:
            await idempotency.keep_answers(tx, done)
        return outcomes

    async def _view(self, act: Act, actor: Actor, asked: Asked, arguments: dict[str, Any]) -> Answer:
        async with self._running.read(actor, asked.cause) as reader:
            if act.reading.connection is not None:
                arguments[act.reading.connection] = reader
            result = await act.operation.endpoint(**arguments)
            if act.operation.recorded:
                await audit.record(reader, act.operation.name, act.about(asked, result))
        if act.operation.media_types:
            return await drawn(result, asked.headers)
        return act.answer(result)

    async def _command(
        self, act: Act, actor: Actor, asked: Asked, arguments: dict[str, Any], once: idempotency.Once | None
    ) -> Answer:
        async with self._running.begin(actor, asked.cause) as tx:
            if once is not None:
                [before] = await idempotency.find_answers(tx, [once])
                if isinstance(before, Refusal):
                    raise before
                if before is not None:
                    return before
            return await self._first(act, tx, asked, arguments, once)

    async def _first(
        self, act: Act, tx: Tx, asked: Asked, arguments: dict[str, Any], once: idempotency.Once | None
    ) -> Answer:
        """Do it for the first time, and put on the record who did."""
        if act.reading.connection is not None:
            arguments[act.reading.connection] = tx
        result = await act.operation.endpoint(**arguments)
        answer = act.answer(result)
        about = act.about(asked, result)
        if once is None:
            await audit.record(tx, act.operation.name, about)
        else:
            await idempotency.keep_answers(tx, [idempotency.Done(once, answer, about, tx.cause.correlation_id)])
        return answer


async def _again(command: Callable[[], Awaitable[Answer]]) -> Answer:
    """Do it; what another transaction was in the way of is tried once more before anybody is told."""
    try:
        return await command()
    except AGAIN:
        return await command()
