"""`dlctl env`: add, list, describe, set, rm, update, diff."""

from typing import Annotated

import typer

from dlctl.cli.arguments.options import (
    AllEnvironments,
    Context,
    EnvironmentName,
    Environments,
    FirstEnvironment,
    IfExists,
    IfMissing,
    KubeconfigFile,
    MaxParallel,
    NewContext,
    RequestTimeout,
    SecondEnvironment,
    TableOutput,
    Yes,
    context_option,
)
from dlctl.cli.commands.table import application
from dlctl.cli.completion import candidates as complete
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.runtime import runtime_of
from dlctl.workflow.many import MAX_PARALLEL

app = application(
    no_args_is_help=True,
    help="Add, list, describe, set, update and compare environments.",
    epilog="Examples: dlctl env list; dlctl env diff minikube gke",
)

Namespace = Annotated[str, typer.Option("-n", "--namespace", metavar="NAMESPACE", help="Namespace.")]
Server = Annotated[str, typer.Option("--server", metavar="URL", help="API server.")]
Sandbox = Annotated[
    str,
    typer.Option(
        "--sandbox",
        metavar="NAME",
        help="Use a sandbox instead of a cluster.",
        autocompletion=complete.sandboxes,
    ),
]


@app.command(
    "add",
    short_help="Add an environment, pinned to its cluster.",
    epilog="Examples: dlctl env add minikube; dlctl env add gke --context gke -n kubeflow; "
    "dlctl env add base --no-cluster; dlctl env add eu --context gke --extends minikube",
)
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name; may be a path such as us-west/prod.")],
    context: NewContext = "",
    namespace: Namespace = "",
    server: Server = "",
    sandbox: Sandbox = "",
    kubeconfig: KubeconfigFile = None,
    request_timeout: RequestTimeout = 0,
    require_cluster: Annotated[
        bool, typer.Option("--require-cluster", help="Fail if the cluster cannot be reached.")
    ] = False,
    extends: Annotated[
        list[str] | None,
        typer.Option(
            "--extends",
            metavar="ENV",
            help="Inherit parameters, labels and patches from this environment; can be repeated.",
            autocompletion=complete.environments,
        ),
    ] = None,
    no_cluster: Annotated[
        bool,
        typer.Option("--no-cluster", help="Create an environment without a cluster, for others to extend."),
    ] = False,
    if_missing: IfMissing = False,
) -> None:
    """Add an environment, by default for the cluster of kubectl's current context.

    The environment is pinned to the identity of its cluster if the cluster can be reached.
    """
    from dlctl.cli.commands.env.add import NewEnvironment, add_environment

    flags = ClusterFlags(kubeconfig, context, request_timeout)
    new = NewEnvironment(
        name=name,
        namespace=namespace,
        server=server,
        sandbox=sandbox,
        extends=tuple(extends or ()),
        no_cluster=no_cluster,
        required=require_cluster,
        if_missing=if_missing,
    )
    add_environment(runtime_of(ctx), flags, new)


@app.command("list", epilog="Example: dlctl env list -o json")
def list_environments(ctx: typer.Context, output: TableOutput = TableFormat.TABLE) -> None:
    """List the app's environments."""
    from dlctl.cli.output.views.environments import print_environments

    print_environments(runtime_of(ctx), output)


@app.command(
    "describe",
    short_help="Show details of an environment, and check its cluster.",
    epilog="Examples: dlctl env describe gke; dlctl env describe gke --offline",
)
def describe(
    ctx: typer.Context,
    name: EnvironmentName,
    output: TableOutput = TableFormat.TABLE,
    offline: Annotated[
        bool, typer.Option("--offline", help="Do not ask the cluster whether it is the pinned one.")
    ] = False,
    kubeconfig: KubeconfigFile = None,
    request_timeout: RequestTimeout = 3,
) -> None:
    """Show details of an environment, and whether its cluster is the one that it is pinned to."""
    from dlctl.cli.commands.env.describe import describe_environment

    flags = ClusterFlags(kubeconfig, "", request_timeout)
    describe_environment(runtime_of(ctx), flags, name, output, offline=offline)


