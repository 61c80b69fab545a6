"""What an applicant may answer, and what changed between two answers."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from services.licensing.domain.forms import (
    AnswerDoesNotFitTheForm,
    AnswerIsUnreadable,
    Change,
    check_answers,
    diff,
    has_field,
    touches,
)
from shared.errors import Invalid
from tests.licensing.dog import BISCUIT, FORM, answers

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


def test_the_shipped_form_is_a_json_schema_and_bounds_every_text() -> None:
    Draft202012Validator.check_schema(FORM)
    for name, field in FORM["properties"].items():
        bounded = {"maxLength", "pattern", "format", "enum"} & field.keys() or field.get("type") == "boolean"
        assert bounded, name


def test_biscuit_fits_the_form() -> None:
    check_answers(FORM, BISCUIT)


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"sex": "unknown"}, "answers.sex", "must be one of"),
        ({"born_on": "May 2023"}, "answers.born_on", "must be a date"),
        ({"born_on": "2023-02-30"}, "answers.born_on", "must be a date"),
        ({"altered": "yes"}, "answers.altered", "must be of type boolean"),
        ({"dog_name": ""}, "answers.dog_name", "at least 1"),
        ({"dog_name": "x" * 61}, "answers.dog_name", "at most 60"),
        ({"owner_postal_code": "7000"}, "answers.owner_postal_code", "must look like"),
        ({"microchip": "985"}, "answers.microchip", "is not asked"),
    ],
)
def test_a_wrong_answer_is_named_with_its_rule(changes: dict[str, Any], field: str, rule: str) -> None:
    with pytest.raises(AnswerDoesNotFitTheForm) as refusal:
        check_answers(FORM, answers(**changes))
    assert refusal.value.field == field
    assert rule in refusal.value.facts["errors"][0]["rule"]


def test_every_missing_answer_is_named_at_once() -> None:
    with pytest.raises(AnswerDoesNotFitTheForm) as refusal:
        check_answers(FORM, {"dog_name": "Biscuit"})
    named = {error["field"] for error in refusal.value.facts["errors"]}
    assert named == {f"answers.{name}" for name in FORM["required"]} - {"answers.dog_name"}


@pytest.mark.parametrize("text", ["Bis\x00cuit", "Bis\ud800cuit", "\x1b[31m", "\x7f"])
def test_text_that_no_database_can_keep_is_refused(text: str) -> None:
    with pytest.raises(AnswerIsUnreadable):
        check_answers(FORM, answers(dog_name=text))
    with pytest.raises(AnswerIsUnreadable):
        check_answers(FORM, {**BISCUIT, text: "x"})


@given(st.dictionaries(st.sampled_from([*FORM["properties"], "other"]) | st.text(max_size=10), JSON, max_size=6))
def test_any_answer_fits_or_is_refused_by_a_rule(given_answers: dict[str, Any]) -> None:
    with contextlib.suppress(Invalid):
        check_answers(FORM, {**BISCUIT, **given_answers})
        assert given_answers.keys() <= FORM["properties"].keys()


def test_a_diff_shows_what_was_changed_added_and_left_out() -> None:
    before = {"color": "brown", "hair": "short", "keeper": {"name": "Ann", "street": "1 Elm"}}
    after = {"color": "black", "keeper": {"name": "Ann", "street": "2 Elm"}, "breed": "Beagle"}
    assert diff(before, after) == (
        Change("breed", None, "Beagle"),
        Change("color", "brown", "black"),
        Change("hair", "short", None),
        Change("keeper.street", "1 Elm", "2 Elm"),
    )


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(0, 3) | st.none(), max_size=6))
def test_nothing_differs_from_itself(given_answers: dict[str, Any]) -> None:
    assert diff(given_answers, dict(given_answers)) == ()


def test_a_change_within_a_field_touches_it_and_its_neighbor_does_not() -> None:
    changes = (Change("keeper.street", "1 Elm", "2 Elm"),)
    assert touches(changes, ("keeper",))
    assert touches(changes, ("color", "keeper.street"))
    assert not touches(changes, ("keeper.name", "keep"))


def test_the_form_knows_its_fields() -> None:
    assert has_field(FORM, "dog_name")
    assert not has_field(FORM, "dog_name.first")
    assert not has_field(FORM, "microchip")
