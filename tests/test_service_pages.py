"""The page of a service says what the service does: what it hears and says, what the clock strikes, what it answers."""

import re
from collections.abc import Iterator
from functools import cache

import pytest

from shared.events import FACTS
from shared.http import operations_of
from shared.tower import tower_of
from tests.sources import ROOT, SERVICES

Route = tuple[str, str]
NAMES = frozenset(fact.__name__ for fact in FACTS.values())
TOKEN = re.compile(r"`(GET|POST|PUT)? ?((?:…|/)[^`?]*)?[^`]*`")


def page_of(service: str) -> str:
    return (ROOT / "services" / service / "README.md").read_text("utf-8")


def part_of(service: str, heading: str) -> str:
    """What stands below a heading of the page, up to the next one."""
    pattern = rf"^(?:\*\*|## ){heading}\b(.*?)(?=^(?:\*\*|## )[A-Z])"
    found = re.search(pattern, page_of(service), re.DOTALL | re.MULTILINE)
    assert found is not None, f"{service}: {heading}"
    return found[1]


@cache
def routes_of(service: str) -> frozenset[Route]:
    return frozenset((operation.method, operation.path) for operation in operations_of(tower_of(service)))


def of_the_plinth() -> frozenset[Route]:
    """What every service answers, by ARCHITECTURE.md and not by its own page."""
    return frozenset.intersection(*(routes_of(service) for service in SERVICES))


def named_routes(service: str) -> Iterator[Route]:
    """The routes in the first column of Answers. `…/x` are those that end with it and begin as the last one did."""
    begin = ""
    for row in re.findall(r"^\| (`[^|]*) \|", part_of(service, "Answers"), re.MULTILINE):
        methods: list[str] = []
        answered = False
        for method, path in TOKEN.findall(row):
            if method:
                methods = [method] if answered else [*methods, method]
            answered = bool(path)
            if path:
                begin = begin if path.startswith("…") else "/" + path.split("/")[1]
                yield from found(service, methods, path, begin)


def found(service: str, methods: list[str], path: str, begin: str) -> set[Route]:
    """The routes that a path of the page stands for: at least one for each method."""
    end = path.removeprefix("…")
    near = {known for _, known in routes_of(service) if known.startswith(f"{begin}/") and known.endswith(end)}
    those = {(method, known) for method in methods for known in ({path} if path == end else near)} & routes_of(service)
    assert those, f"{service} does not answer {path}"
    assert {method for method, _ in those} == set(methods), f"{service} does not answer {methods} {path}"
    return those


@pytest.mark.parametrize("service", SERVICES)
def test_it_says_what_the_service_hears(service: str) -> None:
    heard = {kind.rpartition(".")[2] for kind in tower_of(service).hearing.handlers}
    assert set(re.findall(r"\w+", part_of(service, "Hears"))) & NAMES == heard


@pytest.mark.parametrize("service", SERVICES)
def test_it_says_what_the_service_says(service: str) -> None:
    own = {fact.__name__ for fact in FACTS.values() if fact.speaker == service}
    assert set(re.findall(r"\w+", part_of(service, "Says"))) & NAMES == own


@pytest.mark.parametrize("service", SERVICES)
def test_it_says_what_the_clock_strikes_and_what_takes_long(service: str) -> None:
    tower = tower_of(service)
    assert [kind for kind in (*tower.strikes.handlers, *tower.jobs) if f"`{kind}`" not in page_of(service)] == []


@pytest.mark.parametrize("service", SERVICES)
def test_it_says_what_the_service_answers(service: str) -> None:
    assert set(named_routes(service)) == routes_of(service) - of_the_plinth()


def test_what_every_service_answers_stands_in_the_architecture() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    assert [path for _, path in of_the_plinth() if f"`/v1{path}`" not in text] == []
