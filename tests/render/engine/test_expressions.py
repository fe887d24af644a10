"""Single expressions, as prototypes' rules have them."""

from typing import Any

import pytest

from dlctl.errors import Location, RenderError
from dlctl.render.engine.engine import Engine

SCOPE: dict[str, Any] = {
    "params": {"num_ps": 1, "num_workers": 0, "none": None},
    "environment": {"name": "gke"},
}
PLACE = Location("prototypes/x/prototype.yaml", 12, 10)


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("params.num_ps > 0", True),
        ("params.num_workers > 0", False),
        ("environment.name == 'gke' and params.none is none", True),
        ("[params.num_ps] + [2]", [1, 2]),
        ("  1\n  + 1  ", 2),
        ("[2, '500m', '1Ki', '0.5G', '10'] | map('quantity') | list", [2, 0.5, 1024, 500_000_000, 10]),
        ("{'cpu': '500m', 'a/b': 2} is within({'cpu': 1, 'memory': '1Gi'})", True),
        ("{'cpu': '1500m'} is within({'cpu': 1})", False),
        ("[{'cpu': 1}, {'cpu': 2}] is within([{'cpu': 1}, {'cpu': 1}])", False),
        ("[{'cpu': 1}, {'cpu': 2}] is within([{'cpu': 1}, {'cpu': 2}])", True),
        ("[1, '2Gi'] is within([1, '2Gi']) and '500m' is within(1)", True),
        ("[1, 3] is within([1, 2])", False),
        ("params.none is within({'cpu': 1}) and {'cpu': 1} is within(params.none)", True),
    ],
)
def test_an_expression_has_a_json_value(expression: str, wanted: Any) -> None:
    engine = Engine()
    for _ in range(2):
        assert engine.evaluate(expression, SCOPE, location=PLACE) == wanted


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("params.nun_ps > 0", "no parameter 'nun_ps' (component x)"),
        (
            "params.num_ps >",
            "invalid template: unexpected 'end of template' (component x)",
        ),
        ("1 2", "invalid template: expected a single expression (component x)"),
        ("1 }} {{ 2", "invalid template: expected a single expression (component x)"),
        ("", "invalid template: unexpected 'end of template' (component x)"),
        ("fragment('x')", "fragment 'x' not found (component x)"),
        ("params.num_ps | foo", "unknown filter 'foo' (component x)"),
        ("'lots' | quantity", "string is not a quantity (component x)"),
        ("('9' * 5000) | quantity", "string is not a quantity (component x)"),
        ("{'cpu': [1]} is within({'cpu': 1})", "expected a number, found a list (component x)"),
        ("'a' * 10**9", "string has more than 1,000,000 characters (component x)"),
        ("range", "function used as a value (component x)"),
        ("(" * 3000, "nested too deeply to compile (component x)"),
        ("1+" * 20000 + "1", "expression has more than 10,000 characters (component x)"),
    ],
)
def test_an_error_has_the_place_of_the_rule(expression: str, wanted: str) -> None:
    with pytest.raises(RenderError) as caught:
        Engine().evaluate(expression, SCOPE, location=PLACE, subject="component x")
    assert (caught.value.message, caught.value.location) == (wanted, PLACE)
