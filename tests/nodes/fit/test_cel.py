"""Selectors of devices: what matches, what fails and what is not evaluated."""

import pytest

from dlctl.nodes.fit.devices.cel import EvaluationError, matches, quantity, version
from dlctl.nodes.fit.devices.cel_syntax import UnsupportedError
from dlctl.nodes.fit.devices.model import Device

GPU = "gpu.nvidia.com"
DEVICE = Device(
    (GPU, "n1", "gpu-0"),
    "n1",
    {
        GPU: {
            "productName": "NVIDIA H100 80GB HBM3",
            "index": 3,
            "ecc": True,
            "driverVersion": version("570.86.15"),
        },
        "resource.kubernetes.io": {"pcieRoot": "pci0000:15"},
    },
    {GPU: {"memory": quantity("80Gi")}},
)
OWN = f'device.attributes["{GPU}"]'
MEMORY = f'device.capacity["{GPU}"].memory'


@pytest.mark.parametrize(
    "expression",
    [
        f"device.driver == '{GPU}'",
        f'{OWN}.productName.lowerAscii().contains("h100")',
        f"{OWN}.productName.matches('^NVIDIA H[12]00')",
        f'{OWN}.productName.replace(" ", "-") in ["NVIDIA-A100", "NVIDIA-H100-80GB-HBM3"]',
        f"{OWN}.index < 4 && {OWN}.index >= -1 && {OWN}.ecc",
        f'{MEMORY}.compareTo(quantity("40Gi")) >= 0',
        f'{MEMORY}.isGreaterThan(quantity("79Gi")) && !{MEMORY}.isLessThan(quantity("80Gi"))',
        f'{OWN}.driverVersion.compareTo(semver("535.0.0")) > 0',
        f'"index" in {OWN} && !("profile" in {OWN}) && !has({OWN}.profile)',
        f'({OWN}.index == 1 || {OWN}.productName.startsWith("NVIDIA")) && {OWN}.index != 1',
        'device.attributes["resource.kubernetes.io"].pcieRoot.endsWith(":15")',
        f'!("x" in device.attributes["other.example.com"]) || {OWN}.none == 1',
        f'{OWN}.none == 1 || device.driver == "{GPU}"',
        f'!({OWN}.none == 1 && device.driver == "x")',
        f'{OWN}.index != "3"',
        f"{OWN}['productName'] != 'a\\'b'",
    ],
)
def test_what_matches(expression: str) -> None:
    assert matches(expression, DEVICE)
    assert not matches(f"!({expression})", DEVICE)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (f'{OWN}.profile == "1g.10gb"', "no such key: profile"),
        (f'{OWN}.profile == "1g.10gb" && device.driver == "{GPU}"', "no such key"),
        (f"{OWN}.productName < 4", "no such overload"),
        (f'{MEMORY}.compareTo(quantity("much")) > 0', "'much' is not a valid quantity"),
        (f"{MEMORY}.compareTo(semver('1.0.0')) > 0", "no such overload"),
        (f"{OWN}.productName", "neither true nor false"),
        (f"{OWN}.index && true", "no such overload"),
        ("'a' in 'abc'", "no such overload"),
    ],
)
def test_what_fails(expression: str, message: str) -> None:
    """The scheduler gives up a pod of which a selector fails for a device."""
    with pytest.raises(EvaluationError, match=message):
        matches(expression, DEVICE)


@pytest.mark.parametrize(
    "expression",
    [
        "",
        f"{OWN}.index + 1 == 4",
        f"{OWN}.index == 3 ? true : false",
        f"{OWN}.all(x, x != 1)",
        "cel.bind(x, 1, x == 1)",
        f"{OWN}.?profile.orValue('') == ''",
        f"{OWN}.productName.matches('(?P<a')",
        "object.metadata",
        "device.other == 1",
        "device.driver == '\\x41'",
        "device.driver == r'a'",
        "device.driver.startsWith()",
        f"({'(' * 60}true{')' * 60})",
        "true" + " " * 10_300,
        'device.driver == "a" $',
    ],
)
def test_what_is_not_evaluated(expression: str) -> None:
    with pytest.raises(UnsupportedError):
        matches(expression, DEVICE)
