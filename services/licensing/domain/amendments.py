"""An amendment: from a day on the holder has another name; the license keeps its number, and all that it said before.

**Source** rulebook 7; rulebook 11, story 8.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Amendment:
    """The holder's name from a day on, and how one knows; `ignored_for` says why it does not count.

    What accounts told has the id of that change of name, so that it counts once, whichever account told it first.
    """

    amendment_id: UUID
    effective_on: date
    holder_name: str
    evidence: str
    ignored_for: str | None = None


def counted(amendments: Iterable[Amendment]) -> list[Amendment]:
    """What counts, in the order in which it holds; of two with the same day the one made later is the last.

    Ids are made in order of time (UUIDv7).
    """
    return sorted(
        (one for one in amendments if one.ignored_for is None), key=lambda one: (one.effective_on, one.amendment_id)
    )
