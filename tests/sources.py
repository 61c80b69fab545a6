"""The source text of the project, read once, for the tests that hold what no import shows."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDERS = ("services", "shared", "town", "cli", "tests", "bench")
SERVICES = ("accounts", "billing", "payments", "licensing", "tickets")

Function = ast.FunctionDef | ast.AsyncFunctionDef
Loop = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True)
class Source:
    """One Python file."""

    path: Path

    @property
    def name(self) -> str:
        """Its path in the repository."""
        return self.path.relative_to(ROOT).as_posix() if self.path.is_relative_to(ROOT) else self.path.name

    @cached_property
    def text(self) -> str:
        """What is written in it."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax."""
        return ast.parse(self.text, self.name)

    @property
    def comments(self) -> Iterator[tuple[int, str]]:
        """Its comments, with their lines."""
        for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string

    @property
    def functions(self) -> Iterator[Function]:
        """Every function and method, inner ones too."""
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))

    @property
    def texts(self) -> Iterator[tuple[int, str]]:
        """Every text in it, docstrings too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.lineno, node.value

    @property
    def names(self) -> Iterator[tuple[int, str]]:
        """Every name in it, of things and of arguments."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Name):
                yield node.lineno, node.id
            elif isinstance(node, ast.arg):
                yield node.lineno, node.arg
            elif isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                yield node.lineno, node.name

    @property
    def room(self) -> str:
        """Of a service's file, the room it belongs to: `commands` for services/billing/commands/bills.py."""
        parts = Path(self.name).with_suffix("").parts
        return parts[2] if parts[0] == "services" and len(parts) > 2 else ""

    def at(self, line: int, what: str) -> str:
        """A finding, as an editor can open it."""
        return f"{self.name}:{line} {what}"


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """The Python files under these folders, in order."""
    found = (path for folder in folders or FOLDERS for path in sorted((ROOT / folder).rglob("*.py")))
    return tuple(Source(path) for path in found)


@cache
def rooms(*names: str) -> tuple[Source, ...]:
    """The files of these rooms, in every service."""
    return tuple(source for source in sources("services") if source.room in names)


@dataclass(frozen=True)
class Table:
    """What a service's migrations say of one table."""

    service: str
    name: str
    foreign_keys: tuple[tuple[str, ...], ...]
    indexed: tuple[tuple[str, ...], ...]
    """The columns of each index, primary key and unique constraint, in order."""


_CREATE_TABLE = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)\s*\((.*?)\n\)", re.DOTALL | re.IGNORECASE)
_CREATE_INDEX = re.compile(r"CREATE (?:UNIQUE )?INDEX[^;]*?\bON (\w+)\s*(?:USING \w+\s*)?\(([^;]*?)\)", re.IGNORECASE)
_COLUMN_REFERENCE = re.compile(r"^\s*(\w+)\s[^,\n]*\bREFERENCES\b", re.MULTILINE | re.IGNORECASE)
_ADDED_REFERENCE = re.compile(r"ALTER TABLE (\w+)[^;]*?ADD COLUMN (\w+)[^;,]*\bREFERENCES\b", re.IGNORECASE)
_TABLE_REFERENCE = re.compile(r"FOREIGN KEY\s*\(([^)]*)\)", re.IGNORECASE)
_COLUMN_UNIQUE = re.compile(r"^\s*(\w+)\s[^,\n]*\b(?:PRIMARY KEY|UNIQUE)\b(?!\s*\()", re.MULTILINE | re.IGNORECASE)
_TABLE_UNIQUE = re.compile(r"(?:PRIMARY KEY|UNIQUE(?: NULLS NOT DISTINCT)?)\s*\(([^)]*)\)", re.IGNORECASE)


def migration_text(service: str) -> str:
    """All migrations of a service, in order, without comments."""
    files = sorted((ROOT / "services" / service / "migrations").glob("*.sql"))
    return re.sub(r"--[^\n]*", "", "\n".join(file.read_text(encoding="utf-8") for file in files))


def tables(service: str) -> list[Table]:
    """The tables of a service, as far as a foreign key and an index are concerned."""
    return list(tables_in(service, migration_text(service)))


def tables_in(service: str, text: str) -> Iterator[Table]:
    """The tables that a text of SQL makes."""
    for name, body in _CREATE_TABLE.findall(text):
        foreign: list[tuple[str, ...]] = [(c,) for c in _COLUMN_REFERENCE.findall(body) if c.upper() != "FOREIGN"]
        foreign += [(column,) for table, column in _ADDED_REFERENCE.findall(text) if table == name]
        foreign += [_columns(listed) for listed in _TABLE_REFERENCE.findall(body)]
        indexed: list[tuple[str, ...]] = [(column,) for column in _COLUMN_UNIQUE.findall(body)]
        indexed += [_columns(listed) for listed in _TABLE_UNIQUE.findall(body)]
        indexed += [_columns(listed) for table, listed in _CREATE_INDEX.findall(text) if table == name]
        yield Table(service, name, tuple(foreign), tuple(indexed))


def _columns(listed: str) -> tuple[str, ...]:
    return tuple(column.split()[0] for column in listed.split(",") if column.split())
