"""The issuer's public keys (JWKS), from a URL or a file, renewed when a token names one that is not known yet."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any

from jwt import PyJWK
from jwt.exceptions import PyJWTError

from shared.errors import Refusal

ALGORITHMS = frozenset({"RS256", "ES256"})
"""Signatures with a public key only: `none` and the HS family would let anybody who knows the public key in."""

RSA_BITS_MIN = 2048
RENEW_AFTER_SECONDS = 10.0
FETCH_SECONDS_MAX = 5.0
KEYS_BYTES_MAX = 1_048_576


class IssuerCannotBeAsked(Refusal):
    """The identity provider's keys cannot be fetched now."""

    status = 503
    remedy = "Try again in a few seconds; if it stays so, tell the operator that the identity provider is away."
    retry_after_seconds = 5


class Keys:
    """The public keys by their id. They are fetched when first needed, and again when a token names a new one."""

    def __init__(self, source: str, renew_after_seconds: float = RENEW_AFTER_SECONDS) -> None:
        self._source = source
        self._renew_after_seconds = renew_after_seconds
        self._keys: dict[str, PyJWK] = {}
        self._asked_at: float | None = None
        self._asking = asyncio.Lock()

    async def find(self, key_id: str | None) -> PyJWK | None:
        """The key of this id, or the only key when a token names none; None if the issuer has no such key."""
        found = self._known(key_id)
        if found is None and await self._renew(key_id):
            found = self._known(key_id)
        return found

    def _known(self, key_id: str | None) -> PyJWK | None:
        if key_id is None:
            return next(iter(self._keys.values())) if len(self._keys) == 1 else None
        return self._keys.get(key_id)

    async def _renew(self, key_id: str | None) -> bool:
        """Ask the issuer again, but not more often than every few seconds, however many strange tokens come."""
        async with self._asking:
            if self._known(key_id) is not None:
                return True
            if self._asked_at is not None and time.monotonic() - self._asked_at < self._renew_after_seconds:
                return False
            self._asked_at = time.monotonic()
            try:
                document = await self._fetch()
            except (OSError, ValueError) as error:
                if self._keys:
                    return False
                self._asked_at = None
                raise IssuerCannotBeAsked from error
            self._keys = usable_keys(document)
            return True

    async def _fetch(self) -> Any:
        """The JWKS document. Raises OSError or ValueError when it cannot be had."""
        if not self._source.startswith(("http://", "https://")):
            return json.loads(await asyncio.to_thread(Path(self._source).read_text, "utf-8"))
        import httpx

        try:
            async with httpx.AsyncClient(timeout=FETCH_SECONDS_MAX, follow_redirects=False) as client:
                answer = await client.get(self._source)
                answer.raise_for_status()
        except httpx.HTTPError as error:
            raise OSError(f"the keys at {self._source} cannot be read: {type(error).__name__}") from error
        if len(answer.content) > KEYS_BYTES_MAX:
            raise ValueError("the issuer's key document is larger than 1 MiB")
        return json.loads(answer.content)


def usable_keys(document: Any) -> dict[str, PyJWK]:
    """The signing keys of a JWKS document that are strong enough; the others are passed over."""
    listed = document.get("keys", []) if isinstance(document, dict) else []
    found: dict[str, PyJWK] = {}
    for entry in listed:
        if not isinstance(entry, dict) or entry.get("use", "sig") != "sig":
            continue
        try:
            key = PyJWK.from_dict(entry)
        except (PyJWTError, ValueError):
            continue
        if key.algorithm_name not in ALGORITHMS:
            continue
        if key.key_type == "RSA" and key.key.key_size < RSA_BITS_MIN:
            continue
        found[str(key.key_id or len(found))] = key
    return found
