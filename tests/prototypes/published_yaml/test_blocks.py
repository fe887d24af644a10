"""Each object of the seeds is what a prototype makes of the parameters that its comparison states.

The modules beside this one have the comparisons: where in the seed the objects stand, what mends their text,
the parameters, and every field that differs.
"""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from dlctl.errors import DlctlError
from tests.prototypes.published_yaml.all_texts import COMPARISONS
from tests.prototypes.published_yaml.comparison import Comparison
from tests.prototypes.published_yaml.fields import differences

each_comparison = pytest.mark.parametrize("comparison", COMPARISONS, ids=str)
Steps = tuple[str | int, ...]


@each_comparison
def test_parameters_give_the_objects_of_the_seed(comparison: Comparison, tmp_path: Path) -> None:
    assert not comparison.differences(tmp_path)


@each_comparison
def test_another_parameter_gives_other_objects(comparison: Comparison, tmp_path: Path) -> None:
    same = [
        path
        for index, path in enumerate(_leaves(comparison.params))
        if not _refused_or_different(comparison, _altered(comparison.params, path), tmp_path / str(index))
    ]
    assert not same


@each_comparison
def test_every_field_of_the_seed_is_compared(comparison: Comparison, tmp_path: Path) -> None:
    made = comparison.made(tmp_path)
    objects = [block.object() for block in comparison.blocks]
    unseen = [path for path in _leaves(objects) if not _fails(comparison, _altered(objects, path), made)]
    assert not unseen


@each_comparison
def test_every_listed_change_occurs(comparison: Comparison, tmp_path: Path) -> None:
    made = comparison.made(tmp_path)
    objects = [block.object() for block in comparison.blocks]
    changes = comparison.changes
    idle = [
        index
        for index in range(len(changes))
        if not _fails(replace(comparison, changes=changes[:index] + changes[index + 1 :]), objects, made)
    ]
    assert not idle


def _refused_or_different(comparison: Comparison, params: Any, app: Path) -> bool:
    try:
        return bool(comparison.differences(app, params))
    except DlctlError:
        return True


def _fails(comparison: Comparison, objects: list[Any], made: Any) -> bool:
    try:
        return bool(differences(comparison.expected(objects), made))
    except AssertionError:
        return True


def _leaves(value: Any, path: Steps = ()) -> Iterator[Steps]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _leaves(item, (*path, key))
    if not isinstance(value, dict | list):
        yield path


def _altered(value: Any, path: Steps) -> Any:
    """A copy with another value at the end of the path, of the same type where it has one."""
    made = copy.deepcopy(value)
    *parents, last = path
    place = made
    for step in parents:
        place = place[step]
    old = place[last]
    place[last] = not old if isinstance(old, bool) else old + 1 if isinstance(old, int) else f"{old or ''}x"
    return made
