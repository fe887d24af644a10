"""The readiness files of the built-in packages, and of a package of somebody else's."""

import re
from pathlib import Path

import pytest

from dlctl.kinds.scope import may_be_custom
from dlctl.manifest import GroupKind
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.registry.prototypes.source import SHARED, builtin_source
from dlctl.status.rules import RULES as KINDS_OF_KUBERNETES
from dlctl.workflow.packages.examples import package_source
from dlctl.workflow.packages.readiness_cases import readiness_problems
from tests.conftest import REPOSITORY
from tests.project import Project

FOLDERS = sorted(path.parent for path in (REPOSITORY / "prototypes").glob("*/readiness"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_each_rule_of_a_package_has_a_case_that_it_decides(folder: Path) -> None:
    source = package_source(folder, folder.name)
    catalogue = Catalogue((builtin_source(),))
    found = dict(readiness_problems(source, catalogue))
    assert found
    assert {kind: problem for kind, problem in found.items() if problem} == {}


RULES = """\
apiVersion: dlctl.dev/v1
kind: Readiness
operator: the widget operator
rules:
- {is: failed, condition: {type: Ready, status: "False", reason: Broken}}
- {is: ready, condition: Ready}
- {is: progressing, when: "status.up > 0"}
"""
CASE = """\
case: one that is up
expect: {status: Current}
object: {apiVersion: a.example.com/v1, kind: Widget, status: {conditions: [{type: Ready, status: "True"}]}}
---
case: one that is broken
expect: {status: WORD}
object:
  apiVersion: a.example.com/v1
  kind: Widget
  status: {conditions: [{type: Ready, status: "False", reason: Broken}]}
"""
STARTS = """\
---
case: one that starts
expect: {status: InProgress}
object: {apiVersion: a.example.com/v1, kind: Widget, status: {up: 1}}
"""


def test_pkg_test_runs_the_cases_of_a_package(project: Project) -> None:
    project.run("pkg", "new", "theirs").ok()
    name = "Widget.a.example.com.yaml"
    case = CASE.replace("WORD", "InProgress")
    project.write({f"theirs/readiness/{name}": RULES, f"theirs/readiness/cases/{name}": case})
    failed = project.run("pkg", "test", "theirs")
    assert failed.code == 1
    assert "one that is broken: status is 'Failed', expected 'InProgress'" in failed.out + failed.err
    assert "no case for rule 3" in failed.out + failed.err
    project.write({f"theirs/readiness/cases/{name}": CASE.replace("WORD", "Failed") + STARTS})
    project.run("pkg", "test", "theirs").ok()


def test_further_labels_of_pods_have_values(project: Project) -> None:
    project.run("pkg", "new", "theirs").ok()
    rules = f"{RULES}serves: {{podLabel: name, podLabels: [part-of]}}\n"
    project.write({"theirs/readiness/Widget.a.example.com.yaml": rules})
    failed = project.run("pkg", "test", "theirs")
    assert failed.code == 1
    assert "Widget.a.example.com.yaml:8:37: 'podLabels' must be labels with values" in failed.out + failed.err


def test_kinds_of_no_package_have_their_files_in_the_shared_folder() -> None:
    assert (REPOSITORY / "prototypes" / SHARED) in FOLDERS


WITHOUT_CONTROLLER_STATUS = {
    "BuildStrategy.shipwright.io",
    "ClusterBuildStrategy.shipwright.io",
    "Component.dapr.io",
    "Configuration.dapr.io",
    "Subscription.dapr.io",
    "HTTPEndpoint.dapr.io",
    "Resiliency.dapr.io",
    "EventBus.events.openfunction.io",
    "PodGroup.scheduling.x-k8s.io",
    "ElasticQuota.scheduling.x-k8s.io",
    "NetworkAttachmentDefinition.k8s.cni.cncf.io",
    "TriggerAuthentication.keda.sh",
    "NodeFeatureRule.nfd.openshift.io",
    "SriovIBNetwork.sriovnetwork.openshift.io",
    "SriovNetwork.sriovnetwork.openshift.io",
    "SriovNetworkNodePolicy.sriovnetwork.openshift.io",
    "Pipeline.tekton.dev",
    "PodDefault.kubeflow.org",
    "ClusterPodMonitoring.monitoring.googleapis.com",
    "PodMonitor.monitoring.coreos.com",
    "PodMonitoring.monitoring.googleapis.com",
    "PrometheusRule.monitoring.coreos.com",
    "ServiceMonitor.monitoring.coreos.com",
    "Tensorboard.tensorboard.kubeflow.org",
    "StepAction.tekton.dev",
    "Task.tekton.dev",
}
"""Custom kinds that are ready as soon as they are there: nobody writes a status, or not for each object."""


def test_each_rendered_custom_kind_has_data_or_is_known_to_have_no_status() -> None:
    """Else its objects would count as ready where no controller runs, as kstatus has it for unknown kinds."""
    stated = {path.stem for path in (REPOSITORY / "prototypes").glob("*/readiness/*.yaml")}
    found = set()
    for path in (REPOSITORY / "prototypes").glob("*/*/examples/*/expected.yaml"):
        for version, kind in re.findall(r"^apiVersion: (\S+)\nkind: (\S+)$", path.read_text(), re.MULTILINE):
            group = version.partition("/")[0] if "/" in version else ""
            custom = may_be_custom(GroupKind(group, kind)) or group == "gateway.networking.k8s.io"
            if custom and GroupKind(group, kind) not in KINDS_OF_KUBERNETES:
                found.add(f"{kind}.{group}")
    assert len(found) > 40
    assert found - stated == WITHOUT_CONTROLLER_STATUS
