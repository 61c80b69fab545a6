"""Lays the ground for services that run elsewhere, in containers or on a cluster: topics, databases, migrations.

`python -m town.prepare` reads the services' own settings, does what is not done yet, and ends; twice is no matter.
"""

import asyncio
import sys
from collections.abc import Sequence

from services.__main__ import SERVICES
from shared.events import TOPICS
from shared.migrate import create_database, migrate
from shared.settings import Settings
from shared.tower import Tower, tower_of
from town.settings import read_town
from town.topics import create_topics
from town.trouble import Trouble


async def prepare(settings: Settings, towers: Sequence[Tower], partitions: int) -> None:
    """Make what is missing: every topic, and each service's database in its newest form. Raises Trouble."""
    await create_topics(settings.kafka, [settings.topic(name) for name in TOPICS], partitions)
    for tower in towers:
        url = settings.database_url(tower.name)
        await create_database(url)
        await migrate(url, tower.migrations)


def main() -> int:
    """0 when everything is there; 1 with a sentence when it cannot be made."""
    towers = [tower_of(service) for service in SERVICES]
    try:
        asyncio.run(prepare(Settings(), towers, read_town().kafka.partitions))
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except OSError as away:
        print(f"The database server does not answer: {away}", file=sys.stderr)
        return 1
    print(f"{len(TOPICS)} topics and {len(towers)} databases are there.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
