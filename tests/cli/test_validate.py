"""`dlctl validate` without any cluster: what it finds, where it says it is, and what it did not check."""

import pytest

from tests.output_schemas import checked
from tests.project import Project
from tests.schemas.documents import CLUSTER, DEPLOYMENTS, JOBS, RESOURCES, cache_of, keep

TEMPLATE = "prototypes/pages/page/templates/page.yaml.j2"
PROTOTYPE = "prototypes/pages/page/prototype.yaml"
DEPLOYMENT = "Deployment.apps/web (namespace dev-space)"


def change(project: Project, file: str, old: str, new: str) -> None:
    text = project.read(file)
    assert old in text
    project.write({file: text.replace(old, new)})


@pytest.fixture
def known(app: Project) -> Project:
    """The small app; the schemas of the cluster of its environment dev are at hand."""
    keep(app)
    return app


def test_a_good_app_has_no_findings(known: Project) -> None:
    done = known.run("validate", "dev").ok()
    assert (done.out, done.err) == ("", "dev: 0 errors in 2 objects, Kubernetes v1.36.3\n")


def test_keys_of_approve_that_an_apply_would_need(known: Project) -> None:
    environment = known.read("environments/dev/environment.yaml")
    known.write({"environments/dev/environment.yaml": f"{environment}approve: {{keys: [keys/ops.pub]}}\n"})
    missing = known.run("validate", "dev")
    assert missing.code == 1
    assert "keys/ops.pub: cannot be read: No such file" in missing.err
    known.write({"keys/ops.pub": "no key\n"})
    assert "a file of 'approve' must have SSH public keys" in known.run("validate", "dev").err


def test_a_misspelt_field_with_the_line_of_the_template_and_the_parameter(known: Project) -> None:
    change(known, TEMPLATE, "replicas: {{", "replcas: {{")
    done = known.run("validate", "dev")
    assert done.code == 1
    assert done.out == (
        f'{TEMPLATE}:14: error: dev: {DEPLOYMENT}: unknown field "spec.replcas" '
        "(did you mean 'replicas'?)\n"
        "  parameter replicas, from environment dev, component web (environments/dev/params.yaml:2:19)\n"
    )
    assert done.err == "dev: 1 error in 2 objects, Kubernetes v1.36.3\n"


def test_a_value_of_the_wrong_type_from_a_parameter(known: Project) -> None:
    change(known, TEMPLATE, "image: nginx:1.27", 'image: {{ params.ratio or "x" }}')
    known.write({"environments/dev/params.yaml": "components:\n  web:\n    ratio: 0.5\n"})
    out = known.run("validate", "dev").out
    assert f"{TEMPLATE}:23: error: dev: {DEPLOYMENT}: " in out
    assert "spec.template.spec.containers[0].image: Invalid value: 0.5: must be of type string\n" in out
    assert (
        "  parameter ratio, from environment dev, component web (environments/dev/params.yaml:3:12)\n" in out
    )


def test_every_problem_of_every_object_at_once(known: Project) -> None:
    change(
        known,
        TEMPLATE,
        "image: nginx:1.27",
        "imagee: nginx\n        ports: [{containerPort: 0}, {containerPort: 0}]",
    )
    change(known, TEMPLATE, "title: {{ params.title }}", "title: 7")
    out = known.run("validate", "dev").out.splitlines()
    assert [line.partition("namespace dev-space): ")[2] for line in out if "error" in line] == [
        "data.title: Invalid value: 7: must be of type string",
        "unknown field \"spec.template.spec.containers[0].imagee\" (did you mean 'image'?)",
        "spec.template.spec.containers[0].image: Required value",
        'spec.template.spec.containers[0].ports[1]: Duplicate value: {"containerPort": 0, "protocol": "TCP"}',
        "spec.template.spec.containers[0].ports[0].containerPort: Invalid value: 0: "
        "must be between 1 and 65535, inclusive",
        "spec.template.spec.containers[0].ports[1].containerPort: Invalid value: 0: "
        "must be between 1 and 65535, inclusive",
    ]


def test_components_that_cannot_be_rendered_and_objects_of_the_others(known: Project) -> None:
    change(
        known,
        "dlctl.yaml",
        "  web:",
        "  other:\n    prototype: page\n    params: {debug: true, replicas: 9}\n  web:",
    )
    change(known, TEMPLATE, "image: nginx:1.27", "image: 5")
    known.write({"environments/dev/params.yaml": ""})
    done = known.run("validate", "dev")
    assert done.code == 1
    rule, image = (line for line in done.out.splitlines() if not line.startswith(" "))
    assert "error: dev: component other: few pods debug (component other, environment dev)" in rule
    assert "containers[0].image: Invalid value: 5: must be of type string" in image


