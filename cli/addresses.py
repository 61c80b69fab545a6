"""Where the town is: from what `curbstop town up` left in its folder, else from town.toml and the environment."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from town.place import TOWN_FOLDER
from town.ports import LOCALHOST
from town.settings import TownSettings, read_town
from town.trouble import Trouble

if TYPE_CHECKING:
    from shared.settings import Settings

STATE_FILE = "addresses.json"
SERVICES = ("accounts", "billing", "payments", "licensing", "tickets")


@dataclass(frozen=True)
class Addresses:
    """Where the five answer, and where Kafka is."""

    services: dict[str, str]
    kafka: str
    issuer: str
    postgres: str = ""
    topic_prefix: str = ""
    database_prefix: str = "curbstop_"

    def topic(self, name: str) -> str:
        """The topic as the broker knows it."""
        return self.topic_prefix + name


def folder() -> Path:
    """Where the town keeps its state; CURBSTOP_TOWN_FOLDER names another."""
    return Path(os.environ.get("CURBSTOP_TOWN_FOLDER") or TOWN_FOLDER)


def addresses() -> Addresses:
    """Where the town is, up or not. CURBSTOP_HOST names another machine, CURBSTOP_KAFKA another broker.

    Raises Trouble where the file is no such file.
    """
    left = folder() / STATE_FILE
    if left.exists():
        try:
            return Addresses(**json.loads(left.read_text()))
        except (ValueError, TypeError) as torn:  # cut short, or of another version
            raise Trouble(f"{left} is not what a town leaves there: delete it, and `curbstop town up` again.") from torn
    return addresses_in(read_town(), os.environ.get("CURBSTOP_KAFKA", ""))


def addresses_in(facts: TownSettings, kafka: str = "") -> Addresses:
    """Where town.toml says that the town is."""
    host = os.environ.get("CURBSTOP_HOST", LOCALHOST)
    ports = facts.ports
    return Addresses(
        services={service: f"http://{host}:{ports.of(service)}" for service in SERVICES},
        kafka=kafka or f"{host}:{ports.kafka}",
        issuer=f"http://{host}:{ports.issuer}",
        topic_prefix=os.environ.get("CURBSTOP_TOPIC_PREFIX", ""),
    )


def settings() -> "Settings":
    """The settings by which the services of the town that is up here run; else those of the environment."""
    from shared.settings import Settings

    found = addresses()
    if not found.postgres:
        return Settings()
    return Settings(
        environment="development", kafka=found.kafka, postgres=found.postgres, topic_prefix=found.topic_prefix,
        database_prefix=found.database_prefix,
    )  # fmt: skip


def leave(found: Addresses) -> None:
    """Leave the addresses of a town that is up where the other commands find them."""
    draft = folder() / f"{STATE_FILE}.draft"
    draft.write_text(json.dumps(asdict(found), indent=2) + "\n")
    draft.rename(folder() / STATE_FILE)


def take_away() -> None:
    """The town is down: its addresses are those of town.toml again."""
    (folder() / STATE_FILE).unlink(missing_ok=True)
