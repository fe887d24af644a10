"""Edits of the keys `registries` and `packages`, without writing them; like those of `app.edit`."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from dlctl.app.package_keys import package_block
from dlctl.app.package_model import Pin
from dlctl.files.presence import read_file
from dlctl.files.write import FileChange
from dlctl.yamlio.edit.change import remove, set_value
from dlctl.yamlio.load import load_text, text_of


def change_pins(root: Path, file: str, pins: Iterable[Pin], removed: Iterable[str] = ()) -> FileChange:
    """Pin packages in dlctl.yaml or an environment.yaml, and remove others, as one change of the file."""
    before = read_file(root / file, file)
    text = text_of(before, file)
    for name in removed:
        if name in _packages(text, file):
            text = remove(text, ("packages", name), shown=file)
    for pin in pins:
        text = set_value(text, ("packages", pin.name), package_block(pin), shown=file)
    return FileChange(root / file, before, text.encode("utf-8"))


def _packages(text: str, file: str) -> Mapping[str, object]:
    return (load_text(text, file).value or {}).get("packages") or {}
