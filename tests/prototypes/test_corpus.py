"""Manifests that people write by hand, said with the parameters of a prototype.

Each folder corpus/PROTOTYPE/NAME is a component NAME. Its expected.yaml was written first, from upstream's
fields; then params.yaml was sought, and patches.yaml where no parameter reaches a field. defaults.yaml of a
PROTOTYPE, or of one NAME, lists what the API or its operator has anyway, as KIND: {PATH: VALUE}: to leave it
out is to say it.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from dlctl import labels
from dlctl.manifest import Manifest
from dlctl.plan.compare.answers import CONFLICTS
from dlctl.yamlio.load import load_all, load_file
from tests.prototypes.alike import alike
from tests.prototypes.examples import CATALOGUE, render
from tests.prototypes.upstream import NAMESPACE

Json = Any
CORPUS = Path(__file__).parent / "corpus"
CASES = tuple(file.parent for file in sorted(CORPUS.glob("*/*/expected.yaml")))
OURS = frozenset(
    {labels.NAME, labels.INSTANCE, labels.PART_OF, labels.MANAGED_BY}
    | {labels.APP, labels.ENVIRONMENT, labels.COMPONENT, labels.APP_ID, CONFLICTS}
)
WHOLE_INSTALLATIONS = frozenset({"core"})
"""Prototypes of many objects that nobody writes by hand."""


def _id(folder: Path) -> str:
    return f"{folder.parent.name}-{folder.name}"


@pytest.mark.parametrize("folder", CASES, ids=_id)
def test_what_people_write_can_be_said(folder: Path, tmp_path: Path) -> None:
    rendered = _rendered(folder, tmp_path)
    defaults = _defaults(folder)
    expected = (folder / "expected.yaml").read_text()
    written = [document.value for document in load_all(expected, str(folder))]
    assert _by_name((m.body for m in rendered), defaults) == _by_name(written, defaults)


def test_each_prototype_has_at_least_two() -> None:
    cases = Counter(folder.parent.name for folder in CASES)
    assert {name for name in CATALOGUE.names if cases[name] < 2} <= WHOLE_INSTALLATIONS


def test_nearly_all_can_be_said_by_parameters_alone() -> None:
    patched = [_id(folder) for folder in CASES if (folder / "patches.yaml").exists()]
    assert len(patched) <= len(CASES) * 0.05, patched


def _rendered(folder: Path, app: Path) -> tuple[Manifest, ...]:
    params = load_file(folder / "params.yaml").value or {}
    patches = _optional(folder / "patches.yaml", [])
    return render(folder.parent.name, params, app, name=folder.name, patches=patches)


def _defaults(folder: Path) -> dict[str, Json]:
    """What need not be said, by kind and path: of the prototype, and of this component alone."""
    shared, own = (_optional(each / "defaults.yaml", {}) for each in (folder.parent, folder))
    return {kind: {**shared.get(kind, {}), **own.get(kind, {})} for kind in (*shared, *own)}


def _optional(file: Path, otherwise: Json) -> Json:
    return load_file(file).value if file.exists() else otherwise


def _by_name(bodies: Iterable[Json], defaults: Mapping[str, Json]) -> str:
    """The text of objects by kind and name, without what dlctl adds to each and what the API has anyway."""
    objects = {
        f"{body['kind']}/{body['metadata']['name']}": _without(alike(body), defaults.get(body["kind"], {}))
        for body in map(_own, bodies)
    }
    return json.dumps(objects, indent=1, sort_keys=True)


def _own(body: Json) -> Json:
    """The object without the labels of dlctl and the namespace of its environment."""
    metadata = dict(body["metadata"])
    if metadata.get("namespace") == NAMESPACE:
        del metadata["namespace"]
    for part in ("labels", "annotations"):
        kept = {key: value for key, value in metadata.pop(part, {}).items() if key not in OURS}
        metadata |= {part: kept} if kept else {}
    return {**body, "metadata": metadata}


def _without(body: Json, defaults: Mapping[str, Json]) -> Json:
    for path, default in defaults.items():
        body = _dropped(body, path.split("."), default)
    return body


def _dropped(value: Json, path: list[str], default: Json) -> Json:
    """Without the field at the path (`*`: any) where it has this value, nor what is empty then."""
    if isinstance(value, list):
        return [_dropped(item, path[1:], default) for item in value] if path[0] == "*" else value
    if not isinstance(value, Mapping):
        return value
    names = list(value) if path[0] == "*" else [name for name in value if name == path[0]]
    result = dict(value)
    for name in names:
        left = _dropped(value[name], path[1:], default) if len(path) > 1 else value[name]
        if (len(path) == 1 and left == default) or (left == {} and value[name] != {}):
            del result[name]
        else:
            result[name] = left
    return result
