"""Named string formats: `x-format: dns-label` defines a pattern, a maximum length and a description."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from dlctl.errors import Location, RegistryError
from dlctl.registry.prototypes.networks import network_pattern
from dlctl.registry.prototypes.schedules import TIME_ZONES, schedule_pattern
from dlctl.registry.prototypes.secret_schema import NAMED_SCHEMAS, VALUE_KEYWORDS
from dlctl.suggest import did_you_mean

FORMAT_KEY = "x-format"
"""The keyword in a parameter's schema."""

_VALIDATION = "k8s.io/apimachinery/pkg/util/validation/validation.go"
_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_NAME_PART = "[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?"
_IMAGE_PART = "[a-z0-9]+([._-]+[a-z0-9]+)*"
_TEXT = r"""("[^"\\\x00-\x1f]*"|'[^'\\\x00-\x1f]*')"""
_EXPRESSION = r"""("\^?(\.\*)?[A-Za-z0-9 -]{1,40}(\.\*)?\$?"|'\^?(\.\*)?[A-Za-z0-9 -]{1,40}(\.\*)?\$?')"""
_PROPERTY = r"""\[("[a-z0-9.-]+"|'[a-z0-9.-]+')\]\.[a-z][A-Za-z0-9_]{2,31}"""
_OF_TEXT = (
    rf"( (==|!=) {_TEXT}| in \[{_TEXT}(, {_TEXT})*\]|\.(startsWith|endsWith|contains)\({_TEXT}\)"
    rf"|\.matches\({_EXPRESSION}\))"
)
_AMOUNT = r"""quantity\(("[0-9]{1,9}([KMGT]i?|k)?"|'[0-9]{1,9}([KMGT]i?|k)?')\)"""
_NAME = r"""("[a-z0-9.-]+"|'[a-z0-9.-]+')"""
_VERSION = r"""("[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}"|'[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}')"""
_COMPARISON = (
    rf"(device\.driver{_OF_TEXT}|device\.attributes{_PROPERTY}(\.lowerAscii\(\))?{_OF_TEXT}"
    rf"|device\.attributes{_PROPERTY}( (==|!=) (true|false|[0-9]{{1,9}})| (<|<=|>|>=) [0-9]{{1,9}})"
    rf"|!?has\(device\.attributes{_PROPERTY}\)|!?device\.attributes{_PROPERTY}"
    rf"|device\.attributes{_PROPERTY}\.compareTo\(semver\({_VERSION}\)\) (==|<|<=|>|>=) 0"
    rf"|{_NAME} in device\.attributes"
    rf"|device\.capacity{_PROPERTY}(\.compareTo\({_AMOUNT}\) (==|<|<=|>|>=) 0| (==|!=) {_AMOUNT}"
    rf"|\.(isGreaterThan|isLessThan)\({_AMOUNT}\)))"
)
_TERM = rf"({_COMPARISON}|!?\({_COMPARISON}([ \n]+(\|\||&&)[ \n]+{_COMPARISON})*\))"
_LABEL_RULE = "lowercase letters, digits and '-', beginning and ending with a letter or digit"


class StringFormat(Struct, frozen=True):
    """A string format.

    `title` and `rule` describe it. `max_length` is None if there is no limit besides the pattern.
    `source` is the definition of the rule.
    """

    title: str
    rule: str
    pattern: str
    max_length: int | None
    source: str

    def words(self, max_length: int | None) -> str:
        """The rule as text after "must be"."""
        length = "" if max_length is None else f", at most {max_length} characters"
        return f"{self.title}: {self.rule}{length}"


