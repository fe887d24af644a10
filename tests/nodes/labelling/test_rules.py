"""Files of rules: what they mean, where they are wrong, and that the JSON Schema says the same."""

import json
from pathlib import Path

import jsonschema_rs
import pytest
import yaml

from dlctl.errors import RuleError
from dlctl.nodes.labelling.model import Features, NodeFacts
from dlctl.nodes.labelling.rules import RuleSet
from dlctl.nodes.labelling.rules_file import read_rules
from tests.conftest import REPOSITORY

PAGE = REPOSITORY / "docs/reference/node-label-rules.md"
SCHEMA = json.loads((REPOSITORY / "docs/reference/node-label-rules.schema.json").read_text())


def rules(tmp_path: Path, text: str) -> RuleSet:
    path = tmp_path / "rules.yaml"
    path.write_text(text)
    return read_rules(path, "rules.yaml")


def given(found: RuleSet, name: str, features: Features | None = None, **labels: str) -> dict[str, str]:
    facts = NodeFacts(name, labels, features or Features())
    return {label: wanted.value for label, wanted in found.labels_of(facts).items()}


def test_the_first_rule_that_matches_decides_about_a_label(tmp_path: Path) -> None:
    found = rules(
        tmp_path,
        """
- match: {name: gpu-*, labels: "!broken"}
  labels: {pool: training, tier: gold}
- match: {name: "/^(edge|lab)-[0-9]+$/"}
  labels: {pool: tests}
- match: {name: "/[02468]$/"}
  labels: {even: "true"}
- match: {}
  labels: {pool: general, site: west}
""",
    )
    assert given(found, "gpu-1") == {"pool": "training", "tier": "gold", "site": "west"}
    assert given(found, "gpu-2", broken="") == {"even": "true", "pool": "general", "site": "west"}
    assert given(found, "lab-12") == {"pool": "tests", "even": "true", "site": "west"}
    assert given(found, "Gpu-1") == {"pool": "general", "site": "west"}


def test_the_example_of_the_page(tmp_path: Path) -> None:
    text = PAGE.read_text().partition("```yaml\n")[2].partition("```")[0]
    found = rules(tmp_path, text)
    gpu = Features(
        {"kernel.version": {"full": "6.8.0-31-generic"}},
        {"pci.device": ({"vendor": "10de", "class": "0302"},)},
    )
    assert given(found, "gpu-1", gpu) == {"example.com/pool": "training", "example.com/gpu-driver": "open"}
    assert given(found, "other") == {"example.com/pool": "general"}
    assert found.features is not None
    assert (found.features.path, found.features.line) == ("rules.yaml", 8)
    assert not list(jsonschema_rs.Draft202012Validator(SCHEMA).iter_errors(yaml.safe_load(text)))


def test_the_page_has_every_operator() -> None:
    operators = SCHEMA["$defs"]["expression"]["properties"]["op"]["enum"]
    assert all(f"`{operator}`" in PAGE.read_text() for operator in operators if operator)