def test_wrong_parameters_are_findings(known: Project) -> None:
    known.write({"environments/dev/params.yaml": "components:\n  web: {replicas: -1, tittle: x}\n"})
    done = known.run("validate", "dev")
    assert (done.code, "'tittle'" in done.out, "environments/dev/params.yaml:2" in done.out) == (
        1,
        True,
        True,
    )


def test_labels_names_and_namespaces(known: Project) -> None:
    change(known, TEMPLATE, "  name: {{ component.name }}\ndata", '  name: {{ component.name ~ "_x" }}\ndata')
    change(known, TEMPLATE, "      labels: {app", "      labels: {tier: a b, app")
    out = known.run("validate", "dev").out
    assert 'metadata.name: Invalid value: "web_x": a lowercase RFC 1123 subdomain must consist of' in out
    assert 'spec.template.metadata.labels.tier: Invalid value: "a b": a valid label must be' in out


def test_a_field_that_a_patch_sets_is_found_in_the_patch(known: Project) -> None:
    known.write(
        {
            "environments/prod/environment.yaml": "context: prod\nnamespace: prod-space\npatches:\n  web:\n"
            "  - target: {kind: Deployment}\n    merge: {spec: {replicas: many}}\n"
        }
    )
    keep(known, "prod")
    out = known.run("validate", "prod").out
    assert out.startswith("environments/prod/environment.yaml:5:")
    assert 'spec.replicas: Invalid value: "many": must be of type integer' in out


def test_a_field_that_a_fragment_writes_is_found_in_the_fragment(known: Project) -> None:
    fragment = "prototypes/pages/fragments/limits.yaml.j2"
    known.write({fragment: "resources:\n  limits:\n    cpu: {{ amount }}\n    memory: 1Gi\n"})
    change(
        known,
        TEMPLATE,
        "      - name: web\n        image: nginx:1.27",
        '      - {{ {"name": "web", "image": "nginx"} | merge(fragment("limits", amount=params.size)) }}',
    )
    known.write({"environments/dev/params.yaml": "components:\n  web: {size: 2x}\n"})
    out = known.run("validate", "dev").out
    assert out == (
        f"{fragment}:3: error: dev: {DEPLOYMENT}: spec.template.spec.containers[0].resources.limits.cpu: "
        'Invalid value: "2x": must be a quantity, such as 500m or 16Gi\n'
        "  parameter size, from environment dev, component web (environments/dev/params.yaml:2:15)\n"
    )


def test_an_api_version_that_was_removed(known: Project) -> None:
    change(known, TEMPLATE, "apiVersion: apps/v1", "apiVersion: apps/v1beta2")
    done = known.run("validate", "dev")
    assert done.code == 1
    assert done.out.count("error") == 1
    assert (
        "apps/v1beta2 Deployment is not served by Kubernetes 1.16+ "
        "(use apps/v1, available since Kubernetes 1.9)\n" in done.out
    )


def test_a_kind_that_the_cluster_does_not_serve(known: Project) -> None:
    change(
        known, TEMPLATE, "apiVersion: apps/v1\nkind: Deployment", "apiVersion: example.com/v1\nkind: Widget"
    )
    done = known.run("validate", "dev")
    assert done.code == 1
    assert (
        "the cluster of dev does not serve example.com/v1 Widget, which component web needs "
        "(install its CustomResourceDefinition first)\n" in done.out
    )


CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  names: {kind: Widget, plural: widgets}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [size]
            x-kubernetes-validations: [{rule: self.size > 0}]
            properties:
              size: {type: integer, maximum: 9}
              anything: {type: object, x-kubernetes-preserve-unknown-fields: true}
"""
WIDGET = """\
apiVersion: example.com/v1
kind: Widget
metadata: {name: w}
spec:
  size: 12
  anything: {a: 1}
  colour: red
