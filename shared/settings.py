"""What an operator sets: one process reads it once at start, from `CURBSTOP_…` in the environment."""

from typing import Literal
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

Part = Literal["api", "inbox", "deadlines", "relay", "jobs"]
ALL_PARTS: tuple[Part, ...] = ("api", "inbox", "deadlines", "relay", "jobs")


class Settings(BaseSettings):
    """Every setting of a service process, with its unit in its name; closed unless opened."""

    model_config = SettingsConfigDict(env_prefix="CURBSTOP_", extra="ignore", frozen=True)

    environment: Literal["development", "test", "production"] = "production"
    kafka: str = Field(default="127.0.0.1:9092", description="Bootstrap servers, separated by commas.")
    topic_prefix: str = Field(default="", description="Before every topic and group: towns share a broker.")
    postgres: str = Field(default="postgresql://127.0.0.1:5432", description="The server, without a database's name.")
    database_prefix: str = Field(default="curbstop_", description="Before the service's name, to name its database.")
    host: str = "127.0.0.1"
    port: int = Field(default=0, ge=0, le=65535)
    time_zone: str = "America/New_York"
    policy_pack: Literal["nj-municipal", "nj-bpu"] = "nj-municipal"

    oidc_issuer: str = "https://issuer.invalid"
    oidc_audience: str = "curbstop"
    oidc_jwks: str = Field(default="", description="The issuer's public keys: a URL or a file. Empty lets nobody in.")

    pool_connections_max: int = Field(default=10, ge=2, le=200)
    statement_timeout_ms: int = Field(default=15_000, ge=100)
    request_timeout_ms: int = Field(default=30_000, ge=100)
    body_bytes_max: int = Field(default=1_048_576, ge=1_024)
    requests_per_second_max: int = Field(default=200, ge=1, description="Of one person or service account, sustained.")
    requests_burst_max: int = Field(default=400, ge=1)

    batch_records_max: int = Field(default=500, ge=1, le=5_000)
    stuck_after_seconds: int = Field(default=60, ge=5, description="Lag and no batch for so long fails liveness.")
    event_bytes_max: int = Field(default=900_000, ge=1_024)
    log_format: Literal["auto", "json", "console"] = "auto"

    @property
    def zone(self) -> ZoneInfo:
        """The town's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def bootstrap_servers(self) -> list[str]:
        """As a list: aiokafka takes a string with commas for one host."""
        return [server.strip() for server in self.kafka.split(",")]

    def database_url(self, service: str) -> str:
        """The URL of the service's own database."""
        parts = urlsplit(self.postgres)
        return urlunsplit(parts._replace(path=f"/{self.database_prefix}{service}"))

    def topic(self, name: str) -> str:
        """The topic as the broker knows it."""
        return self.topic_prefix + name
