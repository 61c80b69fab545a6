"""What the pages say is there: every link, every path, every command that a reader would paste."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from cli.main import app
from tests.sources import ROOT, SERVICES

PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted(page for page in (ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "services").glob("*/README.md")),
    *sorted((ROOT / "deploy").rglob("*.md")),
]
EACH_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
PATH = re.compile(r"`((?:services|shared|town|cli|tests|docs|bench|deploy)/[\w./-]+)`")
TARGET = re.compile(r"`make ([a-z-]+)`|^\s*make ([a-z-]+)", re.MULTILINE)

ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)(/v1/[^\s?\"'`]*)")
COMMAND = re.compile(r"(?:`|\$\(|^ +|\| )curbstop ([a-z]+(?: [a-z]+)?)", re.MULTILINE)


@EACH_PAGE
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = [link for link in LINK.findall(page.read_text("utf-8")) if not (page.parent / link).exists()]
    assert broken == []


@EACH_PAGE
def test_every_path_that_is_named_is_there(page: Path) -> None:
    text = page.read_text("utf-8")
    missing = [path for path in PATH.findall(text) if not (ROOT / path).exists() and "…" not in path]
    assert missing == []


@EACH_PAGE
def test_every_make_target_that_is_named_is_there(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = {first or second for first, second in TARGET.findall(page.read_text("utf-8"))}
    assert named <= targets


@EACH_PAGE
def test_every_curbstop_command_that_is_named_is_there(page: Path) -> None:
    unknown = []
    for words in COMMAND.findall(page.read_text("utf-8")):
        command: Any = get_command(app)
        for word in words.split():
            below = getattr(command, "commands", None)
            if below is None:
                break
            command = below.get(word)
            if command is None:
                unknown.append(words)
                break
    assert unknown == []


@EACH_PAGE
def test_every_address_that_is_named_answers(page: Path) -> None:
    services = {
        str(port): name for name, port in tomllib.loads((ROOT / "town.toml").read_text("utf-8"))["ports"].items()
    }
    for port, path in ADDRESS.findall(page.read_text("utf-8")):
        document = json.loads((ROOT / "docs" / "api" / f"{services[port]}.json").read_text("utf-8"))
        known = [re.sub(r"\{\w+\}", r"[^/]+", known) for known in document["paths"]]
        assert any(re.fullmatch(pattern, path) for pattern in known), path


@pytest.mark.parametrize("service", SERVICES)
def test_the_page_of_a_service_says_what_it_owns_hears_says_answers_and_never_does(service: str) -> None:
    text = (ROOT / "services" / service / "README.md").read_text("utf-8").lower()
    assert [word for word in ("owns", "hears", "says", "answers", "never") if word not in text] == []


def test_every_decision_is_in_the_list_and_says_what_was_decided_and_why() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text("utf-8")
    for page in sorted(folder.glob("0*.md")):
        assert f"({page.name})" in listed
        text = page.read_text("utf-8")
        assert "**Decision.**" in text
        assert "**Why.**" in text
