"""The OpenAPI document of one service: what its doors declare, with the permission and every problem of each."""

from typing import Any

from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from shared.http.door import Operation
from shared.http.idempotency import HEADER, KEY_LENGTH_MAX
from shared.http.problems import MEDIA_TYPE, Problem

VERSION = "1"
_NEEDS_TOKEN = "bearer"

_SAID: dict[int, str] = {
    400: "The body is not well-formed JSON.",
    401: "A bearer token is missing, or does not prove who you are.",
    403: "Your role does not hold the permission that this needs.",
    404: "What is named does not exist.",
    409: "It cannot be done in the present state.",
    412: "Somebody changed it since it was read.",
    413: "The body is too large.",
    415: "The body is not application/json.",
    422: "A field breaks a rule; each is named with its remedy.",
    429: "Too many requests; Retry-After says when to come again.",
    500: "A fault of ours; the request id names it.",
    503: "The service is away for now; Retry-After says when to come again.",
    504: "It took too long.",
}


def problems_of(operation: Operation) -> dict[int | str, dict[str, Any]]:
    """Every problem that an operation may answer with."""
    statuses = [401, 403, 404, 409, 422, 429, 500, 503, 504]
    if operation.mutating:
        statuses += [400, 412, 413, 415]
    return {status: {"description": _SAID[status]} for status in sorted(statuses)}


def extra_of(operation: Operation) -> dict[str, Any]:
    """What the document says of an operation besides its signature: its permission, and its key."""
    needed = operation.needs
    extra: dict[str, Any] = {
        "security": [{_NEEDS_TOKEN: []}],
        "x-permission": {"name": needed.name, "roles": sorted(needed.roles)},
    }
    if operation.idempotent:
        extra["parameters"] = [{
            "name": HEADER, "in": "header", "required": True,
            "description": "A fresh UUID for each thing you want done, and the same when you send it again.",
            "schema": {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH_MAX, "pattern": "^[!-~]+$"},
        }]  # fmt: skip
    return extra


def document(service: str, routes: list[APIRoute]) -> dict[str, Any]:
    """The whole document; the same doors give the same bytes."""
    made = get_openapi(
        title=f"Curbstop {service}", version=VERSION, routes=routes,
        summary=f"What people may ask of {service}.",
        description="Every refusal is `application/problem+json`: the rule, the field and the remedy. "
        "Money is integer cents; moments are UTC; lists come in pages.",
    )  # fmt: skip
    components = made.setdefault("components", {})
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = {**components.get("schemas", {}), **problem.pop("$defs", {}), "Problem": problem}
    components["schemas"] = dict(sorted(schemas.items()))
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    components["responses"] = {
        _name_of(status): {"description": said, "content": content} for status, said in _SAID.items()
    }
    components["securitySchemes"] = {
        _NEEDS_TOKEN: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "OpenID Connect."}
    }
    made["paths"] = dict(sorted(made.get("paths", {}).items()))
    for operations in made["paths"].values():
        for operation in operations.values():
            operation["responses"] = {status: _said(status, to) for status, to in operation["responses"].items()}
    _name_local_times(made)
    return made


def _name_local_times(part: Any) -> None:
    """Our times are a town's wall clock: in JSON Schema `time` has an offset, `time-local` has none (RFC 3339)."""
    if isinstance(part, dict):
        if part.get("format") == "time":
            part["format"] = "time-local"
        for inner in part.values():
            _name_local_times(inner)
    elif isinstance(part, list):
        for inner in part:
            _name_local_times(inner)


def _name_of(status: int) -> str:
    return f"Problem{status}"


def _said(status: str, response: dict[str, Any]) -> dict[str, Any]:
    """Problems are said once, and referred to; what answers well is said where it is."""
    return {"$ref": f"#/components/responses/{_name_of(int(status))}"} if int(status) in _SAID else response
