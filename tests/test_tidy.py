"""What no import shows: the same rooms everywhere, small files, plain names, and nothing swept under the rug."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.addresses import SERVICES as OPERATED
from services.__main__ import SERVICES as RUN
from shared.events import FACTS
from tests.sources import ROOT, SERVICES, Function, Loop, Source, migration_text, rooms, sources, tables, tables_in

LINES_MAX = 300
FUNCTION_LINES_MAX = 40
ROOMS = {"app", "api", "inbox", "deadlines", "commands", "views", "store", "domain"}
STORE_VERBS = ("lock_", "find_", "list_", "insert_", "save_", "delete_")
VAGUE_ROOMS = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc", "service", "core", "lib"}
VAGUE_VERBS = ("handle_", "process_", "manage_", "do_")
VAGUE_CLASSES = re.compile(r".(Manager|Helper|Utils?|Processor|Service|Event|Message|Dto|Impl)$")
QUERIES = {"fetch", "fetchrow", "fetchval", "execute", "copy"}
BEATS = {"store", "outbox", "views"}
SQL = re.compile(r"^\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH \w+|MERGE INTO|LOCK TABLE|TRUNCATE)\s")
BRITISH = re.compile(
    r"licence|colour|favour|neighbour|honour|labour|behaviour|cheque|programme\b|instalment|kerb\b|"
    r"(organ|author|recogn|summar|normal|serial|final|initial|util|categor|prior|real|optim)is(e|ed|es|ing|ation)\b|"
    r"\b(centre|metre|litre|grey|catalogue|judgement|fulfil|enrol|analyse[ds]?|cancell?ation_fee)\b|cancelation",
    re.IGNORECASE,
)
SWEPT_AWAY = re.compile(r"#\s*(type:\s*ignore|noqa|pragma:\s*no cover|TODO|FIXME|XXX|HACK)", re.IGNORECASE)
MADE_HERE = re.compile(r"(?<![\w.])/(work|root)/|https?://[^\s\"']*(pypi|pythonhosted|maven|npmjs)[^\s\"']*")


def none_of(findings: Iterator[str]) -> None:
    """No finding may remain; all are shown at once."""
    found = list(findings)
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("service", SERVICES)
def test_who_knows_one_service_knows_them_all(service: str) -> None:
    folder = ROOT / "services" / service
    entries = {path.name.removesuffix(".py") for path in folder.iterdir() if path.name != "__pycache__"}
    assert entries == ROOMS | {"README.md", "__init__", "migrations"}


def test_everybody_names_the_same_services() -> None:
    folders = {path.parent.name for path in (ROOT / "services").glob("*/app.py")}
    assert folders == set(SERVICES) == set(RUN) == set(OPERATED)


def test_every_module_says_its_one_idea() -> None:
    none_of(
        source.at(1, "opens with a docstring whose first line is a sentence")
        for source in sources()
        if not (ast.get_docstring(source.tree) or "").partition("\n")[0].strip().endswith((".", ":", "?", ","))
    )


def test_no_file_is_longer_than_a_few_screens() -> None:
    lengths = ((source, source.text.count("\n")) for source in sources())
    none_of(source.at(length, f"has {length} lines") for source, length in lengths if length > LINES_MAX)


def test_no_function_is_longer_than_one_screen() -> None:
    """A test is as long as its story."""
    for source in sources():
        measured = ((f, (f.end_lineno or 0) - f.lineno + 1) for f in source.functions if not f.name.startswith("test_"))
        none_of(source.at(f.lineno, f"{f.name}: {length}") for f, length in measured if length > FUNCTION_LINES_MAX)


def test_nothing_is_swept_away() -> None:
    none_of(
        source.at(line, comment)
        for source in sources()
        for line, comment in source.comments
        if SWEPT_AWAY.match(comment)
    )
    marks = ((source, node) for source in sources("tests") for node in ast.walk(source.tree))
    none_of(
        source.at(node.lineno, f"pytest … {node.attr}")
        for source, node in marks
        if isinstance(node, ast.Attribute) and node.attr in {"skip", "skipif", "xfail", "importorskip"}
    )


def test_names_say_what_a_thing_does() -> None:
    none_of(source.at(1, "names nothing") for source in sources() if source.path.stem.lower() in VAGUE_ROOMS)
    for source in sources():
        none_of(
            source.at(node.lineno, f"{node.name}: which?")
            for node in ast.walk(source.tree)
            if (isinstance(node, Function) and node.name.startswith(VAGUE_VERBS))
            or (isinstance(node, ast.ClassDef) and VAGUE_CLASSES.search(node.name))
        )


def test_a_domain_is_told_the_time_and_the_ids() -> None:
    """Pure functions: no clock, no randomness, no await."""
    told = {"now", "today", "utcnow", "time", "monotonic", "perf_counter", "uuid4", "uuid7", "new_id", "random"}
    for source in rooms("domain"):
        for node in ast.walk(source.tree):
            called = node.func if isinstance(node, ast.Call) else None
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            owner = getattr(called.value, "id", "") if isinstance(called, ast.Attribute) else ""
            asks = name in told and (name != "time" or owner == "time")
            assert not asks, source.at(getattr(node, "lineno", 0), f"asks for {name}")
            waits = isinstance(node, ast.Await | ast.AsyncFunctionDef | ast.AsyncFor | ast.AsyncWith)
            assert not waits, source.at(getattr(node, "lineno", 0), "waits")


def test_money_is_never_a_float() -> None:
    for source in sources():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.AnnAssign | ast.arg) and node.annotation is not None:
                target = node.arg if isinstance(node, ast.arg) else ast.unparse(node.target)
                inexact = re.search(r"\b(float|Decimal)\b", ast.unparse(node.annotation))
                assert not (target.endswith("_cents") and inexact), source.at(node.lineno, target)
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
                assert not ast.unparse(node.left).endswith("_cents"), source.at(node.lineno, ast.unparse(node))


def declared(source: Source, owner: str) -> Iterator[tuple[Function, ast.Call]]:
    """The functions declared with `@<owner>.on(…)`, with that call."""
    for function in source.functions:
        for decorator in function.decorator_list:
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == f"{owner}.on":
                yield function, decorator


def test_what_is_heard_is_named_after_the_fact_in_the_plural() -> None:
    kinds = {fact.__name__ for fact in FACTS.values()}
    for source in rooms("inbox"):
        for function, call in declared(source, "hearing"):
            fact = ast.unparse(call.args[0]).rpartition(".")[2]
            assert fact in kinds, source.at(function.lineno, f"{fact} is no fact")
            words = re.findall(r"[A-Z][a-z]*", fact)
            heard = function.name.removeprefix("on_").split("_")
            named = all({word.lower(), *plurals(word)} & set(heard) for word in words)
            in_plural = any(plurals(word) & set(heard) for word in words)
            right = function.name.startswith("on_") and named and in_plural
            assert right, source.at(function.lineno, f"{function.name} hears {fact}")


def plurals(word: str) -> set[str]:
    """What the plural of a word may be."""
    word = word.lower()
    already = {word} if word.endswith("s") else set()
    return {f"{word}s", f"{word}es", f"{word[:-1]}ies"} | already


def test_what_the_clock_strikes_is_named_after_what_is_due() -> None:
    none_of(
        source.at(function.lineno, function.name)
        for source in rooms("deadlines")
        for function, _ in declared(source, "strikes")
        if not re.fullmatch(r"on_\w+_due", function.name)
    )


def test_the_store_knows_six_verbs() -> None:
    none_of(
        source.at(function.lineno, function.name)
        for source in rooms("store")
        for function in source.functions
        if not function.name.startswith((*STORE_VERBS, "_"))
    )


def test_sql_stands_in_store_and_views_only() -> None:
    for source in rooms("app", "api", "inbox", "deadlines", "commands", "domain"):
        none_of(source.at(line, text.strip()[:60]) for line, text in source.texts if SQL.match(text))
        calls = (node for node in ast.walk(source.tree) if isinstance(node, ast.Call))
        none_of(
            source.at(call.lineno, ast.unparse(call)[:60])
            for call in calls
            if isinstance(call.func, ast.Attribute)
            and call.func.attr in QUERIES
            and ast.unparse(call.func.value) in {"tx", "reader"}
        )


def awaited_in_a_loop(source: Source) -> Iterator[ast.Call]:
    """The calls that are awaited anew at every turn of a loop (what a loop is *over* is awaited once)."""
    for loop in (node for node in ast.walk(source.tree) if isinstance(node, Loop)):
        once = set()
        if isinstance(loop, ast.For | ast.AsyncFor):
            once = {id(node) for node in ast.walk(loop.iter)}
        elif not isinstance(loop, ast.While):
            once = {id(node) for node in ast.walk(loop.generators[0].iter)}
        for node in ast.walk(loop):
            if isinstance(node, ast.Await) and id(node) not in once and isinstance(node.value, ast.Call):
                yield node.value


def test_no_query_in_a_loop() -> None:
    for source in sources("services"):
        for call in awaited_in_a_loop(source):
            if isinstance(call.func, ast.Attribute):
                asks = call.func.attr in QUERIES or ast.unparse(call.func.value) in BEATS
                assert not asks, source.at(call.lineno, ast.unparse(call)[:80])


def test_what_people_read_is_american() -> None:
    for source in sources("services", "shared", "town", "cli"):
        none_of(source.at(line, match[0]) for line, text in source.texts for match in BRITISH.finditer(text))
        names = (
            node for node in ast.walk(source.tree) if isinstance(node, ast.Name | ast.arg | ast.ClassDef | Function)
        )
        none_of(
            source.at(node.lineno, name)
            for node in names
            for name in [node.id if isinstance(node, ast.Name) else getattr(node, "name", getattr(node, "arg", ""))]
            if BRITISH.search(name)
        )


@pytest.mark.parametrize("service", SERVICES)
def test_a_constraint_is_a_sentence(service: str) -> None:
    text = migration_text(service)
    named = re.findall(r"CONSTRAINT\s+(\w+)\s+(?:CHECK|UNIQUE|EXCLUDE|FOREIGN)", text, re.IGNORECASE)
    assert [name for name in named if name.count("_") < 2 or re.search(r"_(chk|check|fk|pk|uq|idx|key)$", name)] == []
    unnamed = re.findall(r"(?<!\w\s)(?<!\w)CHECK\s*\(", re.sub(r"CONSTRAINT\s+\w+\s+CHECK\s*\(", "", text))
    assert unnamed == [], "every CHECK has a name that says what is true"


@pytest.mark.parametrize("service", SERVICES)
def test_every_foreign_key_has_an_index(service: str) -> None:
    none_of(
        f"{service}: {table.name} ({', '.join(foreign)})"
        for table in tables(service)
        for foreign in table.foreign_keys
        if not any(set(index[: len(foreign)]) == set(foreign) for index in table.indexed)
    )


def test_nothing_of_the_machine_it_was_made_on_is_kept() -> None:
    kept = ("*.py", "*.md", "*.toml", "*.txt", "*.in", "*.sql", "*.yml", "*.yaml", "Makefile", "Dockerfile")
    folders = (*ROOT.glob("*"), *(ROOT / ".ci").glob("*"))
    paths = {path for entry in folders if not entry.name.startswith(".") for path in entry.rglob("*")} | {*folders}
    none_of(
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in sorted(paths)
        if path.is_file() and any(path.match(pattern) for pattern in kept)
        for match in MADE_HERE.finditer(path.read_text(encoding="utf-8"))
    )


WANTING = """
async def save(tx, rows):
    for row in await tx.fetch("SELECT 1"):
        await tx.execute("INSERT INTO rows VALUES ($1)", row)
    return [await store.find_row(tx, row) for row in rows]
"""


def test_this_test_bites(tmp_path: Path) -> None:
    """A query in a loop and a foreign key without an index are found where they are."""
    (tmp_path / "wanting.py").write_text(WANTING, encoding="utf-8")
    source = Source(tmp_path / "wanting.py")
    assert [ast.unparse(call.func) for call in awaited_in_a_loop(source)] == ["tx.execute", "store.find_row"]
    sql = "CREATE TABLE bills (\n    bill_id uuid PRIMARY KEY,\n    account_id uuid NOT NULL REFERENCES accounts\n);"
    (table,) = tables_in("billing", sql)
    assert (table.foreign_keys, table.indexed) == ((("account_id",),), (("bill_id",),))
    (table,) = tables_in("billing", f"{sql} CREATE INDEX ON bills (account_id, bill_id DESC);")
    assert ("account_id", "bill_id") in table.indexed
