"""Nobody gets in with a token that the city's identity provider did not sign for this system, for now, for her."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from shared.auth import Role
from shared.auth.keys import IssuerCannotBeAsked, Keys, usable_keys
from shared.auth.tokens import TokenExpired, TokenMissing, TokenRefused, Tokens, actor_of
from town.issuer import Issuer

URL = "https://issuer.test"


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    return Issuer(tmp_path, URL, environment="test")


@pytest.fixture
def tokens(issuer: Issuer) -> Tokens:
    return Tokens(URL, "curbstop", Keys(str(issuer.jwks_file)))


def claims(**other: Any) -> dict[str, Any]:
    """What rosa's token says, with some of it said otherwise; None leaves a claim out."""
    now = int(time.time())
    said = {"iss": URL, "aud": "curbstop", "sub": "rosa", "name": "Rosa", "roles": ["csr"], "nbf": now, "exp": now + 60}
    return {name: value for name, value in (said | other).items() if value is not None}


def bearer(token: str) -> bytes:
    """The Authorization header that carries a token."""
    return f"Bearer {token}".encode()


async def test_rosa_gets_in_as_herself(issuer: Issuer, tokens: Tokens) -> None:
    header = bearer(issuer.mint("rosa"))
    assert tokens.remembered(header) is None
    actor = await tokens.actor(header)
    assert (actor.subject, actor.name, actor.roles) == ("rosa", "Rosa Delgado", frozenset({Role.CSR}))
    assert tokens.remembered(header) is actor


async def test_one_whose_roles_are_not_ours_gets_in_and_may_do_nothing(issuer: Issuer, tokens: Tokens) -> None:
    actor = await tokens.actor(bearer(issuer.sign(claims(roles=["mayor", "SERVICE"]))))
    assert actor.roles == frozenset()


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("of another issuer", {"iss": "https://elsewhere.test"}),
    ("for another system", {"aud": "payroll"}),
    ("for several others", {"aud": ["payroll", "parks"]}),
    ("not valid yet", {"nbf": int(time.time()) + 3_600}),
    ("without an end", {"exp": None}),
    ("that ends at no time", {"exp": "soon"}),
    ("of nobody", {"sub": None}),
    ("of an empty name", {"sub": ""}),
    ("of a number", {"sub": 7}),
    ("of a name that cannot be written", {"sub": "ro\u0000sa"}),
    ("of a person who calls herself a service's process", {"sub": "service:billing"}),
    ("whose roles are one text", {"roles": "admin"}),
    ("whose roles are numbers", {"roles": [1]}),
]


@pytest.mark.parametrize("other", [other for _, other in REFUSED], ids=[why for why, _ in REFUSED])
async def test_a_token_is_refused(issuer: Issuer, tokens: Tokens, other: dict[str, Any]) -> None:
    with pytest.raises(TokenRefused):
        await tokens.actor(bearer(issuer.sign(claims(**other))))


async def test_an_expired_token_is_called_expired(issuer: Issuer, tokens: Tokens) -> None:
    now = int(time.time())
    assert (await tokens.actor(bearer(issuer.sign(claims(exp=now - 5))))).subject == "rosa", (
        "clocks may differ a little"
    )
    with pytest.raises(TokenExpired):
        await tokens.actor(bearer(issuer.sign(claims(exp=now - 60))))


@pytest.mark.parametrize("header", [None, b"", b"Bearer", b"Bearer ", b"Basic cm9zYTpyb3Nh", b"rosa"])
async def test_without_a_bearer_token_one_is_asked_for(tokens: Tokens, header: bytes | None) -> None:
    with pytest.raises(TokenMissing):
        await tokens.actor(header)


def _part(value: Any) -> bytes:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")


def _unsigned(issuer: Issuer) -> str:
    return (_part({"alg": "none", "kid": issuer.key_id}) + b"." + _part(claims()) + b".").decode()


def _signed_with_the_public_key(issuer: Issuer) -> str:
    """The classic: HS256 with the public key as the secret (RFC 8725, section 2.1)."""
    head = _part({"alg": "HS256", "kid": issuer.key_id}) + b"." + _part(claims())
    seal = hmac.new(json.dumps(issuer.jwks["keys"][0]).encode(), head, hashlib.sha256).digest()
    return (head + b"." + base64.urlsafe_b64encode(seal).rstrip(b"=")).decode()


def _of_somebody_else(issuer: Issuer) -> str:
    other = Issuer(issuer.jwks_file.parent / "other", URL, environment="test")
    return jwt.encode(claims(), other._key, algorithm="ES256", headers={"kid": issuer.key_id})


def _altered(issuer: Issuer) -> str:
    head, _, seal = issuer.sign(claims()).split(".")
    return f"{head}.{_part(claims(roles=['admin'])).decode()}.{seal}"


def _with_an_odd_key_id(issuer: Issuer) -> str:
    return jwt.encode(claims(), issuer._key, algorithm="ES256", headers={"kid": "../../etc/passwd"})


FORGED: list[Callable[[Issuer], str]] = [
    _unsigned, _signed_with_the_public_key, _of_somebody_else, _altered, _with_an_odd_key_id,
    lambda _: "a.b.c", lambda _: "x" * 9_000, lambda _: "..", lambda issuer: issuer.sign(claims())[:-4] + "AAAA",
]  # fmt: skip


@pytest.mark.parametrize("forge", FORGED)
async def test_a_forged_token_is_refused(issuer: Issuer, tokens: Tokens, forge: Callable[[Issuer], str]) -> None:
    with pytest.raises(TokenRefused):
        await tokens.actor(bearer(forge(issuer)))


def test_only_strong_public_keys_for_signing_are_used(issuer: Issuer) -> None:
    weak = rsa.generate_private_key(65537, 1024).public_key()
    strong = rsa.generate_private_key(65537, 2048).public_key()

    def listed(key: Any, **more: str) -> dict[str, Any]:
        return {**RSAAlgorithm.to_jwk(key, as_dict=True), "alg": "RS256", **more}

    document = {
        "keys": [
            *issuer.jwks["keys"],
            listed(strong, kid="strong"),
            listed(weak, kid="weak"),
            listed(strong, kid="for secrets", use="enc"),
            {"kty": "oct", "k": "c2VjcmV0", "kid": "shared", "alg": "HS256"},
            {"kty": "unheard-of", "kid": "odd"},
            "not a key",
        ]
    }
    assert set(usable_keys(document)) == {issuer.key_id, "strong"}
    assert usable_keys([]) == {}


async def test_without_the_issuers_keys_it_is_said_that_they_are_away(tmp_path: Path, issuer: Issuer) -> None:
    for source in (str(tmp_path / "nowhere.json"), "http://127.0.0.1:1/jwks.json"):
        with pytest.raises(IssuerCannotBeAsked):
            await Tokens(URL, "curbstop", Keys(source)).actor(bearer(issuer.mint("rosa")))


def test_a_name_that_is_missing_is_the_subject() -> None:
    assert actor_of({"sub": "rosa"}).name == "rosa"
    assert actor_of({"sub": "rosa", "preferred_username": "rdelgado"}).name == "rdelgado"
