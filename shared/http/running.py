"""What the HTTP door needs of a service that runs, and what it needs of one that is only declared."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from shared.auth import Actor
from shared.clock import Clock
from shared.http.door import Door
from shared.inbox import Hearing
from shared.metrics import Metrics
from shared.postgres import Cause, Reader, Tx
from shared.settings import Settings


class Declared(Protocol):
    """A service as it is declared: its name and its door."""

    @property
    def name(self) -> str:
        """The service's name: `billing`."""
        ...

    @property
    def door(self) -> Door:
        """Door 1: what people may ask."""
        ...

    @property
    def hearing(self) -> Hearing:
        """Door 2: what it hears; what was set aside is heard again through it."""
        ...


class Running(Protocol):
    """A service as it runs. Committing and ringing the relay are `begin`'s: when its block has ended, both are done."""

    settings: Settings
    metrics: Metrics

    @property
    def clock(self) -> Clock:
        """The town's clock."""
        ...

    def begin(self, actor: Actor, cause: Cause) -> AbstractAsyncContextManager[Tx]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        ...

    def read(self, actor: Actor, cause: Cause) -> AbstractAsyncContextManager[Reader]:
        """A connection without a transaction."""
        ...

    async def ready(self) -> dict[str, str]:
        """What keeps this service from working, by the name of what is missing; empty when it is ready."""
        ...

    def stuck(self) -> dict[str, str]:
        """Why this process should be started again; empty when it makes progress."""
        ...