FORMATS: Mapping[str, StringFormat] = {
    "dns-label": StringFormat(
        "a DNS label", _LABEL_RULE, f"^{_LABEL}$", 63, f"{_VALIDATION}: IsDNS1123Label"
    ),
    "dns-label-1035": StringFormat(
        "a DNS label that begins with a letter",
        "lowercase letters, digits and '-', ending with a letter or digit",
        "^[a-z]([-a-z0-9]*[a-z0-9])?$",
        63,
        f"{_VALIDATION}: IsDNS1035Label",
    ),
    "dns-subdomain": StringFormat(
        "a DNS subdomain",
        "lowercase letters, digits, '-' and '.', each part beginning and ending with a letter or digit",
        f"^{_SUBDOMAIN}$",
        253,
        f"{_VALIDATION}: IsDNS1123Subdomain",
    ),
    "label-key": StringFormat(
        "a label key",
        "NAME or PREFIX/NAME, where PREFIX is a DNS subdomain and NAME has at most 63 letters, digits, '-',"
        " '_' and '.', beginning and ending with a letter or digit",
        f"^({_SUBDOMAIN}/)?{_NAME_PART}$",
        253,
        f"{_VALIDATION}: IsQualifiedName",
    ),
    "label-value": StringFormat(
        "a label value",
        "empty, or letters, digits, '-', '_' and '.', beginning and ending with a letter or digit",
        f"^({_NAME_PART})?$",
        63,
        f"{_VALIDATION}: IsValidLabelValue",
    ),
    "extended-resource": StringFormat(
        "the name of an extended resource",
        "PREFIX/NAME, where PREFIX is a DNS subdomain, such as nvidia.com/gpu",
        f"^{_SUBDOMAIN}/{_NAME_PART}$",
        253,
        f"{_VALIDATION}: IsQualifiedName, with a prefix",
    ),
    "port-name": StringFormat(
        "the name of a port",
        "lowercase letters, digits and single '-', with a letter, beginning and ending with one of them",
        "^([0-9]+-)*[0-9]*[a-z](-?[a-z0-9])*$",
        15,
        f"{_VALIDATION}: IsValidPortName",
    ),
    "data-key": StringFormat(
        "a key of a Secret or ConfigMap",
        "letters, digits, '-', '_' and '.', not beginning with '..' and not '.'",
        r"^\.?[-_A-Za-z0-9][-._A-Za-z0-9]*$",
        253,
        f"{_VALIDATION}: IsConfigMapKey",
    ),
    "cpu-quantity": StringFormat(
        "an amount of CPU",
        "CPUs such as 4 or 0.5, or millicores such as 500m",
        r"^([0-9]+(\.[0-9]+)?|[0-9]+m)$",
        None,
        "k8s.io/apimachinery/pkg/api/resource/quantity.go, a subset",
    ),
    "memory-quantity": StringFormat(
        "an amount of memory",
        "bytes, or a number with one of the units Ki, Mi, Gi, Ti, k, M, G, T, such as 16Gi, or an exponent",
        r"^[0-9]+(\.[0-9]+)?(Ki|Mi|Gi|Ti|Pi|Ei|m|k|M|G|T|P|E|[eE]\+?(1[0-8]|[0-9]))?$",
        None,
        "k8s.io/apimachinery/pkg/api/resource/quantity.go, a subset",
    ),
    "volume-size": StringFormat(
        "the size of a volume",
        "a number above 0 with one of the units Mi, Gi, Ti, Pi, M, G, T, P, such as 10Gi",
        r"^([1-9][0-9]*(\.[0-9]+)?|0\.[0-9]*[1-9][0-9]*)(Mi|Gi|Ti|Pi|M|G|T|P)$",
        None,
        "k8s.io/apimachinery/pkg/api/resource/quantity.go, a subset",
    ),
    "absolute-path": StringFormat(
        "an absolute path",
        "folders separated by single '/', not / itself, without ':' and without a final '/'",
        "^(/[^/:]+)+$",
        None,
        "k8s.io/kubernetes/pkg/apis/core/validation/validation.go: mountPath must not contain ':'",
    ),
    "ip-network": StringFormat(
        "a network",
        "an address of IPv4 or IPv6 without bits beyond the prefix, and the prefix, such as 10.0.0.0/8",
        network_pattern(),
        None,
        f"{_VALIDATION}: IsValidCIDR, strictly",
    ),
    "http-url": StringFormat(
        "a URL",
        "http:// or https:// with a host, without spaces",
        r"^https?://[^/\s]+(/\S*)?$",
        None,
        "RFC 9110, section 4.2",
    ),
    "image-reference": StringFormat(
        "an image with its tag",
        "[REGISTRY/]NAME:TAG, such as registry.example.com/team/trainer:1.0",
        rf"^([a-zA-Z0-9.-]+(:[0-9]+)?/)?{_IMAGE_PART}(/{_IMAGE_PART})*:[A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}}$",
        None,
        "github.com/distribution/reference: NamedTagged",
    ),
    "knative-destination": StringFormat(
        "a destination of Knative",
        "ksvc:NAME (or just NAME), svc:NAME, route:NAME, broker:NAME, channel:NAME, sequence:NAME,"
        " parallel:NAME or a URL",
        r"^((ksvc|svc|route|broker|channel|sequence|parallel):)?[a-z]([-a-z0-9]*[a-z0-9])?$|^https?://[^\s]+$",
        None,
        "the sink notation of kn, github.com/knative/client/pkg/flags/sink",
    ),
    "cloudevents-attribute": StringFormat(
        "the name of a CloudEvents attribute",
        "lowercase letters and digits",
        "^[a-z0-9]{1,20}$",
        20,
        "github.com/cloudevents/spec, attribute naming convention",
    ),
    "device-selector": StringFormat(
        "a CEL expression about a device",
        'comparisons such as device.attributes["gpu.nvidia.com"].architecture == "Hopper" or device.capacity'
        '["gpu.nvidia.com"].memory.compareTo(quantity("40Gi")) >= 0, joined by && and ||; with strings also'
        " in [...], startsWith, endsWith, contains and matches, and lowerAscii before these",
        rf"^{_TERM}([ \n]+(&&|\|\|)[ \n]+{_TERM})*\n?$",
        2048,
        "k8s.io/dynamic-resource-allocation/cel, a subset",
    ),
    "pci-id": StringFormat(
        "a PCI ID", "four hexadecimal digits in lower case", "^[0-9a-f]{4}$", None, "pci-ids.ucw.cz"
    ),
    "cron-schedule": StringFormat(
        "a schedule in Cron format",
        "minute, hour, day of month, month and day of week, such as 0 3 * * MON-FRI; or @daily, @hourly,"
        " @weekly, @monthly, @yearly or @every 90m",
        schedule_pattern(),
        253,
        "github.com/robfig/cron/v3: ParseStandard",
    ),
    "time-zone": StringFormat(
        "the name of a time zone",
        "as in the tz database of IANA, such as Etc/UTC or Europe/Berlin",
        f"^({TIME_ZONES})$",
        63,
        "k8s.io/kubernetes/pkg/apis/batch/validation: validateTimeZone",
    ),
}


