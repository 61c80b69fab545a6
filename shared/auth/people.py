"""Roles, the permissions they hold, and the actor a transaction belongs to."""

import re
from dataclasses import dataclass
from enum import StrEnum

_NAME = re.compile(r"[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)+")


class Role(StrEnum):
    """What a person is hired to do; the identity provider says which of these somebody has."""

    CSR = "csr"
    SENIOR = "senior"
    SUPERVISOR = "supervisor"
    CASHIER = "cashier"
    BILLING = "billing"
    LICENSING = "licensing"
    FIELD = "field"
    ADMIN = "admin"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Permission:
    """A thing that may be done, and the roles that may do it."""

    name: str
    roles: frozenset[Role]


def permission(name: str, *roles: Role) -> Permission:
    """A permission such as `payments.post`, held by these roles and always by the administrator."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"a permission is named thing.action in lower case, not {name!r}")
    return Permission(name, frozenset(roles) | {Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it: a person with a token, or one of the services."""

    subject: str
    name: str
    roles: frozenset[Role]

    def may(self, needed: Permission) -> bool:
        """Whether one of the actor's roles holds the permission."""
        return not self.roles.isdisjoint(needed.roles)

    @classmethod
    def service(cls, name: str) -> "Actor":
        """A service acting on its own account: what it heard, or what its clock struck."""
        return cls(subject=f"service:{name}", name=name, roles=frozenset({Role.SERVICE}))
