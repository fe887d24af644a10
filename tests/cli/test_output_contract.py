"""What scripts rely on: every kind with its exact keys, and every command that writes JSON."""

from collections.abc import Iterator
from typing import Any

import click
import jsonschema_rs
import pytest

from dlctl import errors
from dlctl.cli.commands.table import COMMANDS, load_command
from dlctl.cluster.kind_unavailable import KindUnavailable
from tests.output_schemas import DEFINITIONS, ENVELOPE, FOLDER, checked, kinds, schemas

ENVIRONMENT = (
    "name context server clusterId sandbox namespace extends labels protected disabled patches packages"
)
KINDS = {
    "CachePartList": "items",
    "ClusterDiff": "left right differences problems",
    "AvailablePackageList": "items",
    "ClusterList": "items",
    "ComponentList": "items",
    "Environment": f"{ENVIRONMENT} cluster",
    "DiagnosisList": "items",
    "DriftList": "items",
    "EnvironmentDiff": "left right settings params",
    "EnvironmentList": "items",
    "EnvironmentUpdateList": "items",
    "Error": "",
    "Event": "type time environment object action status reached text done total",
    "FitList": "clusters ranking items",
    "HostFeatures": "node system driver accelerators rdma network defaultInterface numa modules topology "
    "fabric nccl labels findings warnings",
    "Job": "clusters job causes conditions pods events log",
    "JobChange": "environment action dryRun changes reason pods devices job notes",
    "JobList": "clusters items",
    "LogLine": "environment object replica role index pod container time line",
    "JobUsageList": "clusters items",
    "JobWait": "goal durationSeconds jobs",
    "NodeLabelList": "mode clusters items",
    "NodeList": "clusters items",
    "Package": "name version commit manifest digest installed summary minDlctl dependencies prototypes",
    "PackageDigest": "name version digest",
    "PackageList": "items",
    "PackagePush": "name version digest place manifest signature files size new dryRun",
    "PackageTestList": "items",
    "PackageUpdate": "packages params objects failures breaking",
    "PackageVerificationList": "items",
    "Parameter": "component environment name value origin shadowed schema",
    "ParameterDiffList": "left right items",
    "ParameterList": "environment items",
    "PlanList": "items",
    "Preflight": "environment rights notes",
    "Prototype": "name package registry version summary description params requires provides",
    "PrototypeList": "items",
    "PrototypeParameterList": "prototype items",
    "Registry": "name source directory git ref path commit oci tag digest storage requireSigned location "
    "summary packages",
    "RegistryList": "items",
    "RenderedDiffList": "left right items",
    "Run": "dryRun environment run component object uid objects madeFrom notes candidates",
    "RunDiff": "left right differs params objects",
    "PrunedRunList": "items",
    "Sweep": "environment component sweep complete runs",
    "ReportList": "items",
    "SandboxList": "items",
    "SavedPlan": "plan signatures",
    "Simulation": "sandbox story node pods",
    "StatusList": "items",
    "ValidationList": "items",
    "Version": "version",
}
SHARED = {
    "cachePart": "name content path files bytes",
    "availablePackage": "name registry versions installed summary",
    "offeredPackage": "name versions summary",
    "packageDependency": "name range",
    "packagePrototype": "name summary",
    "packageTest": "package prototype example status message diff",
    "packageVersions": "name before after commit manifest digest",
    "paramChange": "component name change before after setIn breaking",
    "diagnosis": "area name state message hint",
    "objectChange": "environment component object action diff",
    "updateFailure": "environment component error",
    "verifiedPackage": "name version digest unchanged signedBy",
    "accelerator": "name kind state vendor model product uuid minor firmware memoryMib compute mig "
    "nvlinks pci",
    "cluster": "id server weak",
    "clusterDifference": "section kind name left right",
    "clusterFailure": "class message hint",
    "clusterProblem": "component need reason",
    "clusterSummary": "name contexts server id status error version latencySeconds "
    "environments nodes totals rdma pending gated workloads operators notes",
    "comparedCluster": "name server version unread",
    "component": "name prototype baseName namespace location",
    "componentParameter": "component name value origin shadowed schema",
    "compute": "allocatable used free",
    "declaredParameter": "name required group aliases schema",
    "devicePair": "gpu device affinity",
    "demand": "resources pods owners",
    "devicePod": "namespace name phase resources priority since",
    "deviceTotal": "resource model mode part replicas nodes total used free bad unusable largestBlock blocks",
    "devices": "resource model mode part replicas capacity "
    "allocatable used free idle bad nominated blocked overcommitted",
    "environment": ENVIRONMENT,
    "environmentCluster": "status context server id pin error",
    "environmentPin": "name pin",
    "environmentDocument": "file apiVersion problem",
    "environmentSchemas": "file changed written documents",
    "environmentUpdate": "environment file changed written version schemas differences unread",
    "error": "code message location hint problems",
    "fabric": "kind state rate ports",
    "fabricPort": "device port",
    "fieldChange": "op path old new",
    "finding": "code level device message",
    "gid": "index gid type netDevice",
    "hostSystem": "hostName vendor product os kernel cpu cpus multithreading hypervisor "
    "memoryBytes hugePages",
    "hugePages": "sizeKib count",
    "nodeFinding": "code message",
    "freeBlock": "size nodes",
    "installedPackage": "name version commit manifest digest shadow dependency environments location",
    "jsonPatch": "target json",
    "labelCounts": "add change remove unchanged owned release",
    "labeledCluster": "name context server id status error sameAs counts",
    "job": "environment object uid component run phase final reason layer message failedBy replicas "
    "devices queue createdAt startedAt endedAt",
    "madeFrom": "values hidden params revision changed user time version sweep",
    "candidate": "environment verdict free reason chosen",
    "comparedRun": "environment run object madeFrom",
    "runParameterDiff": "name left right",
    "runObjectDiff": "kind name changes",
    "prunedRun": "environment run object phase final createdAt result reason",
    "sweepRun": "values run phase final reason durationSeconds startedAt endedAt",
    "jobCause": "layer text",
    "jobCondition": "type status reason message since",
    "jobEvent": "time type kind name reason message count",
    "jobLog": "pod container lines",
    "jobUsage": "environment by name jobs held wanted",
    "waitedJob": "environment result job causes",
    "jobPod": "name role index phase ready restarts node devices exitCode cause createdAt",
    "jobDevices": "held wanted",
    "jobReplicas": "running required",
    "readCluster": "name context server id status error sameAs notes",
    "listedCluster": "name context server id status error sameAs totals pending gated notes",
    "location": "path line column",
    "mergePatch": "target merge",
    "mig": "capable enabled instances",
    "missingKind": "apiVersion kind components provider served message hint",
    "nccl": "variables params",
    "netDevice": "name address state speed mtu linkType sriovTotal sriovConfigured",
    "numaNode": "node cpus",
    "nvidiaDriver": "version openModules cuda",
    "fitCluster": "name context server id status error verdict notes",
    "componentFit": "cluster component verdict groups unchecked requirements",
    "podGroupFit": "kind namespace name role path verdict pods placed minimum asks "
    "suitableNodes nodes left reasons holders preemption notes",
    "podsOnNode": "name pods",
    "resourceLeft": "resource total largest",
    "resourceHolder": "name resource amount nodes",
    "fitReason": "constraint message lasting nodes resource field askedBy",
    "askedBy": "parameter value layer location",
    "uncheckedObject": "object reason",
    "requirementFit": "requirement nodes provider",
    "node": "cluster name status usable createdAt address zone topology "
    "driver kubelet cpu memory rdma devices devicePods pods findings",
    "nodeLabel": "cluster node label old new action owners manager result reason",
    "nodeCounts": "ready total",
    "objectRef": "group kind namespace name",
    "objectStatus": "object component status phase reason message extra",
    "origin": "layer location",
    "outcome": "action object component result error reason",
    "packageInEnvironment": "environment version digest",
    "parameter": "name value origin shadowed schema",
    "parameterDiff": "component name left right",
    "patchTarget": "kind name",
    "pciDevice": "address vendor device class driver numaNode localCpus path link maxLink "
    "sriovTotal sriovConfigured virtualOf",
    "pciLink": "gtPerSecond lanes",
    "leftover": "object component state reason",
    "plan": "scope cluster differs counts steps leftovers notes missing",
    "planCounts": "create update replace unchanged prune conflict unknown",
    "prototype": "name package registry version summary",
    "rdmaDevice": "name caType nodeType firmwareVersion hardwareVersion nodeGuid systemImageGuid "
    "boardId netDevices ports pci",
    "rdmaPort": "port fabric linkLayer state physicalState rate speed baseLid smLid gids",
    "registry": "name source directory git ref path commit oci tag digest storage requireSigned location",
    "readWarning": "path problem",
    "rdma": "adapters rateGbps link",
    "report": "scope succeeded interrupted durationSeconds counts results objects waited notes",
    "requirement": "kind resource nodeLabels values when provider",
    "resourceCount": "resource count",
    "results": "done failed skipped stopped requested unknown",
    "sandbox": "name status server context kubeconfig folder dead operators",
    "right": "namespace group resource name verb allowed",
    "savedApp": "name id",
    "savedChange": "path value",
    "savedFlags": "components set adopt forceConflicts replace prune pruneProtected pruneAll "
    "allowCrdDowngrade",
    "savedInputs": "component prototype files",
    "savedObject": "object action uid resourceVersion stated result changes diff",
    "savedPlan": "apiVersion kind toolVersion createdAt app environment cluster flags salt inputs prototypes "
    "objects plan used released",
    "savedUse": "object content",
    "scope": "app environment namespace components",
    "settingDiff": "name left right",
    "shadowed": "value origin",
    "status": "scope counts objects waited",
    "conflict": "field manager since theirs ours",
    "drift": "object component state field pointer manager since controller",
    "environmentDrift": "scope fields",
    "step": "action object apiVersion component wave changes reason hint unchecked cost conflicts",
    "cost": "pods gpus since restarts",
    "topology": "gpuRdma gpuGpu",
    "waited": "goal reached durationSeconds objects causes",
    "cause": "object layer text pods events log",
    "validation": "environment version valid objects objectsWithoutSchema counts findings notChecked",
    "validationCounts": "errors warnings",
    "validationFinding": "level code message component object field location hint params",
    "validationParam": "name origin",
}
WRITERS = {
    ("cache", "list"),
    ("adopt",),
    ("apply",),
    ("cluster", "diff"),
    ("cluster", "list"),
    ("component", "list"),
    ("delete",),
    ("diff",),
    ("doctor",),
    ("env", "describe"),
    ("env", "diff"),
    ("env", "list"),
    ("env", "update"),
    ("job", "cancel"),
    ("job", "describe"),
    ("job", "list"),
    ("job", "resume"),
    ("job", "top"),
    ("job", "wait"),
    ("job", "diff"),
    ("job", "prune"),
    ("job", "rerun"),
    ("job", "submit"),
    ("job", "sweep"),
    ("node", "check"),
    ("node", "detect"),
    ("node", "label"),
    ("node", "list"),
    ("param", "diff"),
    ("param", "explain"),
    ("param", "list"),
    ("pkg", "describe"),
    ("pkg", "digest"),
    ("pkg", "list"),
    ("pkg", "push"),
    ("pkg", "search"),
    ("pkg", "test"),
    ("pkg", "update"),
    ("pkg", "verify"),
    ("plan", "show"),
    ("preflight",),
    ("prototype", "describe"),
    ("prototype", "list"),
    ("prototype", "search"),
    ("registry", "describe"),
    ("registry", "list"),
    ("sandbox", "list"),
    ("sandbox", "simulate"),
    ("show",),
    ("status",),
    ("validate",),
    ("version",),
}
"""Commands with `-o json`; the tests beside this one and in tests/on_cluster check what each writes."""


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    """Every part of a schema that lists properties."""
    if isinstance(schema, dict):
        if "properties" in schema:
            yield schema
        for part in schema.values():
            yield from objects(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from objects(part)


def test_each_kind_has_exactly_these_keys() -> None:
    found = {kind: set(schemas()[kind]["properties"]) for kind in kinds()}
    assert found == {kind: {*keys.split(), *ENVELOPE} for kind, keys in KINDS.items()}


def test_each_shared_shape_has_exactly_these_keys() -> None:
    shapes = {name: shape for name, shape in schemas()[DEFINITIONS]["$defs"].items() if "properties" in shape}
    assert {name: set(shape["properties"]) for name, shape in shapes.items()} == {
        name: set(keys.split()) for name, keys in SHARED.items()
    }


@pytest.mark.parametrize("name", sorted(schemas()))
def test_schemas_are_strict(name: str) -> None:
    schema = schemas()[name]
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema_rs.meta.validate(schema)
    found = list(objects(schema))
    assert len(found) == (len(SHARED) if name == DEFINITIONS else 1), "every object has a name of its own"
    for each in found:
        assert each["additionalProperties"] is False
        assert each["required"] == list(each["properties"])


def test_a_document_with_other_keys_is_refused() -> None:
    good = '{"apiVersion": "dlctl.dev/v1", "kind": "Version", "version": "1", "errors": []}'
    checked(good, "Version")
    for bad in (good.replace('"version"', '"release"'), good.replace('"errors": []', '"errors": [{}]')):
        with pytest.raises(AssertionError):
            checked(bad, "Version")


def test_lists_have_items_and_end_in_list() -> None:
    for kind in kinds():
        assert ("items" in schemas()[kind]["properties"]) is kind.endswith("List")


def test_every_command_that_writes_json_is_checked() -> None:
    assert {path for name in COMMANDS for path in _writers(load_command(name), (name,))} == WRITERS


def _writers(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from _writers(child, (*path, name))
    if any("--output" in param.opts and "json" in _choices(param) for param in command.params):
        yield path


def _choices(param: click.Parameter) -> list[str]:
    choices = param.type.choices if isinstance(param.type, click.Choice) else ()
    return [str(getattr(choice, "value", choice)) for choice in choices]


def test_the_page_names_every_kind_and_code() -> None:
    rows = [
        line.split("|") for line in (FOLDER / "README.md").read_text().splitlines() if line.startswith("| `")
    ]
    first = {row[1].strip(" `"): row for row in rows}
    every: set[type[errors.DlctlError]] = {KindUnavailable, *_errors(errors.DlctlError)}
    codes = {each.code: str(each.exit_code) for each in every}
    assert set(first) == kinds() | set(codes)
    assert {code: first[code][3].strip() for code in codes} == codes


def _errors(kind: type[errors.DlctlError]) -> Iterator[type[errors.DlctlError]]:
    yield kind
    for child in kind.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from _errors(child)
