"""Texts that customers are sent: a template with its facts filled in; a missing fact stops it."""

import re
from collections.abc import Mapping
from datetime import date

from shared.errors import Invalid

_GAP = re.compile(r"\{([a-z_]+)\}")


class TextLacksFact(Invalid):
    """A text goes out only when every fact it speaks of is known."""

    remedy = "Correct the template, or tell the fact it asks for."


def filled(template: str, facts: Mapping[str, str]) -> str:
    """The template with its gaps filled in. Raises TextLacksFact."""
    missing = sorted({gap for gap in _GAP.findall(template) if gap not in facts})
    if missing:
        raise TextLacksFact(field="template", missing=", ".join(missing))
    return _GAP.sub(lambda gap: facts[gap.group(1)], template)


def day(on: date) -> str:
    """A day as Americans write it in a letter: September 4, 2025."""
    return f"{on:%B} {on.day}, {on.year}"


def words(code: str) -> str:
    """A reason's code as words: `no_access` is "no access"."""
    return code.replace("_", " ").replace(".", ", ")
