"""What a function behind a door may ask for besides its path, query and body: `ReadTx`, `WriteTx`, `IfMatch`.

They are stateless: the door itself opens and commits, so that no answer leaves before its commit.
"""

import re
from typing import Annotated, NoReturn

from fastapi import Depends, Header

from shared.errors import Invalid
from shared.postgres import Reader, Tx

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
