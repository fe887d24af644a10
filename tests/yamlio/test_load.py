"""Files as they come: each loads, or is refused with file, line and column."""

from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import Location, YamlError
from dlctl.yamlio.load import load_file, load_text, read_text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("# only a comment\n", None),
        ("---\n", None),
        ("\ufeffa: 1\n", {"a": 1}),
        ("a: 1\r\nb:\r\n- x\r\n", {"a": 1, "b": ["x"]}),
        ("a: 1\t# tab\n", {"a": 1}),
        ("a: &x {b: 1}\nc: *x\n", {"a": {"b": 1}, "c": {"b": 1}}),
        ("a: &x {b: 1, c: 2}\nd:\n  c: 3\n  <<: *x\n", {"a": {"b": 1, "c": 2}, "d": {"b": 1, "c": 3}}),
        ("a: {<<: [{b: 1}, {b: 2, d: 3}]}\n", {"a": {"b": 1, "d": 3}}),
        ('"<<": 1\n', {"<<": 1}),
        ("no: on\nyes: off\n1: y\n", {"no": "on", "yes": "off", "1": "y"}),
        ("[1:30, 0123, -0400, +0400, 08, 00, 0o17, 0x1F]", ["1:30", 83, -256, 256, 8, 0, 15, 31]),
        (
            "[0x, 0b2, 1.2_3.4, a_1, _1, 10.0.0.1, 1:30_0]",
            ["0x", "0b2", "1.2_3.4", "a_1", "_1", "10.0.0.1", "1:30_0"],
        ),
        ("{8080: a, -1: b, 1.5: c, '0400': d}", {"8080": "a", "-1": "b", "1.5": "c", "0400": "d"}),
        ("[2026-01-01, 1e3, 1.5, .5, 1.]", ["2026-01-01", 1000.0, 1.5, 0.5, 1.0]),
        ("[~, null, Null, NULL, nULL, '']", [None, None, None, None, "nULL", ""]),
        ("[true, True, TRUE, tRUE, yes]", [True, True, True, "tRUE", "yes"]),
        ("[!!str 1, !!int 1, !!float 1, !!str null]", ["1", 1, 1.0, "null"]),
    ],
)
def test_a_text_loads(text: str, value: Any) -> None:
    assert load_text(text, "x").value == value


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("a: 1\nb: 2\na: 3\n", "f:3:1: duplicate key 'a': already defined in line 1"),
        ("a:\n\tb: 1\n", "f:2:1: invalid YAML: found character that cannot start any token"),
        ("a: b: c\n", "f:1:5: invalid YAML: mapping values are not allowed in this context"),
        ("a: [1\n", "f:2:1: invalid YAML: did not find expected ',' or ']'"),
        ("a: *x\n", "f:1:4: invalid YAML: found undefined alias"),
        ("a: 1\n---\nb: 1\n", "f:3:1: expected one YAML document, found more"),
        ("? [a]\n: 1\n", "f:1:3: key is a list or a mapping, not a scalar"),
        ("a: !secret x\n", "f:1:4: unknown tag"),
        ("a: .inf\n", "f:1:4: infinity and NaN are not supported"),
        ("a: 1e999\n", "f:1:4: number too large for a 64-bit float"),
        ("a: " + "1" * 5000 + "\n", "f:1:4: number has more than 4000 digits"),
        ("a: 0x" + "f" * 5000 + "\n", "f:1:4: number has more than 4000 digits"),
        ("a: 0" + "7" * 30 + "\n", "f:1:4: octal number (it begins with 0) has more than 64 bits"),
        *(
            (
                f"a: [{number}]\n",
                "f:1:5: kubectl reads this as a number, YAML 1.2 as a string: "
                "write the number in decimal digits, or the string in quotes",
            )
            for number in ("1_000", "2024_01_02", "0b11", "0O17", "-0x1F", "1_000.5", "0400_", "1e1_0")
        ),
        *(
            (
                f"a: {{{key}: 1}}\n",
                "f:1:5: key is a number, which kubectl would write in another form: put it in quotes",
            )
            for key in ("0400", "1.10", "1e3", "0x1F", "+1", "1_000", "1234567.5", ".5")
        ),
        ("a: 0o" + "7" * 5000 + "\n", "f:1:4: number has more than 4000 digits"),
        ("a: &x [*x]\n", "f:1:4: anchor contains an alias to itself"),
        ("a: {<<: 1}\n", "f:1:5: '<<' needs a mapping or a list of mappings"),
        ("a: &x 1\nb: &x 2\n", "f:2:4: invalid YAML: anchor already defined in line 1"),
        (
            "a: 1\nb: \x07\n",
            "f:2:4: invalid character (control characters are not allowed)",
        ),
        ("[" * 300, "f:1:201: nested more than 200 levels deep"),
        ("a: b\nc:\n" + "- " * 300 + "d\n", "f:3:399: nested more than 200 levels deep"),
        (
            "a: b\nc: é\0\n",
            "f:2:5: invalid character (control characters are not allowed)",
        ),
        ("a: b\nc: é\ud800\n", "f:2:5: invalid Unicode: unpaired surrogate"),
    ],
)
def test_a_text_is_refused(text: str, error: str) -> None:
    with pytest.raises(YamlError) as caught:
        load_text(text, "f")
    assert str(caught.value) == error


@pytest.mark.parametrize(
    "text",
    [
        "a: |\n" + "  [ [0, 1) {{\n" * 500,
        "a: '" + "[" * 500 + "'\n",
        "# " + "- " * 500 + "\na: 1\n",
        "a: >\n  " + "- " * 500 + "\n",
    ],
)
def test_brackets_and_dashes_in_texts_do_not_nest(text: str) -> None:
    assert list(load_text(text, "f").value) == ["a"]


def test_billion_laughs_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(YamlError, match="more than 2000000 values"):
        load_text("\n".join(lines), "f")


@pytest.mark.slow
def test_a_megabyte_loads() -> None:
    text = "".join(f"c{number}:\n  prototype: tf-cnn\n  params: {{a: [1, x]}}\n" for number in range(21_000))
    assert len(text) > 1_000_000
    document = load_text(text, "f")
    assert document.value["c19999"] == {"prototype": "tf-cnn", "params": {"a": [1, "x"]}}
    assert document.location(("c19999", "params", "a", 1)) == Location("f", 60_000, 19)


def test_places() -> None:
    document = load_text("a:\n  b: &x {c: 1}\n  d:\n    <<: *x\n  e:\n  - 1\n  - f: 2\n", "f")
    assert document.location(("a", "b", "c")) == Location("f", 2, 13)
    assert document.location(("a", "d", "c")) == Location("f", 2, 13)
    assert document.location(("a", "e", 1, "f")) == Location("f", 7, 8)
    assert document.key_location(("a", "e", 1, "f")) == Location("f", 7, 5)
    assert document.location(("a", "none", "x")) == Location("f", 2, 3)
    assert load_text("", "f").location(("a",)) == Location("f", 1, 1)


def test_file_is_read_unchanged(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"a: 1\r\n\xf0\x9f\x9a\x80: 2\r\n")
    assert read_text(file) == "a: 1\r\n🚀: 2\r\n"
    assert load_file(file, "a.yaml").value == {"a": 1, "🚀": 2}


def test_a_file_of_another_encoding(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes("a: 1\nb: é\n".encode("latin-1"))
    with pytest.raises(YamlError, match=r"a\.yaml:2:4: not UTF-8 text"):
        load_file(file, "a.yaml")


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(YamlError, match=r"a\.yaml: cannot be read: No such file or directory"):
        load_file(tmp_path / "a.yaml", "a.yaml")