def expand_formats(subject: str, schema: Mapping[str, Any], location: Location) -> dict[str, Any]:
    """The schema with each `x-format` expanded to `pattern` and `maxLength`.

    Raises RegistryError about `subject` for an unknown format, or one that conflicts with other keywords.
    """
    expanded: dict[str, Any] = {}
    for key, value in schema.items():
        if key in NAMED_SCHEMAS and isinstance(value, Mapping):
            expanded[key] = {name: _expand(subject, part, location) for name, part in value.items()}
        else:
            expanded[key] = value if key in VALUE_KEYWORDS else _expand(subject, value, location)
    if FORMAT_KEY in schema:
        expanded |= _keywords(subject, schema, location)
    return expanded


def _expand(subject: str, part: Any, location: Location) -> Any:
    if isinstance(part, list):
        return [_expand(subject, item, location) for item in part]
    return expand_formats(subject, part, location) if isinstance(part, Mapping) else part


def _keywords(subject: str, schema: Mapping[str, Any], location: Location) -> dict[str, Any]:
    """The keywords that an `x-format` expands to."""
    name = str(schema[FORMAT_KEY])
    if name not in FORMATS:
        raise RegistryError(
            f"{subject} has unknown {FORMAT_KEY} '{name}'",
            location=location,
            hint=did_you_mean(name, FORMATS, f"known formats: {', '.join(FORMATS)}"),
        )
    found = FORMATS[name]
    if "pattern" in schema:
        raise RegistryError(
            f"{subject} has both '{FORMAT_KEY}' and 'pattern'",
            location=location,
            hint=f"{FORMAT_KEY} {name} already defines the pattern {found.pattern}",
        )
    if "string" not in schema.get("type", "string"):
        raise RegistryError(
            f"{subject} has '{FORMAT_KEY}', which is only for strings, but type {schema['type']}",
            location=location,
        )
    return {"pattern": found.pattern, **_max_length(subject, name, schema, location)}


def _max_length(subject: str, name: str, schema: Mapping[str, Any], location: Location) -> dict[str, Any]:
    most, own = FORMATS[name].max_length, schema.get("maxLength")
    if most is None or (own is not None and not isinstance(own, int)):
        return {}
    if own is not None and own > most:
        raise RegistryError(
            f"'maxLength' of {subject} is {own}, but at most {most} in {FORMAT_KEY} {name}",
            location=location,
            hint="remove it, or use a smaller value",
        )
    return {"maxLength": most if own is None else own}


def format_words(schema: Any, path: tuple[str | int, ...]) -> str:
    """The description of the format at `path` in an expanded schema; empty if there is none."""
    for step in path:
        try:
            schema = schema[step]
        except (KeyError, IndexError, TypeError):
            return ""
    if not isinstance(schema, Mapping) or FORMAT_KEY not in schema:
        return ""
    return FORMATS[schema[FORMAT_KEY]].words(schema.get("maxLength"))
