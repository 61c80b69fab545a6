"""A page of HTML that asks nobody for anything: its style is in it, no script may run, and every text is escaped.

A service's template stands beside its code and extends `paper.html`, which has the blocks `title` and `main`.
"""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from shared.paper import inks
from shared.paper.charts import picture_of
from shared.paper.languages import Language
from shared.paper.legible import legible

_HERE = Path(__file__).parent


def page_of(template: Path, language: Language, **facts: Any) -> bytes:
    """The page that a template makes of these facts."""
    page: str = _environment(template.parent).get_template(template.name).render(language=language, **facts)
    return page.encode()


@cache
def policy_of_pages() -> str:
    """The content security policy that lets the style of our pages apply, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    closed = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    return f"{closed}; style-src 'sha256-{digest}'"


@cache
def _style() -> str:
    named = {name.lower(): ink for name, ink in vars(inks).items() if isinstance(ink, str) and ink.startswith("#")}
    colors = "".join(f"--{name}:{ink};" for name, ink in named.items())
    return f":root{{{colors}}}\n{(_HERE / 'paper.css').read_text(encoding='utf-8')}"


@cache
def _environment(folder: Path) -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader([folder, _HERE]), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, finalize=_seen,
    )  # fmt: skip
    made.globals |= {"picture_of": picture_of, "style": _style()}
    return made


def _seen(value: Any) -> Any:
    """Whatever text a page shows is legible; what is markup already stays."""
    return legible(value) if type(value) is str else value
