"""Where the tests' own servers keep what they write: in memory where there is room, for none of it outlives the run.

Each test makes and drops databases and topics, hundreds of small files a time; on a disk that took more of the two
cores than the tests themselves.
"""

import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM_BYTES_MIN = 3_000_000_000
"""Three workers' databases, what Kafka has not let go of yet, and the servers that a test breaks, twice over."""


def scratch() -> Path:
    """The folder below which a server of the tests has its own."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM_BYTES_MIN:
        return MEMORY
    return Path(tempfile.gettempdir())
