"""The bench's cases, kernels and page agree; and a line of its table says what was reached, what was not, and why."""

import ast
import math
import re
from io import StringIO

import pytest
from rich.console import Console

from bench import __main__ as bench
from bench import report
from bench.cases import CASES
from bench.measure import Aim, Run, broken_by, compared, not_measured, of_figures, percentile
from tests.sources import ROOT
from town.trouble import Trouble

BENCH = ROOT / "bench"
CASE_FILES = {path.stem: path for path in (BENCH / "cases").glob("[a-z]*.py")}


def test_every_case_is_a_file_with_a_function_of_its_name_and_is_measured() -> None:
    assert set(CASE_FILES) == set(CASES)
    for name, path in CASE_FILES.items():
        tree = ast.parse(path.read_text("utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.AsyncFunctionDef)}
        assert (ast.get_docstring(tree) or "").startswith(f"{name}: ")


def test_every_kernel_is_the_limit_of_a_case() -> None:
    kernels = {path.stem for path in (BENCH / "kernels").glob("[a-z]*.py")}
    text = "\n".join(path.read_text("utf-8") for path in CASE_FILES.values())
    used = set(re.findall(r"bench\.kernels(?: import |\.)(\w+)", text))
    assert kernels == used


def test_the_page_lists_the_cases_in_the_order_in_which_they_are_measured() -> None:
    rows = re.findall(r"^\| (\w+) \|", (BENCH / "README.md").read_text("utf-8"), re.MULTILINE)
    assert rows == ["Case", *CASES]


def test_help_names_every_case_and_gives_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        bench.main(["--help"])
    said = capsys.readouterr().out
    assert [name for name in CASES if f"\n  {name}: " not in said] == []
    assert "--quick" in said.partition("examples:")[2]


@pytest.mark.parametrize("wrong", [["pots"], ["post", "--rounds", "0"], ["--rounds", "five"]])
def test_who_asks_wrongly_is_told_what_there_is(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        bench.main(wrong)
    assert "error:" in capsys.readouterr().err


def test_a_line_is_the_median_of_the_rounds_ratios() -> None:
    """A slow minute hits both sides of the second round, and changes nothing."""
    ours, limit = [Run(50, 1), Run(5, 1), Run(60, 1)], [Run(100, 1), Run(10, 1), Run(100, 1)]
    row = compared("post", "w", "u", limit_is="l", ours=ours, limit=limit, aims=[Aim("ratio", at_least=0.5)])
    assert (row.ours, row.limit, row.ratio, row.met) == (50, 100, 0.5, True)


def test_one_broken_round_makes_a_line_void_whatever_its_figures() -> None:
    ours, limit = [Run(9, 1), Run(9, 1, broken="one was lost")], [Run(1, 1)] * 2
    row = compared("post", "w", "u", limit_is="l", ours=ours, limit=limit, aims=[Aim("ratio", at_least=0.5)])
    assert (row.void_because, row.met) == ("one was lost", None)


def test_where_less_is_more_the_aim_is_a_bound_from_above() -> None:
    row = of_figures("start", "w", "s", limit_is="l", rounds=[(3.0, 1.0)], aims=[Aim("ratio", at_most=2.5, stretch=2)])
    assert (row.met, str(row.aims[0])) == (False, "ratio ≤ 2.5 (2)")


def test_percentiles_are_by_nearest_rank() -> None:
    assert [percentile(range(1, 101), share) for share in (0.5, 0.99, 1.0)] == [50, 99, 100]
    assert math.isnan(percentile([], 0.5))


async def test_what_a_check_of_the_tests_finds_is_said_in_its_own_words() -> None:
    async def finds_nothing() -> None:
        assert sum([1, -1]) == 0

    async def finds_a_cent() -> None:
        assert sum([1, -2]) == 0

    async def never_rests() -> None:
        raise Trouble("The town did not settle.")

    assert await broken_by(finds_nothing()) is None
    assert "assert sum([1, -2]) == 0" in str(await broken_by(finds_a_cent()))
    assert "The town did not settle." in str(await broken_by(never_rests()))


def test_a_case_that_fails_is_a_line_that_says_so_and_the_others_keep_theirs() -> None:
    good = of_figures("start", "ready", "s", limit_is="l", rounds=[(2.0, 1.0)], aims=[Aim("ratio", at_most=2.5)])
    rows = [not_measured("post", "RuntimeError: the broker\n  went [red]away[/]"), good]
    paper = StringIO()
    report.show(rows, Console(file=paper, width=160))
    shown = paper.getvalue()
    assert "post, could not be measured: RuntimeError: the broker went [red]away[/]" in shown
    assert "ratio ≤ 2.5" in shown
    assert report.sum_up(rows) == "1 of 1 lines with an aim reach it; 1 are void"
