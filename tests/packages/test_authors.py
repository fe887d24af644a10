"""`pkg new` and `pkg test`."""

from xml.etree import ElementTree as Xml

import pytest

from tests.output_schemas import checked
from tests.packages.registries import empty_app, package, registry, write_files
from tests.project import Project


def test_a_new_package_passes_its_test_and_can_be_installed(project: Project) -> None:
    registry(project.root.parent / "registry")
    outcome = project.run("pkg", "new", "../registry/greeter").ok()
    assert "next: dlctl pkg test ../registry/greeter" in outcome.err
    assert (
        project.run("pkg", "test", "../registry/greeter").ok().out
        == "passed: ../registry/greeter/greeter/smallest\n"
    )
    empty_app(project, "dev")
    project.run("registry", "add", "ours", "../registry").ok()
    project.run("pkg", "install", "ours/greeter").ok()
    project.run("generate", "greeter", "web", "--image", "a.example.com/b:1").ok()
    assert "image: a.example.com/b:1" in project.run("show", "dev").ok().out


@pytest.mark.parametrize("name", ["Greeter", "a_b", "-x"])
def test_a_new_package_has_a_valid_name(project: Project, name: str) -> None:
    outcome = project.run("pkg", "new", "--", name)
    assert (outcome.code, "is not a valid name for a package" in outcome.err) == (1, True)
    assert project.files() == {}


def test_a_new_package_replaces_nothing(project: Project) -> None:
    project.write({"greeter/a": ""})
    assert "greeter already exists" in project.run("pkg", "new", "greeter").err
    assert list(project.files()) == ["greeter/a"]


def test_a_golden_file_that_differs_fails_and_one_that_is_written_too(project: Project) -> None:
    project.run("pkg", "new", "greeter").ok()
    golden = "greeter/greeter/examples/smallest/expected.yaml"
    good = project.read(golden)
    project.write({golden: good.replace("replicas: 1", "replicas: 2")})
    outcome = project.run("pkg", "test", "greeter")
    assert outcome.code == 1
    assert "failed: greeter/greeter/smallest: differs from expected.yaml" in outcome.out
    assert "-  replicas: 2\n+  replicas: 1" in outcome.out
    outcome = project.run("pkg", "test", "greeter", "--update", "--junit", "report.xml")
    assert outcome.code == 1
    assert "1 golden file written: read the difference, then run the tests again" in outcome.err
    assert project.read(golden) == good
    suite = Xml.fromstring(project.read("report.xml"))
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")
    document = checked(project.run("pkg", "test", "greeter", "-o", "json").ok().out, "PackageTestList")
    assert document["items"][0]["status"] == "passed"


CHARM = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: charms.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Charm, plural: charms}
  versions:
  - name: v1
    served: true
    schema:
      openAPIV3Schema:
        {type: object, properties: {spec: {type: object, properties: {luck: {type: integer}}}}}
"""


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"hello/hello/prototype.yaml": "parms: {}\n"}, "unknown field 'parms'"),
        ({"hello/hello/examples/smallest/params.yaml": "greeting: 5\n"}, "greeting"),
        ({"hello/hello/examples/smallest/params.yaml": "greting: x\n"}, "has no parameter 'greting'"),
        (
            {
                "hello/hello/prototype.yaml": "summary: x\nparams: {greeting: {type: string, default: a}}\n"
                "rules: [{require: params.greeting == 'b', message: must be b}]\n"
            },
            "must be b",
        ),
        ({"hello/hello/templates/map.yaml.j2": "a: {{ nope }}\n"}, "nope"),
        ({"hello/crds/a.yaml": "kind: ConfigMap\napiVersion: v1\n"}, "not a CustomResourceDefinition"),
        (
            {
                "hello/crds/a.yaml": CHARM,
                "hello/hello/templates/map.yaml.j2": "apiVersion: example.com/v1\nkind: Charm\n"
                "metadata: {name: {{ component.name }}}\nspec: {luck: good}\n",
            },
            "Charm/hello: spec.luck: Invalid value",
        ),
        (
            {"hello/hello/templates/map.yaml.j2": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: A_b}\n"},
            "ConfigMap/A_b: metadata.name: Invalid value",
        ),
        ({"hello/a b.txt": ""}, "'a b.txt' has a name with characters other than"),
    ],
)
def test_what_is_wrong_with_a_package_fails_its_test(
    project: Project, files: dict[str, str], message: str
) -> None:
    folder = registry(project.root / "registry", package("hello"))
    write_files(folder, files)
    outcome = project.run("pkg", "test", "registry/hello")
    assert outcome.code == 1
    assert message in outcome.out


def test_a_folder_that_is_no_package(project: Project) -> None:
    project.write({"a/b.txt": ""})
    assert "no package.yaml in a" in project.run("pkg", "test", "a").err
    project.write({"a/package.yaml": "version: 1.0.0\n"})
    assert "a has no prototypes" in project.run("pkg", "test", "a").err
