"""Every no that HTTP says, in one shape: problem+json, with the field, the rule and the remedy in plain words.

**Source**: RFC 9457, Problem Details for HTTP APIs.
"""

import math
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar

from pydantic import BaseModel, Field
from pydantic_core import to_json

from shared.errors import Conflict, Forbidden, Invalid, NotFound, Refusal

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:curbstop:problem:"

Headers = list[tuple[bytes, bytes]]


class Breach(BaseModel):
    """One field that breaks a rule."""

    field: str = Field(description="Where it is: the path to the field, such as `lines.0.amount_cents`.")
    rule: str = Field(description="The rule in one sentence.")
    remedy: str = Field(description="What to do about it.")


class Problem(BaseModel):
    """Why the city said no, and what to do about it (RFC 9457)."""

    type: str = Field(description="Names the rule: `urn:curbstop:problem:payment-already-reversed`.")
    title: str = Field(description="The rule's name as words.")
    status: int = Field(description="The HTTP status.", ge=400, le=599)
    detail: str = Field(description="The rule, with the facts of this case.")
    instance: str = Field(description="The path that was asked.")
    rule: str = Field(description="The rule in one sentence.")
    remedy: str = Field(description="What to do about it.")
    request_id: str = Field(description="Names this request in the log; give it to whoever helps you.")
    field: str | None = Field(default=None, description="The field that breaks the rule, where there is one.")
    errors: list[Breach] = Field(default_factory=list, description="Every field that breaks a rule.")
    facts: dict[str, Any] = Field(default_factory=dict, description="The facts of this case by name.")


class RequestUnreadable(Invalid):
    """The request does not fit what this address takes."""

    def __init__(self, breaches: Sequence[Breach]) -> None:
        super().__init__(field=breaches[0].field)
        self.breaches = list(breaches)


class BodyNotJson(Refusal):
    """The body is JSON in UTF-8, each name once in an object, without NUL or half a surrogate pair."""

    status = 400
    remedy = "Send well-formed JSON (RFC 8259)."


class BodyTooLarge(Refusal):
    """The body is larger than this address takes."""

    status = 413
    remedy = "Send less at once; what is many belongs in a file for the inbound topics."


class BodyOfAnotherKind(Refusal):
    """Bodies are sent as application/json in UTF-8."""

    status = 415
    remedy = "Send the header `Content-Type: application/json`."


class NoSuchAddress(NotFound):
    """There is nothing at this address."""

    remedy = "Check the path against the API documentation at /docs."


class MethodNotHere(Refusal):
    """This address does not take this method."""

    status = 405
    remedy = "Use one of the methods that the header Allow names."


class RoleMayNot(Forbidden):
    """Your role does not hold the permission that this needs."""


class TooManyRequests(Refusal):
    """One person or account may send only so many requests a second."""

    status = 429
    remedy = "Wait as long as the header Retry-After says, and send the request again."

    def __init__(self, wait_seconds: float) -> None:
        super().__init__()
        self.retry_after_seconds = math.ceil(wait_seconds)


class IdempotencyKeyMissing(Invalid):
    """This needs the header Idempotency-Key, so that sending it twice does it once."""

    remedy = "Make up a fresh key (a UUID) for each thing you want done, and send the same key when you try it again."


class IdempotencyKeyUsedOtherwise(Invalid):
    """This idempotency key was used for another request."""

    remedy = "Make up a fresh key for a new request; the same key is only for sending the same request again."


class StillAtIt(Conflict):
    """The first request with this idempotency key is still running."""

    remedy = "Wait a second, and send the same request with the same key again."
    retry_after_seconds = 1


class Recorded(Refusal):
    """The books do not allow it."""

    def __init__(self, constraint: str) -> None:
        super().__init__(rule=constraint)
        self._sentence = constraint.replace("_", " ").capitalize() + "."

    @property
    def rule(self) -> str:
        """The constraint's name as a sentence: `payment_is_positive` is "Payment is positive."."""
        return self._sentence


class AlreadyThere(Recorded, Conflict):
    """Something like this is there already."""


class NotPossible(Recorded, Invalid):
    """A value breaks a rule of the books."""


class ValueImpossible(Invalid):
    """A value is beyond what can be stored."""

    remedy = "Check dates, sums and texts for a value that cannot be meant."


class ChangedMeanwhile(Refusal):
    """Somebody else was changing the same thing."""

    status = 503
    remedy = "Send the same request again."
    retry_after_seconds = 1


class AwayForNow(Refusal):
    """The service cannot reach its database, or has too much to do."""

    status = 503
    remedy = "Send the same request again in a few seconds; with the same Idempotency-Key it is done once."
    retry_after_seconds = 2


class TookTooLong(Refusal):
    """The request took longer than it may."""

    status = 504
    remedy = "Ask for less at once, or send it again; with the same Idempotency-Key it is done once."
    retry_after_seconds = 5


class OurFault(Refusal):
    """Something went wrong on our side, and nothing of this request was kept."""

    status = 500
    remedy = "Send it again; if it stays so, give the request id to whoever runs this system."


class Answer:
    """What goes back to whoever asked: a status, the headers of this answer, and its bytes."""

    __slots__ = ("body", "headers", "media_type", "status")

    JSON: ClassVar[bytes] = b"application/json"

    def __init__(self, status: int, body: bytes, media_type: bytes = JSON, headers: Headers | None = None) -> None:
        self.status = status
        self.body = body
        self.media_type = media_type
        self.headers: Headers = headers if headers is not None else []


def answer_to(refusal: Refusal, path: str, request_id: str, headers: Mapping[str, str] | None = None) -> Answer:
    """The problem document for a refusal."""
    problem: dict[str, Any] = {
        "type": TYPE_PREFIX + refusal.slug,
        "title": refusal.title,
        "status": refusal.status,
        "detail": str(refusal),
        "instance": path,
        "rule": refusal.rule,
        "remedy": refusal.remedy,
        "request_id": request_id,
    }
    breaches = getattr(refusal, "breaches", None)
    if breaches is None and refusal.field is not None:
        breaches = [Breach(field=refusal.field, rule=refusal.rule, remedy=refusal.remedy)]
    if breaches:
        first = breaches[0]
        problem |= {"field": first.field, "errors": [breach.model_dump() for breach in breaches]}
        if isinstance(refusal, RequestUnreadable):
            problem |= {"rule": first.rule, "remedy": first.remedy, "detail": f"{first.field}: {first.rule}"}
    if refusal.facts:
        problem["facts"] = refusal.facts
    said = {**_headers_of(refusal), **(headers or {})}
    return Answer(
        refusal.status, to_json(problem, fallback=str, inf_nan_mode="strings"), MEDIA_TYPE.encode(),
        [(name.lower().encode(), value.encode()) for name, value in said.items()],
    )  # fmt: skip


def _headers_of(refusal: Refusal) -> dict[str, str]:
    said: dict[str, str] = {}
    wait = getattr(refusal, "retry_after_seconds", None)
    if wait is not None:
        said["Retry-After"] = str(wait)
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        wrong = refusal.slug != "token-missing"
        said["WWW-Authenticate"] = 'Bearer realm="curbstop"' + (', error="invalid_token"' if wrong else "")
    return said
