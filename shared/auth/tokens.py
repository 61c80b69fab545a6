"""A bearer token becomes an actor, or is refused: OpenID Connect, checked against the issuer's public keys.

**Source**: RFC 6750 (bearer tokens), RFC 7519 (claims), RFC 8725 (which algorithms, and that the key decides).
"""

import time
from collections import OrderedDict
from typing import Any

import jwt

from shared.auth.keys import Keys
from shared.auth.people import Actor, Role
from shared.errors import Refusal

LEEWAY_SECONDS = 30
REMEMBERED_MAX = 10_000
REMEMBERED_SECONDS = 300.0
TOKEN_BYTES_MAX = 8_192

_ROLES = frozenset(role.value for role in Role)


class TokenMissing(Refusal):
    """This needs a bearer token, and none came with the request."""

    status = 401
    remedy = "Send the header `Authorization: Bearer …` with a token of the city's identity provider."


class TokenRefused(Refusal):
    """The bearer token does not prove who you are."""

    status = 401
    remedy = "Sign in again for a fresh token, and check that it was issued for this system."


class TokenExpired(TokenRefused):
    """The bearer token has expired."""

    remedy = "Sign in again for a fresh token."


class Tokens:
    """Checks bearer tokens. One that was checked is remembered until it expires, for five minutes at most.

    Tokens expire by the machine's clock: turning the town's clock signs nobody out.
    """

    def __init__(self, issuer: str, audience: str, keys: Keys) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = keys
        self._remembered: OrderedDict[bytes, tuple[float, Actor]] = OrderedDict()

    def remembered(self, header: bytes) -> Actor | None:
        """The actor of an Authorization header that was checked before and has not expired."""
        entry = self._remembered.get(header)
        if entry is None:
            return None
        if entry[0] <= time.time():
            del self._remembered[header]
            return None
        self._remembered.move_to_end(header)
        return entry[1]

    async def actor(self, header: bytes | None) -> Actor:
        """The actor that an Authorization header proves. Raises TokenMissing, TokenRefused, IssuerCannotBeAsked."""
        if header is None:
            raise TokenMissing
        scheme, _, token = header.partition(b" ")
        if scheme.lower() != b"bearer" or not token.strip():
            raise TokenMissing
        if len(token) > TOKEN_BYTES_MAX:
            raise TokenRefused
        claims = await self._claims(token.strip())
        actor = actor_of(claims)
        self._remember(header, actor, min(int(claims["exp"]) + LEEWAY_SECONDS, time.time() + REMEMBERED_SECONDS))
        return actor

    async def _claims(self, token: bytes) -> dict[str, Any]:
        try:
            key = await self._keys.find(_key_id(token))
            if key is None:
                raise TokenRefused
            return jwt.decode(
                token, key=key, algorithms=[key.algorithm_name], audience=self._audience, issuer=self._issuer,
                leeway=LEEWAY_SECONDS, options={"require": ["exp", "iss", "aud", "sub"], "strict_aud": False},
            )  # fmt: skip
        except jwt.ExpiredSignatureError as error:
            raise TokenExpired from error
        except (jwt.PyJWTError, ValueError, OverflowError, RecursionError) as error:
            raise TokenRefused from error

    def _remember(self, header: bytes, actor: Actor, until: float) -> None:
        self._remembered[header] = (until, actor)
        while len(self._remembered) > REMEMBERED_MAX:
            self._remembered.popitem(last=False)


def _key_id(token: bytes) -> str | None:
    """The `kid` that the token's header names. Raises jwt.PyJWTError."""
    named = jwt.get_unverified_header(token).get("kid")
    if named is not None and not isinstance(named, str):
        raise jwt.InvalidTokenError("kid must be text")
    return named


def actor_of(claims: dict[str, Any]) -> Actor:
    """The actor that checked claims describe. Roles that this system does not know are passed over.

    Raises TokenRefused when a claim has the wrong shape, and when a person calls herself a service's process.
    """
    subject, listed = claims.get("sub"), claims.get("roles", [])
    shown = claims.get("name") or claims.get("preferred_username") or subject
    if not isinstance(subject, str) or not 0 < len(subject) <= 255 or not subject.isprintable():
        raise TokenRefused
    if subject.startswith("service:"):
        raise TokenRefused
    if not isinstance(listed, list) or not all(isinstance(role, str) for role in listed):
        raise TokenRefused
    known = frozenset(Role(role) for role in listed if role in _ROLES)
    return Actor(subject=subject, name=str(shown)[:200], roles=known)