"""


def test_the_apps_own_crd_also_without_schemas_of_a_cluster(app: Project) -> None:
    text = f"{CRD}---\n{WIDGET}"
    app.write({TEMPLATE: text})
    size, colour = (
        number for number, line in enumerate(text.splitlines(), 1) if line in ("  size: 12", "  colour: red")
    )
    done = app.run("validate", "dev")
    assert done.code == 1
    subject = "dev: Widget.example.com/w (namespace dev-space)"
    assert done.out == (
        f"{TEMPLATE}:{size}: error: {subject}: "
        "spec.size: Invalid value: 12: must be less than or equal to 9\n"
        f'{TEMPLATE}:{colour}: error: {subject}: unknown field "spec.colour"\n'
    )
    assert done.err == (
        "dev: not checked: there are no schemas of the cluster of dev: 'dlctl env update dev' fetches them "
        "(for CI: 'dlctl env update dev --schemas', and commit what it writes)\n"
        "dev: not checked: fields of apiextensions.k8s.io/v1 CustomResourceDefinition: no schema\n"
        "dev: not checked: CEL rules of example.com/v1 Widget\n"
        "dev: 2 errors in 2 objects; the fields of 1 object were not checked\n"
    )


def test_without_schemas_what_dlctl_knows_is_checked(app: Project) -> None:
    change(app, TEMPLATE, "apiVersion: apps/v1\nkind: Deployment", "apiVersion: apps/v1\nkind: Deploymnt")
    change(app, TEMPLATE, "  name: {{ component.name }}\ndata", "  name: Web\ndata")
    done = app.run("validate", "dev")
    assert done.code == 1
    assert 'metadata.name: Invalid value: "Web"' in done.out
    assert "does not serve apps/v1 Deploymnt" in done.out
    assert "not checked: fields of apps/v1 Deploymnt and v1 ConfigMap: no schema" in done.err


@pytest.mark.parametrize("with_schemas", [True, False])
@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ("limits: {nvidia.com/gpu: 8}", []),
        ('limits: {nvidia.com/gpu: "8"}', []),
        (
            "limits: {nvidia.com/gpu: 0.5}",
            ['limits[nvidia.com/gpu]: Invalid value: "0.5": must be an integer'],
        ),
        (
            'limits: {nvidia.com/gpu: "8.5"}',
            ['limits[nvidia.com/gpu]: Invalid value: "8.5": must be an integer'],
        ),
        (
            "limits: {nvidia.com/gpu: -8}",
            ['limits[nvidia.com/gpu]: Invalid value: "-8": must be greater than or equal to 0'],
        ),
        (
            "{limits: {nvidia.com/gpu: 8}, requests: {nvidia.com/gpu: 4}}",
            ['requests[nvidia.com/gpu]: Invalid value: "4": must be equal to nvidia.com/gpu limit of 8'],
        ),
        ("{limits: {nvidia.com/gpu: 8}, requests: {nvidia.com/gpu: 8}}", []),
        ("limits: {cpu: 0.5}", []),
    ],
)
def test_amounts_of_extended_resources(
    app: Project, with_schemas: bool, resources: str, expected: list[str]
) -> None:
    if with_schemas:
        known_documents = {**CLUSTER, "apps/v1": {**DEPLOYMENTS, **RESOURCES}}
        keep(app, documents=known_documents)
    stated = resources if resources.startswith("{") else f"{{{resources}}}"
    change(app, TEMPLATE, "image: nginx:1.27", f"image: nginx\n        resources: {stated}")
    out = app.run("validate", "dev").out.splitlines()
    field = "spec.template.spec.containers[0].resources."
    assert [line.partition(field)[2] for line in out] == expected


def test_a_restart_policy_that_a_job_cannot_have_is_one_finding(app: Project) -> None:
    keep(app, documents={**CLUSTER, "batch/v1": JOBS})
    app.write(
        {
            TEMPLATE: "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec:\n  template:\n    spec:\n"
            "      restartPolicy: Sometimes\n      containers: [{name: a, image: b}]\n"
        }
    )
    (line,) = app.run("validate", "dev").out.splitlines()
    assert line.endswith(
        'spec.template.spec.restartPolicy: Unsupported value: "Sometimes": '
        'supported values: "OnFailure", "Never"'
    )


def test_without_schemas_the_top_level_of_built_in_kinds_is_checked(app: Project) -> None:
    change(app, TEMPLATE, "spec:\n  replicas", "spc:\n  replicas")
    change(app, TEMPLATE, "\ndata:", "\ndat:")
    done = app.run("validate", "dev")
    assert done.code == 1
    assert [line.partition("namespace dev-space): ")[2] for line in done.out.splitlines()] == [
        "unknown field \"dat\" (did you mean 'data'?)",
        "unknown field \"spc\" (did you mean 'spec'?)",
        "spec: Required value",
    ]
    assert "dev: 3 errors in 2 objects; the fields of 2 objects were not checked\n" in done.err


def test_required_schemas_that_are_there_are_no_finding(known: Project) -> None:
    done = known.run("validate", "dev", "--require-schemas").ok()
    assert (done.out, done.err) == ("", "dev: 0 errors in 2 objects, Kubernetes v1.36.3\n")


def test_required_schemas_without_an_index(app: Project) -> None:
    done = app.run("validate", "dev", "--require-schemas")
    assert done.code == 1
    assert done.out == (
        "environments/dev/environment.yaml: error: dev: there are no schemas of the cluster of dev: "
        "there is no environments/dev/schemas.yaml (run 'dlctl env update dev --schemas', and commit "
        "environments/dev/schemas.yaml and schemas/)\n"
    )


def test_required_schemas_that_are_lost_or_damaged(known: Project) -> None:
    damaged, removed = sorted(cache_of(known).iterdir())
    damaged.write_bytes(b"damaged")
    removed.unlink()
    document = checked(known.run("validate", "dev", "--require-schemas", "-o", "json").out, "ValidationList")
    (item,) = document["items"]
    assert (item["valid"], item["objectsWithoutSchema"]) == (False, 2)
    (finding,) = item["findings"]
    assert finding["code"] == "missing-schema"
    assert finding["message"].startswith("schemas of apps/v1 and v1 are neither in the app nor in the cache")
    assert finding["location"]["path"] == "environments/dev/schemas.yaml"


def test_a_kind_that_is_not_served_is_one_error_with_required_schemas(known: Project) -> None:
    change(known, TEMPLATE, "apiVersion: apps/v1\nkind: Deployment", "apiVersion: apps/v1\nkind: Deploymnt")
    done = known.run("validate", "dev", "--require-schemas")
    assert (done.code, done.out.count("error:")) == (1, 1)


def test_without_a_known_release_an_old_version_is_a_warning(app: Project) -> None:
    change(app, TEMPLATE, "apiVersion: apps/v1", "apiVersion: apps/v1beta2")
    done = app.run("validate", "dev").ok()
    assert (
        "warning: dev: Deployment.apps/web (namespace dev-space): apps/v1beta2 Deployment is deprecated"
        in done.out
    )
    assert "dev: 0 errors, 1 warning in 2 objects; the fields of 2 objects were not checked\n" in done.err


def test_documents_that_the_cache_has_lost_are_named(known: Project) -> None:
    change(known, TEMPLATE, "replicas: {{", "replcas: {{")
    damaged, removed = sorted(cache_of(known).iterdir())
    damaged.write_bytes(b"damaged")
    removed.unlink()
    done = known.run("validate", "dev").ok()
    assert f"damaged: {damaged}: 'dlctl env update dev' fetches them" in done.err
    assert "schemas of v1 are neither in the app nor in the cache: 'dlctl env update dev'" in done.err


def test_documents_in_the_app_are_used_where_there_is_no_cache(known: Project) -> None:
    change(known, TEMPLATE, "replicas: {{", "replcas: {{")
    (known.root / "schemas").mkdir()
    for file in cache_of(known).iterdir():
        signed = file.read_bytes()  # the digest by the user's key, and then the document
        (known.root / "schemas" / file.name).write_bytes(signed[32:])
        file.unlink()
    assert "spec.replcas" in known.run("validate", "dev").out


@pytest.mark.parametrize("text", ["documents: {v1: ../../x}\n", "documents: []\n", "x"])
def test_an_index_that_is_none_is_an_error_with_its_place(known: Project, text: str) -> None:
    known.write({"environments/dev/schemas.yaml": text})
    done = known.run("validate", "dev")
    assert done.code == 1
    assert "environments/dev/schemas.yaml:1" in done.err


def test_secrets_are_hidden_in_findings(known: Project) -> None:
    secret = "correct-horse-" * 8
    known.write(
        {
            TEMPLATE: "apiVersion: v1\nkind: Secret\n"
            "metadata: {name: s, labels: {token: {{ params.token }}}}\n"
            "data: {token: {{ params.token }}, fixed: hunter2-hunter2!}\n",
            "environments/dev/params.yaml": f"components:\n  web: {{token: {secret}}}\n",
        }
    )
    for words in ([], ["-o", "json"], ["-o", "github"]):
        done = known.run("validate", "dev", *words)
        assert done.code == 1
        assert "must be base64" in done.out
        assert "must be no more than 63 characters" in done.out
        for hidden in ("correct-horse", "hunter2"):
            assert hidden not in done.out + done.err


def test_json(known: Project) -> None:
    change(known, TEMPLATE, "replicas: {{", "replcas: {{")
    document = checked(known.run("validate", "dev", "prod", "-o", "json").out, "ValidationList")
    first, second = document["items"]
    assert (first["environment"], first["version"], first["valid"]) == ("dev", "v1.36.3", False)
    assert first["counts"] == {"errors": 1, "warnings": 0}
    (finding,) = first["findings"]
    assert finding["code"] == "unknown-field"
    assert finding["field"] == "spec.replcas"
    assert finding["object"] == {
        "group": "apps",
        "kind": "Deployment",
        "namespace": "dev-space",
        "name": "web",
    }
    assert finding["location"] == {"path": TEMPLATE, "line": 14, "column": None}
    assert finding["params"] == [
        {
            "name": "replicas",
            "origin": {
                "layer": "environment dev, component web",
                "location": {"path": "environments/dev/params.yaml", "line": 2, "column": 19},
            },
        }
    ]
    assert (second["version"], second["valid"], len(second["notChecked"])) == (None, True, 2)
    assert (first["objectsWithoutSchema"], second["objectsWithoutSchema"]) == (0, 2)


def test_an_environment_that_cannot_be_read_does_not_stop_the_others(known: Project) -> None:
    known.write({"environments/broken/environment.yaml": "context: x\nnamespac: y\n"})
    done = known.run("validate", "broken", "dev", "-o", "json")
    document = checked(done.out, "ValidationList")
    assert done.code == 1
    assert [each["environment"] for each in document["items"]] == ["dev"]
    assert "namespac" in document["errors"][0]["message"]


def test_annotations_of_github(known: Project) -> None:
    change(known, TEMPLATE, "replicas: {{", "100%: {{")
    done = known.run("validate", "dev", "prod", "-o", "github")
    assert done.code == 1
    assert done.out.splitlines() == [
        f"::error file={TEMPLATE},line=14,title=dlctl validate dev::dev: {DEPLOYMENT}: "
        f'unknown field "spec[100%25]"%0Atemplate: {TEMPLATE}:14%0Aparameter replicas, from environment dev, '
        "component web (environments/dev/params.yaml:2:19)",
        "::notice title=dlctl validate prod::not checked: there are no schemas of the cluster of prod: "
        "'dlctl env update prod' fetches them (for CI: 'dlctl env update prod --schemas', and commit what it "
        "writes)",
        "::notice title=dlctl validate prod::not checked: fields of apps/v1 Deployment and v1 ConfigMap: "
        "no schema",
    ]


def test_annotations_name_files_from_the_root_of_the_repository(
    known: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(known, TEMPLATE, "replicas: {{", "replcas: {{")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(known.root.parent))
    assert known.run("validate", "dev", "-o", "github").out.startswith(
        f"::error file=project/{TEMPLATE},line=14,"
    )


def test_a_finding_in_a_built_in_template_is_annotated_in_the_app(known: Project) -> None:
    known.write(
        {
            "dlctl.yaml": "apiVersion: dlctl.dev/v1\nkind: App\nname: small\n"
            "components:\n  core: {prototype: core}\n"
        }
    )
    known.write({"environments/dev/params.yaml": ""})
    out = known.run("validate", "dev", "-o", "github").out
    assert "::error file=dlctl.yaml,line=5," in out


def test_only_the_selected_component_and_set_values(known: Project) -> None:
    change(known, "dlctl.yaml", "  web:", "  other:\n    prototype: page\n  web:")
    assert "1 object" not in known.run("validate", "dev", "-c", "web").ok().err
    assert "in 2 objects" in known.run("validate", "dev", "-c", "web").ok().err
    assert "'replicas'" in known.run("validate", "dev", "-c", "web", "--set", "web.replicas=-2").out


def test_an_unknown_environment(known: Project) -> None:
    done = known.run("validate", "dve")
    assert (done.code, "did you mean 'dev'?" in done.err) == (1, True)


def test_nothing_is_written(known: Project) -> None:
    before = known.files()
    known.run("validate", "dev").ok()
    assert known.files() == before


def test_versions_of_a_cluster_are_not_mixed_up(known: Project) -> None:
    keep(known, documents={"v1": CLUSTER["v1"]})
    assert "does not serve apps/v1 Deployment" in known.run("validate", "dev").out
