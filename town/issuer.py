"""The development issuer: hands tokens to the demo town's people, where a real town asks its identity provider.

Whoever can read its key can be anybody. It refuses to start outside development and tests, and says so.
Run alone: `CURBSTOP_ENVIRONMENT=development python -m town.issuer --port 8100`.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from shared.auth import Role
from town.place import TOWN_FOLDER
from town.trouble import Trouble

ALLOWED_IN = ("development", "test")
TOKEN_HOURS = 12.0
KEY_FILE = "issuer.pem"
JWKS_FILE = "jwks.json"
_ALGORITHM = "ES256"


@dataclass(frozen=True, slots=True)
class Townsperson:
    """Somebody of the demo town: how she is called, and what she is hired to do. Nobody real."""

    subject: str
    name: str
    role: Role


PEOPLE: dict[str, Townsperson] = {
    person.subject: person
    for person in (
        Townsperson("rosa", "Rosa Delgado", Role.CSR),
        Townsperson("marcus", "Marcus Webb", Role.SENIOR),
        Townsperson("denise", "Denise Okafor", Role.SUPERVISOR),
        Townsperson("carl", "Carl Jansen", Role.CASHIER),
        Townsperson("bea", "Bea Lindqvist", Role.BILLING),
        Townsperson("lena", "Lena Park", Role.LICENSING),
        Townsperson("frank", "Frank Mazur", Role.FIELD),
        Townsperson("ada", "Ada Ferreira", Role.ADMIN),
        Townsperson("portal", "the residents' portal", Role.SERVICE),
    )
}


class Issuer:
    """Signs tokens with a key of its own, which is made at the first start and kept in the town's folder."""

    def __init__(self, folder: Path, url: str, *, environment: str, audience: str = "curbstop") -> None:
        if environment not in ALLOWED_IN:
            raise Trouble(
                f"The development issuer gives anybody any role, so it does not start in {environment}: "
                "set CURBSTOP_OIDC_ISSUER and CURBSTOP_OIDC_JWKS to the town's identity provider."
            )
        self.url = url
        self.audience = audience
        self._key = _key_in(folder)
        self.jwks_file = folder / JWKS_FILE
        self.jwks_file.write_text(json.dumps(self.jwks, indent=2) + "\n")

    @property
    def key_id(self) -> str:
        """The key's name: it changes when the key does."""
        return str(self._public()["x"])[:16]

    @property
    def jwks(self) -> dict[str, Any]:
        """The public key, as services fetch it."""
        return {"keys": [{**self._public(), "kid": self.key_id, "use": "sig", "alg": _ALGORITHM}]}

    @property
    def discovery(self) -> dict[str, Any]:
        """The OpenID Connect discovery document."""
        return {
            "issuer": self.url,
            "jwks_uri": f"{self.url}/{JWKS_FILE}",
            "id_token_signing_alg_values_supported": [_ALGORITHM],
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "claims_supported": ["sub", "name", "roles", "iss", "aud", "iat", "nbf", "exp"],
        }

    def mint(self, subject: str, *, hours: float = TOKEN_HOURS) -> str:
        """A token for one of the town's people. Raises Trouble that names them all for a name that nobody has."""
        person = PEOPLE.get(subject)
        if person is None:
            raise Trouble(f"Nobody in this town is called {subject!r}: there are {', '.join(PEOPLE)}.")
        now = int(time.time())
        return self.sign({
            "iss": self.url, "aud": self.audience, "sub": person.subject, "name": person.name,
            "roles": [person.role.value], "iat": now, "nbf": now, "exp": now + int(hours * 3600),
        })  # fmt: skip

    def mint_role(self, role: Role) -> str:
        """A token for whoever in the town has this role."""
        return self.mint(next(person.subject for person in PEOPLE.values() if person.role is role))

    def sign(self, claims: dict[str, Any]) -> str:
        """These claims, signed as they are."""
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM, headers={"kid": self.key_id})

    def _public(self) -> dict[str, Any]:
        return ECAlgorithm.to_jwk(self._key.public_key(), as_dict=True)


def _key_in(folder: Path) -> ec.EllipticCurvePrivateKey:
    """The key in the folder; made there, readable by its owner alone, when there is none."""
    path = folder / KEY_FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = ec.generate_private_key(ec.SECP256R1())
        pem = made.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(pem)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise Trouble(f"{path} does not hold a key that this issuer made: remove it, and start again.")
    return key


def issuer_app(issuer: Issuer) -> Any:
    """The issuer's two documents over HTTP: discovery and public keys. It mints for nobody who asks by HTTP."""
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    async def discovery(_request: Request) -> JSONResponse:
        return JSONResponse(issuer.discovery)

    async def jwks(_request: Request) -> JSONResponse:
        return JSONResponse(issuer.jwks)

    return Starlette(routes=[Route("/.well-known/openid-configuration", discovery), Route(f"/{JWKS_FILE}", jwks)])


async def serve(issuer: Issuer, port: int, host: str = "127.0.0.1") -> None:
    """Answer on one address, until cancelled; in a container that is not the loopback one."""
    import uvicorn

    config = uvicorn.Config(issuer_app(issuer), host=host, port=port, log_config=None, lifespan="off")
    await uvicorn.Server(config).serve()


def main() -> int:
    """Run the issuer alone. 1 when it may not run here."""
    parser = argparse.ArgumentParser(prog="python -m town.issuer", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1", help="where it listens: %(default)s")
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--folder", type=Path, default=TOWN_FOLDER)
    asked = parser.parse_args()
    url = f"http://127.0.0.1:{asked.port}"
    try:
        issuer = Issuer(asked.folder, url, environment=os.environ.get("CURBSTOP_ENVIRONMENT", "production"))
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    print(f"Development issuer at {url}: anybody who reads {asked.folder / KEY_FILE} can be anybody.", file=sys.stderr)
    asyncio.run(serve(issuer, asked.port, asked.host))
    return 0


if __name__ == "__main__":
    sys.exit(main())
