"""Door 1 of a service: what people may ask, each with the permission it needs. Closed unless opened."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from shared.auth import Permission

Endpoint = Callable[..., Awaitable[Any]]
E = TypeVar("E", bound=Endpoint)

_SEGMENT = re.compile(r"[a-z0-9][a-z0-9._-]*|\{[a-z][a-z0-9_]*\}")

MUTATING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that may be asked: where, by whom, and what answers.

    `path` is without `/v1`. `recorded` puts a reading on the audit log, for records that are restricted.
    `body_bytes_max` is None for the service's own limit. `media_types` are named where it answers with a Paper.
    """

    method: str
    path: str
    endpoint: Endpoint
    needs: Permission
    status_code: int | None = None
    idempotent: bool = False
    recorded: bool = False
    body_bytes_max: int | None = None
    media_types: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The operation's id: the name of the function that answers."""
        return self.endpoint.__name__

    @property
    def mutating(self) -> bool:
        """Whether it opens a transaction."""
        return self.method in MUTATING


class Door:
    """Declares what may be asked. `needs` cannot be left out: nothing is open by mistake.

    A function behind a door takes path and query parameters, at most one body, and `ReadTx`, `WriteTx`,
    `IfMatch`, `PageQuery`. What it returns is the answer; a Refusal becomes problem+json.
    """

    def __init__(self) -> None:
        self.operations: list[Operation] = []

    def get(
        self, path: str, *, needs: Permission, recorded: bool = False, media_types: tuple[str, ...] = ()
    ) -> Callable[[E], E]:
        """A view. `recorded` puts each reading on the audit log (restricted records); with `media_types`, a Paper."""

        def declare(endpoint: E) -> E:
            self._add(Operation("GET", path, endpoint, needs, recorded=recorded, media_types=media_types))
            return endpoint

        return declare

    def post(
        self, path: str, *, needs: Permission, idempotent: bool = False, status_code: int | None = None,
        body_bytes_max: int | None = None,
    ) -> Callable[[E], E]:  # fmt: skip
        """A command. `idempotent` demands an Idempotency-Key: for all that moves money or opens work."""
        return self._mutating("POST", path, needs, (status_code, idempotent, body_bytes_max))

    def put(
        self, path: str, *, needs: Permission, idempotent: bool = False, status_code: int | None = None,
        body_bytes_max: int | None = None,
    ) -> Callable[[E], E]:  # fmt: skip
        """A command that puts the whole of a thing."""
        return self._mutating("PUT", path, needs, (status_code, idempotent, body_bytes_max))

    def patch(
        self, path: str, *, needs: Permission, idempotent: bool = False, status_code: int | None = None,
        body_bytes_max: int | None = None,
    ) -> Callable[[E], E]:  # fmt: skip
        """A command that changes a part of a thing."""
        return self._mutating("PATCH", path, needs, (status_code, idempotent, body_bytes_max))

    def delete(
        self, path: str, *, needs: Permission, idempotent: bool = False, status_code: int | None = None,
        body_bytes_max: int | None = None,
    ) -> Callable[[E], E]:  # fmt: skip
        """A command that ends a thing."""
        return self._mutating("DELETE", path, needs, (status_code, idempotent, body_bytes_max))

    def include(self, *doors: "Door") -> "Door":
        """Add what other doors declare: an `api/` folder has one a noun."""
        for door in doors:
            for operation in door.operations:
                self._add(operation)
        return self

    def _mutating(
        self, method: str, path: str, needs: Permission, how: tuple[int | None, bool, int | None]
    ) -> Callable[[E], E]:
        status_code, idempotent, body_bytes_max = how

        def declare(endpoint: E) -> E:
            self._add(Operation(
                method, path, endpoint, needs, status_code, idempotent=idempotent, body_bytes_max=body_bytes_max,
            ))  # fmt: skip
            return endpoint

        return declare

    def _add(self, operation: Operation) -> None:
        if not operation.path.startswith("/") or operation.path.endswith("/"):
            raise ValueError(f"a path begins with / and does not end with it: {operation.path!r}")
        if not all(_SEGMENT.fullmatch(segment) for segment in operation.path.split("/")[1:]):
            raise ValueError(f"a path is made of plain segments and {{parameters}}: {operation.path!r}")
        if not isinstance(operation.needs, Permission):
            raise TypeError(f"{operation.method} {operation.path} needs a permission")
        for other in self.operations:
            if (other.method, other.path) == (operation.method, operation.path):
                raise ValueError(f"{operation.method} {operation.path} is declared twice")
            if other.name == operation.name:
                raise ValueError(f"two functions of one door are called {operation.name}")
        self.operations.append(operation)
