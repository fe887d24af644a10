"""No secret survives, equal stays equal, and nothing takes a mask for a value."""

import base64
import json
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlctl.redact import LAST_APPLIED, MASK, Redactor, comparing_redactor, secrets_of

SECRETS = st.text(alphabet=string.ascii_letters + string.digits + "+/é", min_size=8, max_size=20).map(
    lambda text: f"S{text}"
)
SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=6)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=15,
)


def secret(**fields: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, **fields}


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def planted(value: Any, spellings: list[str], choose: Any) -> Any:
    """The value with secrets in some of its strings."""
    if isinstance(value, dict):
        return {key: planted(item, spellings, choose) for key, item in value.items()}
    if isinstance(value, list):
        return [planted(item, spellings, choose) for item in value]
    if isinstance(value, str) and choose(st.booleans()):
        return value + choose(st.sampled_from(spellings)) + value
    return value


@given(SECRETS, JSON, st.data())
def test_secret_values_are_masked_everywhere(value: str, body: Any, data: st.DataObject) -> None:
    spellings = [value, encoded(value), f"--password={value}", json.dumps({"p": value}), f"'{value}'"]
    whole = {"kind": "Thing", "spec": planted(body, spellings, data.draw), value: 1, "exact": value}
    for redactor in (Redactor().with_values([value]), comparing_redactor([value])):
        text = json.dumps(redactor.mask_manifest(whole), ensure_ascii=False)
        assert value not in text
        assert encoded(value) not in text


@given(st.dictionaries(st.text(min_size=1, max_size=5), SECRETS, min_size=1, max_size=4))
def test_secret_data_is_masked(held: dict[str, str]) -> None:
    body = secret(
        data={key: encoded(text) for key, text in held.items()},
        stringData=held,
        metadata={"name": "s", "annotations": {LAST_APPLIED: json.dumps(held)}, "managedFields": [{"a": 1}]},
    )
    masked = comparing_redactor().mask_manifest(body)
    text = json.dumps(masked, ensure_ascii=False)
    assert all(value not in text and encoded(value) not in text for value in held.values())
    assert "managedFields" not in masked["metadata"]
    assert set(masked["data"]) == set(held)


@given(SECRETS, SECRETS)
def test_stand_ins_are_equal_if_and_only_if_values_are(left: str, right: str) -> None:
    redactor = comparing_redactor()
    masked = redactor.mask_manifest(secret(data={"a": left, "b": right, "c": left}))["data"]
    assert masked["a"] == masked["c"]
    assert (masked["a"] == masked["b"]) == (left == right)


def test_stand_ins_differ_between_runs() -> None:
    body = secret(data={"a": "aGVsbG8="})
    assert comparing_redactor().mask_manifest(body) != comparing_redactor().mask_manifest(body)


def test_without_a_key_the_same_input_gives_the_same_bytes() -> None:
    body = secret(data={"a": "aGVsbG8="}, stringData={"b": "x"})
    assert Redactor().mask_manifest(body)["data"] == {"a": MASK}
    assert Redactor().mask_manifest(body)["stringData"] == {"b": {"masked": MASK}}


@given(SECRETS)
def test_stand_in_is_not_valid_base64(value: str) -> None:
    for redactor in (Redactor(), comparing_redactor()):
        masked = redactor.mask_manifest(secret(data={"a": encoded(value)}, stringData={"a": value}))
        with pytest.raises(ValueError, match="base64"):
            base64.b64decode(masked["data"]["a"], validate=True)
        assert not isinstance(masked["stringData"]["a"], str)


@given(JSON)
def test_input_is_not_modified(body: Any) -> None:
    whole = secret(data={"a": "b"}, spec=body)
    before = json.dumps(whole)
    comparing_redactor(["bbbbbbbb"]).mask_manifest(whole)
    assert json.dumps(whole) == before


@given(JSON)
def test_without_secrets_nothing_changes(body: Any) -> None:
    assert Redactor().mask_value(body) == body


@pytest.mark.parametrize("data", ["text", ["a"], 5, {"a": {"b": "secret-value"}}, {"a": 7}])
def test_a_malformed_secret_is_masked_too(data: Any) -> None:
    masked = Redactor().mask_manifest(secret(data=data, stringData=data))
    text = json.dumps(masked)
    assert "secret-value" not in text
    assert "text" not in text


def test_secrets_in_a_list_object() -> None:
    body = {"apiVersion": "v1", "kind": "List", "items": [secret(data={"a": "aGVsbG8="})]}
    assert "aGVsbG8=" not in json.dumps(Redactor().mask_manifest(body))


def test_secret_kind_of_another_group_is_not_masked() -> None:
    body = {"apiVersion": "example.com/v1", "kind": "Secret", "data": {"a": "b"}}
    assert Redactor().mask_manifest(body) == body


def test_short_value_is_masked_only_as_a_whole_scalar() -> None:
    redactor = Redactor().with_values(["ab"])
    assert redactor.mask_value({"x": "ab", "y": "cabin"}) == {"x": MASK, "y": "cabin"}


def test_numbers_and_nested_values_are_masked() -> None:
    redactor = Redactor().with_values([123456, {"user": "administrator"}, True, None, ""])
    assert redactor.mask_value([123456, 5, True, None, "", "my administrator"]) == [
        MASK,
        5,
        True,
        None,
        "",
        MASK,
    ]


def test_every_line_of_a_key_is_masked() -> None:
    key = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0\nBAQEFAASCBKcwggSjAgEAAo\n-----END KEY-----\n"
    redactor = Redactor().with_values([key])
    assert redactor.mask_value("  MIIEvQIBADANBgkqhkiG9w0") == MASK


def test_free_text_is_masked_partially() -> None:
    redactor = Redactor().with_values(["hunter2-hunter2"])
    message = 'spec.x: Invalid value: "hunter2-hunter2": too long'
    assert redactor.mask_text(message) == 'spec.x: Invalid value: "***": too long'
    assert redactor.mask_text("nothing here") == "nothing here"


def test_secret_data_is_masked_in_messages() -> None:
    body = secret(data={"a": encoded("hunter2")}, stringData={"b": "swordfish"})
    assert set(secrets_of(body)) == {"hunter2", encoded("hunter2"), "swordfish"}
