"""How an operation is answered: a view on a pooled connection, a command in a transaction of its own.

A command's answer leaves only when it is committed: who did it, the answer to its idempotency key and what it
changed are one transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import asyncpg
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter

from shared import audit
from shared.auth import Actor
from shared.http import idempotency
from shared.http.asking import Asked
from shared.http.bodies import read_body
from shared.http.door import Operation
from shared.http.judging import AGAIN, answered_meanwhile
from shared.http.papers import drawn
from shared.http.problems import Answer
from shared.http.readings import Reading, reading_of
from shared.http.running import Running
from shared.postgres import Tx


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
    return Act(
        operation=operation,
        route=route.path,
        status=204 if empty else operation.status_code or 200,
        reading=reading_of(route),
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

    async def answer(self, act: Act, actor: Actor, asked: Asked) -> Answer:
        """Read the arguments, do it, and give what goes back. Raises Refusal, and what the database raises."""
        arguments = act.reading.arguments(asked.path_values, asked.query, asked.headers)
        if not act.operation.mutating:
            return await self._view(act, actor, asked, arguments)
        said = await read_body(asked.receive, asked.headers, act.operation.body_bytes_max or self._body_bytes_max)
        request = None
        if act.operation.idempotent:
            parts = (asked.method.encode(), asked.path, asked.query, said)
            request = idempotency.once(act.operation.name, asked.headers, parts)
        if act.reading.body is not None:
            arguments[act.reading.body[0]] = act.reading.read_body(said, asked.headers)
        try:
            return await self._command(act, actor, asked, arguments, request)
        except AGAIN:
            return await self._command(act, actor, asked, arguments, request)
        except asyncpg.UniqueViolationError as error:
            if not answered_meanwhile(error):
                raise
            return await self._command(act, actor, asked, arguments, request)

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
        self, act: Act, actor: Actor, asked: Asked, arguments: dict[str, Any], request: idempotency.Once | None
    ) -> Answer:
        async with self._running.begin(actor, asked.cause) as tx:
            if request is not None:
                before = await idempotency.find_answer(tx, request)
                if before is not None:
                    return before
            return await self._first(act, tx, asked, arguments, request)

    async def _first(
        self, act: Act, tx: Tx, asked: Asked, arguments: dict[str, Any], request: idempotency.Once | None
    ) -> Answer:
        """Do it for the first time, and put on the record who did."""
        if act.reading.connection is not None:
            arguments[act.reading.connection] = tx
        result = await act.operation.endpoint(**arguments)
        answer = act.answer(result)
        about = act.about(asked, result)
        if request is None:
            await audit.record(tx, act.operation.name, about)
        else:
            await idempotency.keep_answer(tx, request, answer, about[: audit.ABOUT_LENGTH_MAX])
        return answer
