"""From a request to the arguments of the function that answers it, as its signature says.

FastAPI reads the signature (so that the OpenAPI document and what is done here are one); the plan made of it
is worked off without FastAPI's dependency solver, which costs more than a whole view.
"""

import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Union, get_args, get_origin
from urllib.parse import parse_qsl

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError

from shared.http.asks import if_match, read_tx, write_tx
from shared.http.bodies import check_json, check_media_type
from shared.http.pages import page_query
from shared.http.plain_words import breaches_of
from shared.http.problems import Breach, RequestUnreadable

_STATELESS: tuple[Callable[..., Any], ...] = (if_match, page_query)
_SEVERAL = (list, set, frozenset, tuple)


@dataclass(slots=True)
class Given:
    """One value that a request gives: its argument, its name in the request, and what it must be."""

    argument: str
    name: str
    adapter: TypeAdapter[Any]
    required: bool
    default: Any
    several: bool
    of_time: bool

    def read(self, said: str | list[str]) -> Any:
        """The value that a text means. Raises ValidationError."""
        if self.several:
            return self.adapter.validate_python(said)
        assert isinstance(said, str)
        if self.of_time and not ("-" in said and said[:4].isdigit()):
            return self.adapter.validate_strings("not a date")
        return self.adapter.validate_strings(said, strict=True)


