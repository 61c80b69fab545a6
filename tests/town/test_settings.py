"""town.toml: what is in it is taken, and what is wrong in it is a sentence that names the line."""

from pathlib import Path

import pytest

from town.settings import TOWN_FILE, read_town
from town.trouble import Trouble


def test_the_towns_own_file_is_right() -> None:
    town = read_town()
    assert town.time_zone == "America/New_York"
    assert len(set(town.ports.model_dump().values())) == len(town.ports.model_dump())


@pytest.mark.parametrize(
    ("was", "becomes", "sentence"),
    [
        ("America/New_York", "Jersey", "`time_zone`: Value error, 'Jersey' is no time zone"),
        ('nj-municipal"\n', 'ny"\n', "`policy_pack`: Input should be 'nj-municipal' or 'nj-bpu'"),
        ("[kafka]", "[business_hours]", "`business_hours`: Extra inputs are not permitted"),
        ("kafka = 9192", "kafka = 99999", "`ports.kafka`: Input should be less than or equal to 65535"),
        ("kafka = 9192", "kafka = ", "cannot be read"),
        ("kafka = 9192", "kakfa = 9192", "`ports.kafka`: Field required"),
    ],
)
def test_what_is_wrong_in_it_is_named(tmp_path: Path, was: str, becomes: str, sentence: str) -> None:
    wrong = tmp_path / "town.toml"
    text = TOWN_FILE.read_text()
    assert was in text
    wrong.write_text(text.replace(was, becomes))
    with pytest.raises(Trouble) as trouble:
        read_town(wrong)
    assert sentence in str(trouble.value)


def test_a_town_without_its_file_is_told_where_it_belongs(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match=r"There is no town.toml at"):
        read_town(tmp_path / "town.toml")
