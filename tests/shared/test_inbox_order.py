"""Sets of one type, as large as the order of each key allows."""

from hypothesis import given
from hypothesis import strategies as st

from shared.inbox.order import in_sets

HEARD = st.lists(st.tuples(st.sampled_from("PQR"), st.sampled_from("abcd")), max_size=40)


def sets_of(heard: list[tuple[str, str]]) -> list[tuple[str, list[tuple[int, str, str]]]]:
    """Numbered, so that equal ones can be told apart."""
    items = [(n, kind, key) for n, (kind, key) in enumerate(heard)]
    return in_sets(items, lambda item: item[1], lambda item: item[2])


@given(HEARD)
def test_nothing_is_lost_and_nothing_is_doubled(heard: list[tuple[str, str]]) -> None:
    """Every item is in exactly one set."""
    numbers = [number for _, members in sets_of(heard) for number, _, _ in members]
    assert sorted(numbers) == list(range(len(heard)))


@given(HEARD)
def test_each_key_keeps_its_order(heard: list[tuple[str, str]]) -> None:
    """Read set by set, the items of one key come as they came."""
    in_order = [item for _, members in sets_of(heard) for item in members]
    for key in "abcd":
        numbers = [number for number, _, its_key in in_order if its_key == key]
        assert numbers == sorted(numbers)


@given(HEARD)
def test_a_set_holds_one_type(heard: list[tuple[str, str]]) -> None:
    """An on_ function is given facts of its own type only."""
    for kind, members in sets_of(heard):
        assert members
        assert {its_kind for _, its_kind, _ in members} == {kind}


def test_what_can_go_together_goes_together() -> None:
    """Two accounts, each opened and then paid: two sets, not four."""
    heard = [("Opened", "a"), ("Paid", "a"), ("Opened", "b"), ("Paid", "b")]
    assert [(kind, len(members)) for kind, members in sets_of(heard)] == [("Opened", 2), ("Paid", 2)]


def test_a_key_that_turns_back_needs_a_new_set() -> None:
    """Paid, reversed, paid again on one account stay three steps."""
    heard = [("Paid", "a"), ("Reversed", "a"), ("Paid", "a")]
    assert [kind for kind, _ in sets_of(heard)] == ["Paid", "Reversed", "Paid"]
