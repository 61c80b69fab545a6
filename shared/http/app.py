"""One FastAPI app a service, made in one place: the service's own doors, the plinth's, probes, measures, documents.

FastAPI reads the signatures and writes the OpenAPI document; requests go through `shared.http.edge`.
"""

from functools import lru_cache
from typing import Any

from fastapi import FastAPI
from fastapi.responses import Response
from fastapi.routing import APIRoute
from pydantic_core import to_json

from shared import metrics
from shared.http.answering import Act, act_of
from shared.http.asking import Asked
from shared.http.asks import as_one_sees_it
from shared.http.documents import documents
from shared.http.door import Door, Operation
from shared.http.edge import Edge, Plain, Standing
from shared.http.openapi import document, extra_of, problems_of
from shared.http.papers import described
from shared.http.paths import Paths
from shared.http.plinth import plinth_door
from shared.http.problems import Answer
from shared.http.running import Declared, Running

PREFIX = "/v1"


class ServiceApp(FastAPI):
    """The app of one running service."""

    edge: Edge

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Requests go to the edge; the lifespan stays FastAPI's."""
        if scope["type"] == "http":
            await self.edge(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document."""
        if self.openapi_schema is None:
            self.openapi_schema = document(self.title, [r for r in self.routes if isinstance(r, APIRoute)])
        return self.openapi_schema


def make_app(tower: Declared, running: Running, lifespan: Any = None) -> ServiceApp:
    """The app of a service: everything its door declares under `/v1`, closed by default."""
    app = ServiceApp(title=tower.name, openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan)
    paths: Paths[Standing] = Paths()
    lasting = set(tower.door.operations)  # the plinth's are about this one running service, and go with it
    for operation in operations_of(tower, running):
        route, act = _made_ready(operation) if operation in lasting else _made_ready.__wrapped__(operation)
        app.router.routes.append(route)
        paths.add(operation.method, route.path, act)
    for plain in [*_probes(running), *documents(tower.name, app.openapi)]:
        paths.add("GET", plain.route, plain)
    app.state.running = running
    app.edge = Edge(tower.name, paths, running)
    return app


@lru_cache(maxsize=1_024)
def _made_ready(operation: Operation) -> tuple[APIRoute, Act]:
    """Read once, however often a process makes the app: a service that is stopped and started has it at once."""
    route = route_of(operation)
    return route, act_of(operation, route)


def openapi_of(tower: Declared) -> dict[str, Any]:
    """The OpenAPI document of a service that is only declared; nothing has to run for it."""
    return document(tower.name, [route_of(operation) for operation in operations_of(tower)])


def operations_of(tower: Declared, running: Running | None = None) -> list[Operation]:
    """Everything that may be asked of a service: of itself, and of the plinth under it."""
    return Door().include(tower.door, plinth_door(tower, running)).operations


def route_of(operation: Operation) -> APIRoute:
    """The operation as FastAPI knows it, from which its signature and its part of the document are read."""
    segment = operation.path.split("/")[1]
    return APIRoute(
        PREFIX + operation.path, as_one_sees_it(operation.endpoint), methods=[operation.method], name=operation.name,
        status_code=operation.status_code or (204 if _answers_nothing(operation) else 200),
        operation_id=operation.name, summary=_first_line(operation), tags=[segment],
        openapi_extra=extra_of(operation), **_answers_with(operation),
    )  # fmt: skip


def _answers_with(operation: Operation) -> dict[str, Any]:
    """What it may answer: what its signature says, or a paper; and every problem."""
    if not operation.media_types:
        return {"responses": problems_of(operation)}
    responses = described(operation.media_types) | problems_of(operation)
    return {"responses": responses, "response_class": Response, "response_model": None}


def _first_line(operation: Operation) -> str:
    return (operation.endpoint.__doc__ or operation.name).strip().splitlines()[0]


def _answers_nothing(operation: Operation) -> bool:
    return operation.endpoint.__annotations__.get("return", ...) in (None, "None")


def _probes(running: Running) -> list[Plain]:
    async def live(_asked: Asked) -> Answer:
        return _health("live", running.stuck())

    async def ready(_asked: Asked) -> Answer:
        return _health("ready", await running.ready())

    async def measures(_asked: Asked) -> Answer:
        return Answer(200, await running.metrics.render(), metrics.CONTENT_TYPE.encode())

    return [Plain("/live", live), Plain("/ready", ready), Plain("/metrics", measures)]


def _health(what: str, problems: dict[str, str]) -> Answer:
    """200 when nothing is wrong; else 503, and what is."""
    said = {"status": what if not problems else f"not {what}", "problems": problems}
    return Answer(503 if problems else 200, to_json(said))