@app.command("set", epilog="Examples: dlctl env set gke --pin; dlctl env set gke --namespace ml --protected")
def set_environment(
    ctx: typer.Context,
    name: EnvironmentName,
    context: Annotated[str, context_option("Set the kubeconfig context.")] = "",
    namespace: Namespace = "",
    server: Server = "",
    sandbox: Sandbox = "",
    pin: Annotated[
        bool,
        typer.Option(
            "--pin",
            help="Pin the environment to the identity of its current cluster; "
            "prompts before it replaces another pin.",
        ),
    ] = False,
    cluster_id: Annotated[
        str,
        typer.Option("--cluster-id", metavar="ID", help="With --pin: fail unless the cluster has this ID."),
    ] = "",
    protected: Annotated[
        bool | None, typer.Option("--protected/--no-protected", help="Prompt before changes to its cluster.")
    ] = None,
    kubeconfig: KubeconfigFile = None,
    request_timeout: RequestTimeout = 0,
    yes: Yes = False,
) -> None:
    """Change settings of an environment; other settings stay."""
    from dlctl.cli.commands.env.edit import Settings, change_environment

    texts = {"context": context, "namespace": namespace, "server": server, "sandbox": sandbox}
    flags = ClusterFlags(kubeconfig, "", request_timeout)
    change_environment(runtime_of(ctx), flags, name, Settings(texts, pin, protected, cluster_id), yes=yes)


@app.command(
    "rm",
    short_help="Remove an environment's files.",
    epilog="Examples: dlctl env rm minikube --yes; dlctl env rm old --if-exists --offline --yes",
)
def remove(
    ctx: typer.Context,
    name: EnvironmentName,
    if_exists: IfExists = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Do not ask the cluster whether objects are there.")
    ] = False,
    kubeconfig: KubeconfigFile = None,
    request_timeout: RequestTimeout = 3,
    yes: Yes = False,
) -> None:
    """Remove an environment's files; clusters and nested environments are not changed.

    Objects of the environment that are on its cluster are listed first; they are not deleted.
    """
    from dlctl.cli.commands.env.remove import Removal, remove_environment

    flags = ClusterFlags(kubeconfig, "", request_timeout)
    remove_environment(runtime_of(ctx), flags, name, Removal(offline, if_exists, yes))


@app.command("mv", short_help="Rename an environment.", epilog="Example: dlctl env mv gke us-west/prod")
def move(
    ctx: typer.Context,
    name: EnvironmentName,
    target: Annotated[str, typer.Argument(metavar="NAME", help="The new name.")],
) -> None:
    """Rename an environment in the app's files; its objects get new labels.

    The next 'dlctl apply' changes the labels and the field manager: nothing is deleted, created or restarted.
    """
    from dlctl.cli.commands.env.move import move_environment

    move_environment(runtime_of(ctx), name, target)


@app.command(
    "update",
    short_help="Record what the cluster has in cluster.yaml.",
    epilog="Examples: dlctl env update gke; dlctl env update gke --dry-run; dlctl env update --all --check",
)
def update(
    ctx: typer.Context,
    environments: Environments = None,
    all_: AllEnvironments = False,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with 1 if a file is out of date.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write nothing; print how the files would change.")
    ] = False,
    node_names: Annotated[
        bool | None,
        typer.Option(
            "--node-names/--no-node-names",
            help="List nodes by name, too (default: as the file does now, and none in a new file).",
        ),
    ] = None,
    schemas: Annotated[
        bool,
        typer.Option(
            "--schemas", help="Keep the OpenAPI documents in the app's folder schemas, for 'validate' in CI."
        ),
    ] = False,
    output: TableOutput = TableFormat.TABLE,
    max_parallel: MaxParallel = MAX_PARALLEL,
    kubeconfig: KubeconfigFile = None,
    context: Context = "",
    request_timeout: RequestTimeout = 0,
) -> None:
    """Write what the cluster has to the environment's cluster.yaml, which 'show' reads instead of a cluster.

    It has the version, the served kinds, the nodes by group, classes and queues; no secrets. Its OpenAPI
    documents, with which 'validate' checks objects, are kept in the cache, and their hashes in schemas.yaml.
    Only read permissions are needed. Exit code 4 means that some clusters could not be read.
    """
    from dlctl.cli.commands.env.update import UpdateFlags
    from dlctl.cli.commands.env.update import update as run
    from dlctl.workflow.many import Limits

    flags = UpdateFlags(environments, all_, check, dry_run, node_names, schemas)
    run(
        runtime_of(ctx),
        ClusterFlags(kubeconfig, context, request_timeout),
        flags,
        Limits(max_parallel),
        output,
    )


@app.command("diff", epilog="Example: dlctl env diff minikube gke")
def diff(
    ctx: typer.Context,
    first: FirstEnvironment,
    second: SecondEnvironment,
    output: TableOutput = TableFormat.TABLE,
) -> None:
    """Compare settings and parameters of two environments. Exit code 1 if there are differences."""
    from dlctl.cli.output.views.environments import print_environment_diff

    raise typer.Exit(print_environment_diff(runtime_of(ctx), first, second, output))
