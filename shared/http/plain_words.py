"""What a model finds wrong with a request, as the breaches that a problem names."""

from collections.abc import Iterable

from pydantic_core import ErrorDetails

from shared.http.problems import Breach
from shared.plain_words import words_for


def breaches_of(findings: Iterable[ErrorDetails], *where: str) -> list[Breach]:
    """Pydantic's findings as breaches, each naming the field by its path below `where`."""
    breaches = []
    for finding in findings:
        rule, remedy = words_for(finding["type"], finding["msg"], finding.get("ctx", {}))
        path = ".".join(str(step) for step in (*where, *finding["loc"]))
        breaches.append(Breach(field=path or "body", rule=rule, remedy=remedy))
    return breaches
