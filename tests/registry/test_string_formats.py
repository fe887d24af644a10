"""Named formats: what each accepts, and what a prototype may not say beside one."""

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from dlctl.errors import RegistryError
from dlctl.registry.prototypes.catalogue import catalogue_of
from dlctl.registry.prototypes.model import Prototype
from dlctl.registry.prototypes.string_formats import FORMATS
from dlctl.yamlio.dump import dump

EXAMPLES: dict[str, tuple[list[str], list[str]]] = {
    "device-selector": (
        [
            'device.attributes["gpu.nvidia.com"].architecture == "Hopper"',
            'device.capacity["gpu.nvidia.com"].memory.compareTo(quantity("40Gi")) >= 0',
            'device.driver == "d" &&\n  device.capacity["d.example.com"].memory == quantity("64Gi")',
            "device.capacity['gpu.example.com'].memory.compareTo(quantity('10Gi')) >= 0",
            "device.attributes['gpu.nvidia.com'].productName.lowerAscii().matches('^.*a100.*$')\n",
            'device.driver == "d" && (has(device.attributes["d"].link) || device.attributes["d"].mtu > 9)',
            'device.capacity["d"].memory.isGreaterThan(quantity("8Gi"))',
            'device.attributes["d"].rdma && !has(device.attributes["d"].link)',
            'device.driver == "d" || !(device.attributes["d"].mtu > 9)',
            '"d.example.com" in device.attributes',
            'device.attributes["d"].version.compareTo(semver("1.2.3")) >= 0',
        ],
        ["", "true", "device.attributes", '!device.driver == "d"', "x" * 2049],
    ),
    "dns-label": (["a", "0", "a-1", "a" * 63], ["", "A", "a.b", "-a", "a-", "a" * 64, "a\n"]),
    "dns-label-1035": (["a", "a-1"], ["1a", "A", "a-", "a" * 64]),
    "dns-subdomain": (["a", "a.b-c.0"], ["", "a..b", ".a", "a.", "a_b", "a" * 254]),
    "label-key": (
        ["zone", "A_b.c", "topology.kubernetes.io/zone"],
        ["", "/a", "a/", "A/b", "a/b/c", "x" * 64],
    ),
    "label-value": (["", "A_b.c", "x" * 63], ["-a", "a b", "x" * 64]),
    "extended-resource": (["nvidia.com/gpu", "rdma/hca"], ["gpu", "nvidia.com/", "Nvidia.com/gpu"]),
    "port-name": (["http", "80-tcp", "8080a", "a-b-c"], ["", "80", "a--b", "-a", "a-", "Http", "a" * 16]),
    "data-key": (["a", ".dockerconfigjson", "a..b", "A_b-c"], ["", ".", "..", "..a", "a/b"]),
    "cpu-quantity": (["4", "0.5", "500m"], ["", "1.5m", "4 CPUs", "-1"]),
    "memory-quantity": (["1024", "1.5Gi", "16G", "129e6", "1E+9", "2Pi"], ["", "16GB", "Gi", "1e", "1e19"]),
    "volume-size": (["10Gi", "0.5Ti"], ["10", "0Gi", "0.0Gi", "10Ki"]),
    "absolute-path": (["/data", "/a/b.c"], ["", "/", "data", "/a/", "/a//b", "/a:b"]),
    "ip-network": (
        ["10.0.0.0/8", "172.16.0.0/12", "0.0.0.0/0", "10.1.2.3/32", "2001:db8::/32", "::/0", "fe80::/10"],
        ["", "10.0.0.1/8", "172.17.0.0/12", "10.0.0.0", "10.0.0.0/33", "2001:db8:1::/32"],
    ),
    "http-url": (
        ["http://a", "https://a:80/b?c", "http://a/"],
        ["a", "ftp://a", "http://", "http:///b", "http://a /b"],
    ),
    "image-reference": (["busybox:1.36", "r.example.com:5000/a/b-c:1"], ["busybox", "Busybox:1", "busybox:"]),
    "knative-destination": (["f", "ksvc:f", "https://a/b"], ["F", "ksvc:", "job:f", "http:// a"]),
    "cloudevents-attribute": (["type", "x1"], ["", "dataType", "x" * 21]),
    "pci-id": (["10de"], ["10d", "10DE", "10de0"]),
    "cron-schedule": (
        [
            "0 3 * * *",
            "*/15 9-17 1,15 JAN-MAR,12 MON-FRI",
            "05 00 ? * 0",
            "@daily",
            "@every 1h30m",
            "10-20/5 * * * *",
            "0 3 * feb mon-fri",
        ],
        [
            "",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "30-10 * * * *",
            "* * * * 7",
            "*/0 * * * *",
            "@noon",
            "* * * *",
            "TZ=UTC 0 3 * * *",
            "0 0 3 * * *",
            "FRI * * * *",
            "* * * * FRI-MON",
        ],
    ),
    "time-zone": (
        ["UTC", "Etc/UTC", "Europe/Berlin", "America/Argentina/Ushuaia", "Etc/GMT-14"],
        ["", "Local", "Europe/Berln", "berlin", "Etc/GMT+13", "Europe/"],
    ),
}


