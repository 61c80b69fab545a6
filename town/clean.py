"""Removes the town's state: `python -m town.clean`, which `make clean` calls."""

import shutil
import sys

from town.place import TOWN_FOLDER, hold
from town.trouble import Trouble


def main() -> int:
    """Remove .town, unless the town is up."""
    if not TOWN_FOLDER.exists():
        return 0
    try:
        with hold(TOWN_FOLDER):
            shutil.rmtree(TOWN_FOLDER)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
