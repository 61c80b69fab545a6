"""Tells what passes by itself from what would fail again: only the first is tried again without a change."""

import asyncpg

from shared.kafka import UNREACHABLE

PASSING: tuple[type[BaseException], ...] = (
    *UNREACHABLE,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the connection was cut in the middle of an answer
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # shutdown, cancelled by time limit, database going away
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,  # serialization failure, deadlock
    asyncpg.InvalidTransactionStateError,  # idle in transaction too long: the process was frozen
    asyncpg.LockNotAvailableError,
    asyncpg.PostgresSystemError,
)
"""Connection, shutdown, time-out, deadlock: roll back, wait, the same again."""

CONSTRAINTS = (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError)
"""The database says what is wrong with the data itself; a constraint's name is a sentence."""


def sentence_of(fault: BaseException) -> str:
    """What went wrong, for the record: a constraint's name as words, else the fault's own text."""
    constraint = getattr(fault, "constraint_name", None)
    if constraint:
        return str(constraint).replace("_", " ")
    return f"{type(fault).__name__}: {fault}"[:1000]
