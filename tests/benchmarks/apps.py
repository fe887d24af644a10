"""Apps of any size, made for benchmarks."""

from pathlib import Path

PROTOTYPE = """\
summary: A web server
description: A Deployment without pods, with what people usually set.
params:
  replicas: {type: integer, minimum: 0, default: 0, description: How many pods.}
  image: {type: string, default: "nginx:1.27", description: The image.}
  cpu: {type: string, default: 100m, description: Processor request.}
  memory: {type: string, default: 128Mi, description: Memory request.}
  arguments: {type: array, items: {type: string}, default: [serve, --verbose], description: Arguments.}
  env_vars: {type: object, additionalProperties: {type: string}, default: {LEVEL: info, MODE: fast},
    description: Variables.}
  gpu: {type: boolean, default: false, description: Whether it gets a GPU.}
"""

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ component.name }}
  annotations:
    example.com/purpose: {{ "serves " ~ component.name }}
spec:
  replicas: {{ params.replicas }}
  selector:
    matchLabels:
      app: {{ component.name }}
  template:
    metadata:
      labels:
        app: {{ component.name }}
    spec:
      containers:
      - name: web
        image: {{ params.image }}
        args:
{% for argument in params.arguments %}
        - {{ argument }}
{% endfor %}
        env:
{% for name, value in params.env_vars | dictsort %}
        - name: {{ name }}
          value: {{ value }}
{% endfor %}
        ports:
        - name: http
          containerPort: 8080
        resources:
          requests:
            cpu: {{ params.cpu }}
            memory: {{ params.memory }}
{% if params.gpu %}
          limits:
            nvidia.com/gpu: 1
{% endif %}
"""
"""Kept so plain that bare Jinja2 renders it to the same object: each expression is a harmless scalar."""

CONFIG_MAPS = """\
{% for index in range(params.count) %}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ component.name ~ "-" ~ index }}
data:
  level: {{ params.level }}
  text: {{ params.text }}
  number: {{ index | string }}
{% endfor %}
"""

CONFIG_PROTOTYPE = """\
summary: Small files
description: As many ConfigMaps as one likes.
params:
  count: {type: integer, minimum: 0, default: 1, description: How many.}
  level: {type: string, default: info, description: A level.}
  text: {type: string, default: some text of a file, description: A text.}
"""


def write_app(root: Path, prototype: str, components: int, **params: object) -> None:
    """An app of many components of one prototype, `web` or `files`; each sets `params` and its own value."""
    package = root / "prototypes" / "bench"
    _write(package / "web" / "prototype.yaml", PROTOTYPE)
    _write(package / "web" / "templates" / "deployment.yaml.j2", DEPLOYMENT)
    _write(package / "files" / "prototype.yaml", CONFIG_PROTOTYPE)
    _write(package / "files" / "templates" / "config.yaml.j2", CONFIG_MAPS)
    lines = ["apiVersion: dlctl.dev/v1", "kind: App", "name: bench", "components:"]
    for index in range(components):
        lines += [f"  {component_name(index)}:", f"    prototype: {prototype}", "    params:"]
        lines += [f"      {name}: {value}" for name, value in {**params, **_own(prototype, index)}.items()]
    _write(root / "dlctl.yaml", "\n".join(lines) + "\n")


def write_environment(root: Path, name: str, namespace: str, context: str, cluster_id: str) -> None:
    """An environment on a cluster, pinned as `env add` would have done."""
    text = f"context: {context}\nclusterId: {cluster_id}\nnamespace: {namespace}\n"
    _write(root / "environments" / name / "environment.yaml", text)


def component_name(index: int) -> str:
    """The name of a component."""
    return f"part-{index:05d}"


def _own(prototype: str, index: int) -> dict[str, object]:
    return {"image": f"nginx:1.{index}"} if prototype == "web" else {"text": f"text of file {index}"}


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
