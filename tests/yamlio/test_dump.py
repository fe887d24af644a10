"""What `dump` writes, every reader reads as the same value."""

import io
import json
from typing import Any

import yaml
from hypothesis import example, given
from ruamel.yaml import YAML

from dlctl.yamlio.dump import dump, dump_json
from dlctl.yamlio.load import load_text
from tests.yamlio.strategies import values


def read_by_ruamel(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(io.StringIO(text))


def same(left: Any, right: Any) -> bool:
    """Equal, and of equal types all the way down, the sign of zero included."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)


@given(values)
def test_yaml_1_1_reader_reads_the_same_value(value: Any) -> None:
    assert same(yaml.safe_load(dump(value)), value)


@given(values)
def test_yaml_1_1_c_reader_reads_the_same_value(value: Any) -> None:
    assert same(yaml.load(dump(value), Loader=yaml.CSafeLoader), value)


@given(values)
@example("-_0")
@example("-_")
@example("_1")
def test_yaml_1_2_reader_reads_the_same_value(value: Any) -> None:
    assert same(read_by_ruamel(dump(value)), value)


@given(values)
def test_own_reader_reads_the_same_value(value: Any) -> None:
    assert same(load_text(dump(value), "x").value, value)


@given(values)
def test_json_escapes_invisible_characters(value: Any) -> None:
    text = dump_json(value)
    assert same(json.loads(text), value)
    assert all(
        character == "\n" or (character >= " " and not 0x7F <= ord(character) < 0xA0) for character in text
    )
