"""Numbers in YAML: dlctl reads the one that kubectl reads from the same text, or refuses the text."""

import json
import re
from typing import Any

import pytest

from dlctl.errors import YamlError
from dlctl.yamlio.load import load_text
from tests.controlplane import ControlPlane

pytestmark = pytest.mark.controlplane

FORMS = re.split(
    r"\s+",
    "0400 0644 -0400 +0400 08 0899 00 07 007 0o400 0O400 -0o17 0x1F 0X1F -0x1F +0x1F 0b11 0B11 -0b11 1_000 "
    "1__0 1_000.5 2024_01_02 0_1 01_0 0x_1F -_1 +12 1:30 190:20:30 .5 +.5 -.5 5. 1e3 1E3 1e-3 1.5e+3 1e400 "
    "2026-01-01 0777777777777777777777777 18446744073709551615 123456789012345678901234567890 1.10 1. 0.1.2 "
    "1e +1e3 0x 0o 0b 09.5 0.400 00.5 0o8 0b2 1,000 012e3 0e0 -0 +0 0o0 0x1p4 .5e3 .e5 1_ _1 1e1_0 0o4_0 "
    "0400_ --1 -1.5 100.25 1234567.5 0.00001 1.5 8080 -7 999999999999999999 Infinity nan",
)


def read_by_kubectl(control_plane: ControlPlane, texts: list[str]) -> list[Any]:
    """The field `x` of an object, for each text of it; None where kubectl cannot read it."""
    head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
    documents = "---\n".join(f"{head}x: {text}\n" for text in texts)
    words = ("create", "--dry-run=client", "--validate=false", "-o", "json", "-f", "-")
    answer = control_plane.kubectl(*words, input=documents)
    if answer.returncode and len(texts) > 1:
        return [read_by_kubectl(control_plane, [text])[0] for text in texts]
    if answer.returncode:
        return [None]
    found: list[Any] = []
    rest = answer.stdout.strip()
    while rest:
        item, end = json.JSONDecoder().raw_decode(rest)
        found, rest = [*found, item["x"]], rest[end:].strip()
    return found


def read_by_dlctl(text: str) -> Any:
    """The same by dlctl: the reason where it refuses the text."""
    try:
        return load_text(f"x: {text}\n", "x").value["x"]
    except YamlError as error:
        return error


def test_values(control_plane: ControlPlane) -> None:
    by_kubectl = read_by_kubectl(control_plane, [f"{{v: {form}}}" for form in FORMS])
    for form, theirs in zip(FORMS, by_kubectl, strict=True):
        ours = read_by_dlctl(f"{{v: {form}}}")
        if theirs is None or isinstance(ours, YamlError):
            continue
        if isinstance(theirs["v"], str):
            assert ours["v"] == theirs["v"], form
        else:  # kubectl writes integers of more than 63 bits as floats
            assert not isinstance(ours["v"], str), form
            assert float(ours["v"]) == float(theirs["v"]), form


def test_keys(control_plane: ControlPlane) -> None:
    by_kubectl = read_by_kubectl(control_plane, [f"{{{form}: v}}" for form in FORMS])
    for form, theirs in zip(FORMS, by_kubectl, strict=True):
        ours = read_by_dlctl(f"{{{form}: v}}")
        assert theirs is None or isinstance(ours, YamlError) or ours == theirs, form


def test_only_what_differs_is_refused() -> None:
    refused = [form for form in FORMS if isinstance(read_by_dlctl(form), YamlError)]
    assert " ".join(refused) == (
        "0O400 -0o17 0X1F -0x1F +0x1F 0b11 0B11 -0b11 1_000 1__0 1_000.5 2024_01_02 0_1 01_0 0x_1F -_1 1e400 "
        "0777777777777777777777777 1_ 1e1_0 0o4_0 0400_"
    )
