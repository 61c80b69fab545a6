"""What the database says, as a refusal: the client's doing is named as such, what passes says when to come again."""

import asyncio

import asyncpg

from shared.errors import Refusal
from shared.faults import PASSING
from shared.http.problems import AlreadyThere, AwayForNow, ChangedMeanwhile, NotPossible, TookTooLong, ValueImpossible

AGAIN = (asyncpg.TransactionRollbackError, asyncpg.UniqueViolationError)
"""Serialization failure, deadlock, or something is there already, perhaps because the same request with the same key
was answered between our look and our commit: the whole of it is tried once more before anybody is told."""

FROM_THE_DATABASE = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
"""What a statement, or getting a connection for it, may raise."""

_CONFLICTS = (asyncpg.UniqueViolationError, asyncpg.ForeignKeyViolationError, asyncpg.ExclusionViolationError)


def refusal_for(error: BaseException) -> Refusal | None:
    """The refusal that a fault amounts to, or None when it is a fault of ours."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, _CONFLICTS):
        return AlreadyThere(error.constraint_name or "it_is_there_already")
    if isinstance(error, asyncpg.CheckViolationError):
        return NotPossible(error.constraint_name or "a_value_breaks_a_rule")
    if isinstance(error, asyncpg.DataError) or (isinstance(error, ValueError) and _from_asyncpg(error)):
        return ValueImpossible()
    if isinstance(error, (asyncpg.QueryCanceledError, asyncio.CancelledError)):
        return TookTooLong()
    if isinstance(error, (*AGAIN, asyncpg.LockNotAvailableError)):
        return ChangedMeanwhile()
    if isinstance(error, (*PASSING, TimeoutError)):
        return AwayForNow()
    return None


def _from_asyncpg(error: BaseException) -> bool:
    """asyncpg's own refusal to encode an argument is an InterfaceError and a ValueError at once."""
    return isinstance(error, asyncpg.InterfaceError)