def _load(root: Path, schema: dict[str, Any], **keys: Any) -> Prototype:
    folder = root / "prototypes" / "sample" / "sample"
    (folder / "templates").mkdir(parents=True)
    (folder / "prototype.yaml").write_text(dump({"summary": "A sample", "params": {"size": schema}, **keys}))
    return catalogue_of(root / "prototypes").find("sample")


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_accepts_and_refuses(name: str, tmp_path: Path) -> None:
    spec = _load(tmp_path, {"type": "string", "x-format": name}).params["size"]
    validator = jsonschema_rs.validator_for(dict(spec.schema))
    good, bad = EXAMPLES[name]
    assert [value for value in good if not validator.is_valid(value)] == []
    assert [value for value in bad if validator.is_valid(value)] == []


def test_a_format_becomes_a_pattern_and_a_length_wherever_it_stands(tmp_path: Path) -> None:
    label = {"x-format": "dns-label"}
    schema = {
        "type": "array",
        "items": {
            "type": "object",
            "propertyNames": label,
            "properties": {"x-format": {"maxLength": 9, **label}},
        },
    }
    items = _load(tmp_path, schema).params["size"].schema["items"]
    assert items["propertyNames"] == {**label, "pattern": FORMATS["dns-label"].pattern, "maxLength": 63}
    assert items["properties"]["x-format"]["maxLength"] == 9


def test_values_in_a_schema_are_left_alone(tmp_path: Path) -> None:
    default = {"x-format": "dns-label"}
    assert _load(tmp_path, {"type": "object", "default": default}).params["size"].default == default


@pytest.mark.parametrize(
    ("schema", "message", "hint"),
    [
        (
            {"x-format": "dns-lable"},
            "unknown x-format 'dns-lable'",
            "did you mean 'dns-label'?",
        ),
        ({"x-format": "zebra"}, "unknown x-format 'zebra'", "known formats: dns-label, dns-label-1035"),
        ({"x-format": ["dns-label"]}, "unknown x-format", "dns-label"),
        (
            {"x-format": "pci-id", "pattern": "^a"},
            "both 'x-format' and 'pattern'",
            "already defines the pattern",
        ),
        ({"x-format": "pci-id", "type": "integer"}, "which is only for strings", ""),
        (
            {"x-format": "dns-label", "maxLength": 64},
            "is 64, but at most 63 in x-format dns-label",
            "smaller",
        ),
        ({"type": "array", "items": {"x-format": "dns"}}, "unknown x-format 'dns'", "dns-"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(
    schema: dict[str, Any], message: str, hint: str, tmp_path: Path
) -> None:
    with pytest.raises(RegistryError) as raised:
        _load(tmp_path, schema)
    assert message in raised.value.message
    assert hint in (raised.value.hint or "")
    assert str(raised.value.location).endswith("prototype.yaml:3:3")


def test_a_schema_over_several_values_may_name_a_format(tmp_path: Path) -> None:
    joint = {"description": "no", "properties": {"size": {"x-format": "pci-id"}}}
    (loaded,) = _load(tmp_path, {"type": "string"}, allOf=[joint]).combined_schemas
    assert loaded.schema["properties"]["size"]["pattern"] == FORMATS["pci-id"].pattern
