"""The development issuer hands out tokens and keys, renews them, and keeps out of every other environment."""

import asyncio
import socket
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn

from shared.auth import Role
from shared.auth.keys import Keys
from shared.auth.tokens import TokenRefused, Tokens
from town.issuer import PEOPLE, Issuer, issuer_app
from town.ports import free_port
from town.trouble import Trouble


class _Server(uvicorn.Server):
    """A server that says when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answers = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.answers.set()


@asynccontextmanager
async def served(issuer: Issuer, port: int) -> AsyncIterator[None]:
    """The issuer, answering over HTTP for the length of a block."""
    server = _Server(uvicorn.Config(issuer_app(issuer), port=port, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve())
    await server.answers.wait()
    yield
    server.should_exit = True
    await serving


@pytest.mark.parametrize("environment", ["production", "staging", ""])
def test_it_refuses_outside_development_and_says_so(tmp_path: Path, environment: str) -> None:
    with pytest.raises(Trouble, match="gives anybody any role"):
        Issuer(tmp_path, "http://127.0.0.1:1", environment=environment)
    assert not list(tmp_path.iterdir())


def test_its_key_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    first = Issuer(tmp_path, "http://127.0.0.1:1", environment="development")
    again = Issuer(tmp_path, "http://127.0.0.1:1", environment="development")
    assert first.jwks == again.jwks
    assert "d" not in first.jwks["keys"][0], "the private half is never told"
    assert stat.S_IMODE((tmp_path / "issuer.pem").stat().st_mode) == 0o600


def test_there_is_somebody_for_every_role_and_nobody_else(tmp_path: Path) -> None:
    issuer = Issuer(tmp_path, "http://127.0.0.1:1", environment="test")
    assert {person.role for person in PEOPLE.values()} == set(Role)
    with pytest.raises(Trouble, match="rosa"):
        issuer.mint("nobody")


async def test_when_the_issuer_has_a_new_key_it_is_fetched_and_strangers_do_not_make_us_ask_again(
    tmp_path: Path,
) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    old, new = (Issuer(tmp_path / name, url, environment="test") for name in ("old", "new"))
    patient = Tokens(url, "curbstop", Keys(f"{url}/jwks.json"))
    tokens = Tokens(url, "curbstop", Keys(f"{url}/jwks.json", renew_after_seconds=0.0))
    async with served(old, port):
        async with httpx.AsyncClient() as client:
            discovery = (await client.get(f"{url}/.well-known/openid-configuration")).json()
        assert (discovery["issuer"], discovery["jwks_uri"]) == (url, f"{url}/jwks.json")
        for these in (tokens, patient):
            assert (await these.actor(b"Bearer " + old.mint("rosa").encode())).subject == "rosa"
    async with served(new, port):
        with pytest.raises(TokenRefused):
            await patient.actor(b"Bearer " + new.mint("rosa").encode())
        assert (await tokens.actor(b"Bearer " + new.mint("rosa").encode())).subject == "rosa"
    with pytest.raises(TokenRefused):
        await tokens.actor(b"Bearer " + old.mint("carl").encode())
    assert (await tokens.actor(b"Bearer " + new.mint("carl").encode())).subject == "carl", "the keys known stay known"
