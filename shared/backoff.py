"""Waits longer each time, with jitter, and never longer than half a minute."""

import asyncio
import random

FIRST_SECONDS = 0.1
SECONDS_MAX = 30.0


class Backoff:
    """0.1 s, doubled each time up to 30 s, spread by ± 25 % so that replicas do not come back all at once."""

    def __init__(self, seconds_max: float = SECONDS_MAX) -> None:
        self.seconds_max = seconds_max
        self.next_seconds = FIRST_SECONDS

    def reset(self) -> None:
        """It worked again."""
        self.next_seconds = FIRST_SECONDS

    async def pause(self) -> None:
        """Wait, and wait longer the next time."""
        await asyncio.sleep(self.next_seconds * random.uniform(0.75, 1.25))
        self.next_seconds = min(self.next_seconds * 2, self.seconds_max)
