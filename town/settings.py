"""Reads town.toml, the town's own facts in one file that a person can read."""

import tomllib
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from town.trouble import Trouble

TOWN_FILE = Path(__file__).parent.parent / "town.toml"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Ports(_Part):
    """Where each of the town's servers listens, on 127.0.0.1."""

    accounts: int = Field(ge=1, le=65535)
    billing: int = Field(ge=1, le=65535)
    payments: int = Field(ge=1, le=65535)
    licensing: int = Field(ge=1, le=65535)
    tickets: int = Field(ge=1, le=65535)
    issuer: int = Field(ge=1, le=65535)
    kafka: int = Field(ge=1, le=65535)
    postgres: int = Field(ge=1, le=65535)

    def of(self, name: str) -> int:
        """The port of a service by its name."""
        port: int = getattr(self, name)
        return port


class KafkaFacts(_Part):
    """How the topics are cut."""

    partitions: int = Field(default=6, ge=1, le=100)


class TownSettings(_Part):
    """The town's own facts."""

    name: str = Field(min_length=1, max_length=100)
    state: str = Field(min_length=1, max_length=50)
    time_zone: str
    policy_pack: Literal["nj-municipal", "nj-bpu"]
    ports: Ports
    kafka: KafkaFacts = KafkaFacts()

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as unknown:
            raise ValueError(f"{name!r} is no time zone of the IANA database, such as America/New_York") from unknown
        return name


def read_town(path: Path = TOWN_FILE) -> TownSettings:
    """The facts in town.toml. Raises Trouble that names the line to mend."""
    try:
        return TownSettings.model_validate(tomllib.loads(path.read_text()))
    except FileNotFoundError:
        raise Trouble(f"There is no {path.name} at {path.parent}: every town has one; git brings it back.") from None
    except tomllib.TOMLDecodeError as broken:
        raise Trouble(f"{path.name} cannot be read: {broken}") from broken
    except ValidationError as wrong:
        first = wrong.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Trouble(f"{path.name}: `{where}`: {first['msg']}.") from wrong
