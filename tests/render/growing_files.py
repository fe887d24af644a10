"""Apps that grow in one way each: what their rendering costs must grow as they do, and no faster."""

from collections.abc import Callable

FACTOR = 4
"""A second app is so many times as large."""
BASE = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ component.name }}}\ndata:\n"
SECRET = "params: {v: {writeOnly: true}}\n"
Files = dict[str, str]


def project(template: str, *, params: str = "params: {v: {}}\n", components: str = "") -> Files:
    prototype = f"apiVersion: dlctl.dev/v1\nkind: Prototype\nname: t\nsummary: s\n{params}"
    package = "apiVersion: dlctl.dev/v1\nkind: Package\nname: own\nsummary: s\n"
    components = components or "components: {c: {prototype: t}}\n"
    return {
        "dlctl.yaml": f"apiVersion: dlctl.dev/v1\nkind: App\nname: small\n{components}",
        "environments/dev/environment.yaml": "namespace: x\n",
        "prototypes/own/package.yaml": package,
        "prototypes/own/t/prototype.yaml": prototype,
        "prototypes/own/t/templates/a.yaml.j2": template,
    }


def with_values(values: str, use: str = "params.v | json", params: str = "params: {v: {}}\n") -> Files:
    components = f"components: {{c: {{prototype: t, params: {{v: {values}}}}}}}\n"
    return project(f"{BASE}  v: {{{{ {use} }}}}\n", params=params, components=components)


def expressions(number: int) -> Files:
    return project(BASE.replace("ConfigMap", "Foo") + "  a:\n" + "  - {{1}}\n" * number)


def keys(number: int) -> Files:
    loop = f"{{% for i in range({number}) %}}\n  {{{{ 'k' ~ i }}}}: {{{{ 'x' ~ i }}}}\n{{% endfor %}}\n"
    return project(BASE + loop)


def documents(number: int) -> Files:
    each = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: x{}}}\n"
    return project("".join(each.format(index) for index in range(number)))


def rendered_documents(number: int) -> Files:
    each = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ 'x' ~ i }}}\n"
    return project(f"{{% for i in range({number}) %}}\n{each}{{% endfor %}}\n")


def branches(number: int) -> Files:
    each = "{{% if i %}}\n  k{}: a\n{{% endif %}}\n"
    return project("{% set i = 1 %}\n" + BASE + "".join(each.format(index) for index in range(number)))


def values(number: int) -> Files:
    return with_values("[" + "{name: x, v: [1, 2]}, " * number + "]")


def named_values(number: int) -> Files:
    items = "".join(f"{{name: n{index}, v: 1}}, " for index in range(number))
    return with_values(f"[{items}]", "params.v | merge(params.v) | json")


def secrets(number: int) -> Files:
    return with_values("[" + "".join(f"secret{index}, " for index in range(number)) + "]", params=SECRET)


def derived_secrets(number: int) -> Files:
    loop = f"{{% for i in range({number}) %}}\n  {{{{ 'k' ~ i }}}}: {{{{ params.v ~ i }}}}\n{{% endfor %}}\n"
    components = "components: {c: {prototype: t, params: {v: a-secret-word}}}\n"
    return project(BASE + loop, params=SECRET, components=components)


def long_secret(number: int) -> Files:
    return with_values("'" + "word " * number + "'", "params.v | upper", SECRET)


def components(number: int) -> Files:
    each = "".join(f"  c{index}: {{prototype: t}}\n" for index in range(number))
    return project(f"{BASE}  a: b\n", components=f"components:\n{each}")


def parameters(number: int) -> Files:
    each = "".join(f"  p{index}: {{type: string, default: x}}\n" for index in range(number))
    return project(f"{BASE}  v: {{{{ params.p0 }}}}\n", params=f"params:\n{each}")


SIZES: dict[Callable[[int], Files], int] = {
    expressions: 3000,
    keys: 5000,
    documents: 1500,
    rendered_documents: 2000,
    branches: 2000,
    values: 4000,
    named_values: 4000,
    secrets: 800,
    derived_secrets: 2500,
    long_secret: 20_000,
    components: 400,
    parameters: 1000,
}
"""Sizes whose rendering takes some tenths of a second."""
