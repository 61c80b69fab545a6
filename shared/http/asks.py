"""What a function behind a door may ask for besides its path, query and body: `ReadTx`, `WriteTx`, `IfMatch`.

They are stateless: the door itself opens and commits, so that no answer leaves before its commit. In the place of a
body, `Requests` asks for all that are waiting: `async def post_payment(tx: WriteTx, requests: Requests[NewPayment]) ->
Outcomes[PaymentTaken]` answers several people in one transaction, in their order and each for herself.
"""

import inspect
import re
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Annotated, Any, NoReturn, TypeVar, get_args, get_origin, get_type_hints

from fastapi import Depends, Header

from shared.errors import Invalid, Refusal
from shared.postgres import Reader, Request, Tx

T = TypeVar("T")

_ETAG = re.compile(r'"(0|[1-9][0-9]{0,17})"')
_ETAG_OR_ANY = r'^("(0|[1-9][0-9]{0,17})"|\*)$'


class EtagUnreadable(Invalid):
    """If-Match is the ETag of what was read, as it was given: a number in quotes."""

    remedy = 'Send the ETag header of the answer that you read, such as `If-Match: "7"`.'


def read_tx() -> NoReturn:
    """Stands in a signature for the connection that the door gives; the door never calls it."""
    raise RuntimeError("the door gives the connection; this only marks its place in a signature")


def write_tx() -> NoReturn:
    """Stands in a signature for the transaction that the door opens; the door never calls it."""
    raise RuntimeError("the door opens the transaction; this only marks its place in a signature")


def if_match(
    if_match: Annotated[
        str | None,
        Header(
            max_length=40,
            description='The ETag of what you read, such as `"7"`; somebody changed it since: 412.',
            json_schema_extra={"pattern": _ETAG_OR_ANY},
        ),
    ] = None,
) -> int | None:
    """The version that the change expects, or None where none was named. Raises EtagUnreadable."""
    if if_match is None or if_match.strip() == "*":
        return None
    found = _ETAG.fullmatch(if_match.strip())
    if found is None:
        raise EtagUnreadable(field="If-Match")
    return int(found[1])


ReadTx = Annotated[Reader, Depends(read_tx)]
WriteTx = Annotated[Tx, Depends(write_tx)]
IfMatch = Annotated[int | None, Depends(if_match)]
Requests = Sequence[Request[T]]
Outcomes = Sequence[T | Refusal]


def takes_many(endpoint: Any) -> str | None:
    """The argument in which a function takes the requests of several people; None where it answers one."""
    for name, kind in get_type_hints(endpoint).items():
        if name != "return" and get_origin(kind) is Sequence and get_origin(get_args(kind)[0]) is Request:
            return name
    return None


def as_one_sees_it(endpoint: Any) -> Any:
    """The function with the signature that one person meets, her body and her answer: to be read, never called."""
    several = takes_many(endpoint)
    if several is None:
        return endpoint

    def met() -> NoReturn:
        raise RuntimeError("this only shows a signature; the door calls the function itself")

    hints = get_type_hints(endpoint, include_extras=True)
    answers = [kind for kind in get_args(get_args(hints.pop("return"))[0]) if kind is not Refusal]
    hints[several] = get_args(get_args(hints[several])[0])[0]
    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [inspect.Parameter(name, keyword, annotation=kind) for name, kind in hints.items()]
    signature = inspect.Signature(parameters, return_annotation=reduce(or_, answers))
    met.__doc__ = endpoint.__doc__
    met.__dict__["__signature__"] = signature
    return met