RULE = "- match: {name: a}\n  labels: {a: b}\n"
WRONG = [
    ("{}", "rules.yaml:1:1: a file of rules must be a list, found a mapping", ""),
    ("- a", "rules.yaml:1:3: item 1 of a file of rules must be a mapping, found a string", ""),
    ("- labels: {a: b}", "rules.yaml:1:3: a rule has no 'match'", "match: {}"),
    ("- match:\n  labels: {a: b}", "rules.yaml:1:9: 'match' must be a mapping, found null", ""),
    ("- match: {}", "rules.yaml:1:3: a rule has no 'labels'", ""),
    ("- mach: {}\n  labels: {a: b}", "rules.yaml:1:3: unknown field 'mach'", "did you mean 'match'?"),
    ("- match: {nam: a}\n  labels: {a: b}", "rules.yaml:1:11: unknown field 'nam'", "did you mean 'name'?"),
    ("- match: {name: 1}\n  labels: {a: b}", "rules.yaml:1:17: 'name' must be a string", "quotes"),
    ("- match: {name: ''}\n  labels: {a: b}", "rules.yaml:1:17: 'name' is empty", ""),
    (
        "- match: {}\n  labels: {a: true}",
        "rules.yaml:2:15: invalid label 'a': its value must be a string",
        "quotes",
    ),
    ("- match: {}\n  labels: {a: 1}", "rules.yaml:2:15: invalid label 'a': its value must be a string", ""),
    ("- match: {}\n  labels: {a: }", "rules.yaml:2:15: invalid label 'a': its value must be a string", ""),
    ("- match: {}\n  labels: {a: 'x y'}", "rules.yaml:2:15: invalid label 'a': the value 'x y'", ""),
    ("- match: {}\n  labels: {-a: b}", "rules.yaml:2:12: invalid label '-a'", ""),
    ("- match: {}\n  labels: {A.b/c: d}", "rules.yaml:2:12: invalid label 'A.b/c'", ""),
    ("- match: {features: {}}\n  labels: {a: b}", "rules.yaml:1:21: 'features' must be a list", ""),
    (
        "- match: {features: [{}]}\n  labels: {a: b}",
        "rules.yaml:1:22: item 1 of 'features' has no 'feature'",
        "",
    ),
    (
        "- match: {features: [{feature: pci}]}\n  labels: {a: b}",
        "rules.yaml:1:32: 'pci' is not a feature",
        "pci.device",
    ),
    (
        "- match: {features: [{feature: a.b, matchExpression: {}}]}\n  labels: {a: b}",
        "rules.yaml:1:37: unknown field 'matchExpression'",
        "did you mean 'matchExpressions'?",
    ),
    *(
        (
            f"- match: {{features: [{{feature: a.b, matchName: {expression}}}]}}\n  labels: {{a: b}}",
            message,
            hint,
        )
        for expression, message, hint in [
            ("{op: Inn, value: [x]}", "unknown operator 'Inn'", "did you mean 'In'?"),
            ("{op: In}", "In takes at least one value, found 0", "value:"),
            ("{op: In, value: x}", "'value' must be a list", ""),
            ("{op: In, value: [1]}", "item 1 of 'value' must be a string", "quotes"),
            ("{op: Exists, value: [x]}", "Exists takes no value", ""),
            ("{op: Gt, value: ['1', '2']}", "Gt takes 1 value, found 2", ""),
            ("{op: GtLt, value: ['1']}", "GtLt takes 2 values, found 1", ""),
            ("{op: Gt, value: [x]}", "'x' is not an integer", ""),
            ("{op: In, value: [x], type: semver}", "unknown type 'semver'", "version"),
        ]
    ),
]
ONLY_READER = [
    ("- match: {name: '/(/'}\n  labels: {a: b}", "rules.yaml:1:17: /(/ is not a regular expression", ""),
    (
        "- match: {labels: 'a b'}\n  labels: {a: b}",
        "rules.yaml:1:19: 'a b' is not a valid part of a label selector",
        "kubectl",
    ),
    (
        "- match: {features: [{feature: a.b, matchName: {op: GtLt, value: ['2', '1']}}]}\n  labels: {a: b}",
        "the first value of GtLt must be less than the second",
        "",
    ),
    (
        "- match: {features: [{feature: a.b, matchName: {op: InRegexp, value: ['[']}}]}\n  labels: {a: b}",
        "'[' is not a regular expression",
        "",
    ),
    ("", "the file has no rules", "--remove"),
]


@pytest.mark.parametrize(("text", "message", "hint"), [*WRONG, *ONLY_READER])
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, text: str, message: str, hint: str) -> None:
    with pytest.raises(RuleError) as caught:
        rules(tmp_path, text)
    assert message in str(caught.value)
    assert str(caught.value).startswith("rules.yaml:")
    assert hint in (caught.value.hint or "")


@pytest.mark.parametrize("text", [text for text, _, _ in WRONG])
def test_the_schema_refuses_the_same(text: str) -> None:
    assert list(jsonschema_rs.Draft202012Validator(SCHEMA).iter_errors(yaml.safe_load(text)))


@pytest.mark.parametrize("text", [RULE, "[]", "- match: {labels: 'a in (b)'}\n  labels: {}", f"{RULE}{RULE}"])
def test_the_schema_accepts_the_same(tmp_path: Path, text: str) -> None:
    rules(tmp_path, text)
    assert not list(jsonschema_rs.Draft202012Validator(SCHEMA).iter_errors(yaml.safe_load(text)))


def test_all_problems_of_a_file_are_listed(tmp_path: Path) -> None:
    with pytest.raises(RuleError) as caught:
        rules(tmp_path, "- match: {nam: a}\n  labels: {c d: ''}\n- match: {}\n  labels: {-a: b, b: 1}\n")
    assert caught.value.message == "4 problems in the rules of rules.yaml"
    assert [each.location.line for each in caught.value.problems if each.location] == [1, 2, 4, 4]


def test_the_schema_is_valid() -> None:
    jsonschema_rs.meta.validate(SCHEMA)