@dataclass(slots=True)
class Reading:
    """How the arguments of one function are read. `inner` are the stateless ones, such as the page."""

    path: list[Given] = field(default_factory=list)
    query: list[Given] = field(default_factory=list)
    header: list[Given] = field(default_factory=list)
    inner: list[tuple[str, Callable[..., Any], "Reading"]] = field(default_factory=list)
    connection: str | None = None
    body: tuple[str, TypeAdapter[Any], bool, Any] | None = None
    query_names: frozenset[str] = frozenset()

    @property
    def only_a_body(self) -> bool:
        """Whether a transaction and a body are all that the function takes."""
        others = (self.path, self.query, self.header, self.inner)
        return self.body is not None and self.connection is not None and not any(others)

    def arguments(self, path: Mapping[str, str], query_string: bytes, headers: Mapping[bytes, bytes]) -> dict[str, Any]:
        """All arguments but the body and the connection. Raises RequestUnreadable, naming everything wrong."""
        breaches: list[Breach] = []
        query = self._query(query_string, breaches) if query_string else {}
        values = self.values(path, query, headers, breaches)
        if breaches:
            raise RequestUnreadable(breaches)
        for argument, call, reading in self.inner:
            read = reading.values(path, query, headers, breaches)
            if breaches:
                raise RequestUnreadable(breaches)
            values[argument] = call(**read)
        return values

    def values(
        self, path: Mapping[str, str], query: Mapping[str, list[str]], headers: Mapping[bytes, bytes],
        breaches: list[Breach],
    ) -> dict[str, Any]:  # fmt: skip
        """The values of this signature alone; what is wrong is added to `breaches`."""
        values: dict[str, Any] = {}
        for given in self.path:
            _take(given, path[given.name], values, breaches)
        for given in self.query:
            said = query.get(given.name)
            if said is None:
                _leave_out(given, values, breaches)
            elif given.several:
                _take(given, said, values, breaches)
            elif len(said) == 1:
                _take(given, said[0], values, breaches)
            else:
                breaches.append(Breach(field=given.name, rule="It is given once.", remedy="Leave out the others."))
        for given in self.header:
            raw = headers.get(given.name.encode())
            if raw is None:
                _leave_out(given, values, breaches)
            else:
                _take(given, raw.decode("latin-1"), values, breaches)
        return values

    def _query(self, query_string: bytes, breaches: list[Breach]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        try:
            pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict")
        except ValueError as error:
            wrong = Breach(field="query", rule="It is percent-encoded UTF-8.", remedy="Encode it (RFC 3986).")
            raise RequestUnreadable([wrong]) from error
        for name, said in pairs:
            if name not in self.query_names:
                known = ", ".join(sorted(self.query_names)) or "none"
                remedy = f"Remove it, or check its spelling; known here: {known}."
                breaches.append(Breach(field=name[:100], rule="There is no such parameter here.", remedy=remedy))
            elif "\0" in said:
                breaches.append(Breach(field=name, rule="It must not hold the character NUL.", remedy="Remove it."))
            else:
                found.setdefault(name, []).append(said)
        return found

    def read_body(self, raw: bytes, headers: dict[bytes, bytes]) -> Any:
        """The body as the model that the signature names. Raises BodyNotJson, BodyOfAnotherKind, RequestUnreadable."""
        assert self.body is not None
        _, adapter, required, default = self.body
        if not raw:
            if not required:
                return default
            wrong = Breach(field="body", rule="This needs a body.", remedy="Send a JSON object.")
            raise RequestUnreadable([wrong])
        check_media_type(headers)
        check_json(raw)
        try:
            return adapter.validate_json(raw, strict=True)
        except ValidationError as error:
            found = error.errors(include_url=False, include_input=False)
            raise RequestUnreadable(breaches_of(found)) from error


def _take(given: Given, said: str | list[str], values: dict[str, Any], breaches: list[Breach]) -> None:
    try:
        values[given.argument] = given.read(said)
    except ValidationError as error:
        breaches.extend(breaches_of(error.errors(include_url=False, include_input=False), given.name))


def _leave_out(given: Given, values: dict[str, Any], breaches: list[Breach]) -> None:
    if given.required:
        breaches.append(Breach(field=given.name, rule="This parameter is required.", remedy="Add it."))
    else:
        values[given.argument] = given.default


def reading_of(route: APIRoute) -> Reading:
    """The plan for a route's signature. Raises TypeError for what a door does not know."""
    reading = _reading(route.dependant, f"{route.name}()")
    field_ = route.body_field
    if field_ is not None:
        body_params = route.dependant.body_params
        if len(body_params) != 1:
            raise TypeError(f"{route.name}() takes more than one body")
        annotation: Any = field_.field_info.annotation
        required = field_.field_info.is_required()
        default = None if required else field_.field_info.get_default(call_default_factory=True)
        reading.body = (body_params[0].name, TypeAdapter(annotation), required, default)
    inner = (given.name for _, _, deep in reading.inner for given in deep.query)
    reading.query_names = frozenset({given.name for given in reading.query} | set(inner))
    return reading


def _reading(dependant: Dependant, whose: str) -> Reading:
    unknown = (
        dependant.cookie_params, dependant.request_param_name, dependant.response_param_name,
        dependant.websocket_param_name, dependant.background_tasks_param_name, dependant.security_scopes_param_name,
    )  # fmt: skip
    if any(unknown):
        raise TypeError(f"{whose} asks for something that a door does not give: see shared.http.Door")
    reading = Reading(
        path=[_given(param, whose) for param in dependant.path_params],
        query=[_given(param, whose) for param in dependant.query_params],
        header=[_given(param, whose, lower=True) for param in dependant.header_params],
    )
    for inner in dependant.dependencies:
        if inner.call is read_tx or inner.call is write_tx:
            reading.connection = inner.name
        elif inner.call in _STATELESS and inner.name is not None:
            assert inner.call is not None
            reading.inner.append((inner.name, inner.call, _reading(inner, whose)))
        else:
            raise TypeError(f"{whose} depends on what a door does not know: ReadTx, WriteTx, IfMatch, PageQuery")
    return reading


def _given(param: Any, whose: str, *, lower: bool = False) -> Given:
    info = param.field_info
    kinds = _plain_types(info.annotation)
    if any(isinstance(kind, type) and issubclass(kind, BaseModel) for kind in kinds):
        raise TypeError(f"{whose}: {param.name} is a model; a model is only taken as the body")
    required = info.is_required()
    checked: Any = Annotated[info.annotation, info]
    return Given(
        argument=param.name, name=param.alias.lower() if lower else param.alias,
        adapter=TypeAdapter(checked), required=required,
        default=None if required else info.get_default(call_default_factory=True),
        several=bool(kinds & set(_SEVERAL)),
        of_time=bool(kinds & {date, datetime}),
    )  # fmt: skip


def _plain_types(annotation: Any) -> set[Any]:
    """The types that an annotation is made of: `date | None` is date and None."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _plain_types(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return set().union(*(_plain_types(part) for part in get_args(annotation)))
    supertype = getattr(annotation, "__supertype__", None)
    return _plain_types(supertype) if supertype is not None else {origin or annotation}
