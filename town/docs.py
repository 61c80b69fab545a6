"""Writes the documents that are generated, or says which of them no longer are what the code says.

python -m town.docs            write docs/events and docs/api
python -m town.docs --check    change nothing; end with 1 if a document is not what it would be written as
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services.__main__ import SERVICES
from shared.events import FACTS
from shared.http.app import openapi_of
from shared.tower import Tower, tower_of
from town.contract import asyncapi, event_map, schema
from town.released import breaches, contracts

DOCS = Path(__file__).parent.parent / "docs"
RELEASED = DOCS / "events" / "released.json"


def documents(towers: Mapping[str, Tower]) -> dict[Path, str]:
    """Every generated document by its path under docs/."""
    schemas = {Path("events/schemas") / f"{event_type}.json": schema(fact) for event_type, fact in FACTS.items()}
    apis = {Path("api") / f"{name}.json": openapi_of(tower) for name, tower in towers.items()}
    made = {**schemas, **apis, Path("events/asyncapi.json"): asyncapi(towers)}
    return {**{path: _json(content) for path, content in made.items()}, Path("events/README.md"): event_map(towers)}


def released() -> dict[str, Any]:
    """The contracts that hold."""
    kept: dict[str, Any] = json.loads(RELEASED.read_text("utf-8")) if RELEASED.exists() else {}
    return kept


def all_towers() -> dict[str, Tower]:
    """The five, by name."""
    return {name: tower_of(name) for name in SERVICES}


def outdated(made: Mapping[Path, str]) -> list[str]:
    """What is not as it would be written, and what is kept for a fact or a service that is gone."""
    generated = ("events/schemas/*.json", "events/*.*", "api/*.json")
    kept = {path.relative_to(DOCS): path.read_text("utf-8") for pattern in generated for path in DOCS.glob(pattern)}
    return sorted(str(path) for path in made.keys() | kept.keys() if made.get(path) != kept.get(path))


def main(arguments: list[str]) -> int:
    """Write, or check."""
    today = contracts()
    if broken := breaches(released(), today):
        print("\n".join(broken))
        return 1
    made = {**documents(all_towers()), RELEASED.relative_to(DOCS): _json(today)}
    stale = outdated(made)
    if "--check" in arguments:
        print("\n".join(f"docs/{path} is not what the code says: run `make docs`" for path in stale))
        return 1 if stale else 0
    for name in stale:
        path = DOCS / name
        if Path(name) in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made[Path(name)], encoding="utf-8")
        else:
            path.unlink()
        print(f"docs/{name}")
    return 0


def _json(content: Any) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
