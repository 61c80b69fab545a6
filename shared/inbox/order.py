"""Puts what was heard into sets of one type, as far as the order of each key allows."""

from collections.abc import Callable, Iterable
from typing import TypeVar

Item = TypeVar("Item")


def in_sets(
    items: Iterable[Item], kind_of: Callable[[Item], str], key_of: Callable[[Item], str]
) -> list[tuple[str, list[Item]]]:
    """Sets of one kind: an item joins the first set of its kind that does not come before a set holding its key.

    So two items of one key keep their order, and nothing else is kept apart that could go together.
    """
    sets: list[tuple[str, list[Item]]] = []
    of_kind: dict[str, list[int]] = {}
    last_of_key: dict[str, int] = {}
    for item in items:
        kind, key = kind_of(item), key_of(item)
        not_before = last_of_key.get(key, 0)
        place = next((n for n in of_kind.get(kind, ()) if n >= not_before), None)
        if place is None:
            place = len(sets)
            sets.append((kind, []))
            of_kind.setdefault(kind, []).append(place)
        sets[place][1].append(item)
        last_of_key[key] = place
    return sets
