"""Baidu's talk of 2019, how images are built: Knative Build, and the Tekton Task that followed it."""

from tests.prototypes.published_yaml.comparison import Comparison
from tests.prototypes.published_yaml.fields import added, became, gone, moved
from tests.prototypes.published_yaml.text import Block, Mend, Piece

SEED = "baidu-dlp-knative.txt"

ACCOUNT = Block(SEED, (Piece(286, 293),))
SECRET = Block(
    SEED,
    (Piece(295, 298), Piece(299, 301, indent=2), Piece(302, 305)),  # annotations are metadata's
    (Mend("https://\n    registry.baidu.com", "https://registry.baidu.com"),),
)
BUILD = Block(
    SEED,
    (Piece(309, 327),),
    (
        Mend("centos6u3-online:\n    1.0.12", "centos6u3-online:1.0.12"),
        Mend("bml/\n    centos6u3_paddle", "bml/centos6u3_paddle"),
        Mend('"/bin/bash" "paddle-build", " run"', '"/bin/bash", "paddle-build", "run"'),
        Mend("' paddle-job-build', ' run'", "'paddle-job-build', 'run'"),
    ),
)
TASK = Block(
    SEED,
    (Piece(333, 352),),
    (
        Mend("bml/\ncentos6u3_paddle", "bml/centos6u3_paddle"),
        Mend(
            "command:\n        - '/bin/bash', ' paddle-job-build', ' run'",
            "command: ['/bin/bash', 'paddle-job-build', 'run']",
        ),
    ),
)
GIT_URL = "https://gitlab.baidu.com/dlp/build-paddle-job.git"
PADDLE = "registry.baidu.com/bml/centos6u3_paddle:v0.11.0"
IMAGE = "registry.baidu.com/dlp/paddle-job:1.0.1"  # the slide's builtImage, which it does not name
CLONE_SCRIPT = """\
#!/bin/sh
# Fetch one commit, with its submodules. The later steps are other users in the same group.
set -eu
umask 0002
git config --global --add safe.directory "$SOURCE"
/ko-app/git-init -url="$URL" -revision="$REVISION" -path="$SOURCE" -depth=1 -submodules=true
git -C "$SOURCE" rev-parse HEAD | tr -d '\\n' > "$COMMIT_FILE"
"""

RUN = (
    # A Task of v1 says what is done; as whom, with which values and for how long, its run.
    moved("Task.spec.serviceAccount", "PipelineRun.spec.taskRunTemplate.serviceAccountName"),
    added("ServiceAccount.apiVersion", "v1"),
    added("ServiceAccount.kind", "ServiceAccount"),
    added("ServiceAccount.metadata.name", "build-image-pull-push"),
    added("PipelineRun.apiVersion", "tekton.dev/v1"),
    added("PipelineRun.kind", "PipelineRun"),
    added("PipelineRun.metadata.name", "paddle-git-to-image-6cec1a94"),
    added("PipelineRun.spec.pipelineSpec.tasks[0].name", "build"),
    added("PipelineRun.spec.pipelineSpec.tasks[0].taskRef.name", "paddle-git-to-image"),
    added(
        "PipelineRun.spec.pipelineSpec.results[0]",
        {"name": "commit", "value": "$(tasks.build.results.commit)"},
    ),
    added("PipelineRun.spec.timeouts.pipeline", "3600s"),
    # The steps are different users in one group.
    added(
        "PipelineRun.spec.taskRunTemplate.podTemplate.securityContext",
        {"fsGroup": 1000, "fsGroupChangePolicy": "OnRootMismatch"},
    ),
)
RESOURCES = (
    # PipelineResources are gone since 2023: a repository is a workspace, into which a step clones it,
    gone("Task.spec.inputs.resources[0]", {"name": "paddle-source", "type": "git"}),
    added("Task.spec.workspaces[0]", {"name": "source", "description": "Where the repository is cloned to"}),
    added("Task.spec.params[0]", {"name": "url", "type": "string", "description": "Repository"}),
    added(
        "Task.spec.params[1]",
        {
            "name": "revision",
            "type": "string",
            "description": "Branch, tag or commit; the default branch when empty",
            "default": "",
        },
    ),
    added(
        "Task.spec.params[2]",
        {
            "name": "context",
            "type": "string",
            "description": "Folder of the repository that the build sees",
            "default": ".",
        },
    ),
    added("PipelineRun.spec.pipelineSpec.workspaces[0].name", "source"),
    added("PipelineRun.spec.pipelineSpec.tasks[0].workspaces[0]", {"name": "source", "workspace": "source"}),
    added("PipelineRun.spec.workspaces[0]", {"name": "source", "emptyDir": {}}),
    added("PipelineRun.spec.pipelineSpec.tasks[0].params[0]", {"name": "url", "value": GIT_URL}),
    added("PipelineRun.spec.pipelineSpec.tasks[0].params[1]", {"name": "context", "value": "."}),
    # and an image is a parameter.
    gone("Task.spec.outputs.resources[0]", {"name": "builtImage", "type": "image"}),
    added("Task.spec.params[3]", {"name": "image", "type": "string", "description": "Image to push"}),
    added("PipelineRun.spec.pipelineSpec.tasks[0].params[2]", {"name": "image", "value": IMAGE}),
)
CLONE = (
    moved("Task.spec.steps[0]", "Task.spec.steps[1]"),
    added("Task.spec.steps[0].name", "clone"),
    added("Task.spec.steps[0].image", "ghcr.io/tektoncd-catalog/git-clone:v1.7.0"),
    added("Task.spec.steps[0].script", CLONE_SCRIPT),
    added("Task.spec.steps[0].env[0]", {"name": "HOME", "value": "/tekton/home"}),
    added("Task.spec.steps[0].env[1]", {"name": "URL", "value": "$(params.url)"}),
    added("Task.spec.steps[0].env[2]", {"name": "REVISION", "value": "$(params.revision)"}),
    added("Task.spec.steps[0].env[3]", {"name": "COMMIT_FILE", "value": "$(results.commit.path)"}),
    added(
        "Task.spec.steps[0].securityContext",
        {
            "runAsNonRoot": True,
            "runAsUser": 65532,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    ),
    added("Task.spec.stepTemplate.env[0]", {"name": "SOURCE", "value": "$(workspaces.source.path)"}),
    added("Task.spec.results[0]", {"name": "commit", "description": "Commit that was built"}),
)
OUR_STEP = (
    added("Task.spec.description", "Clone a git repository, build its image and push it"),
    # What the step knew by its resources.
    added("Task.spec.steps[1].workingDir", "$(workspaces.source.path)"),
    added("Task.spec.steps[1].env[0]", {"name": "IMAGE", "value": "$(params.image)"}),
    added("Task.spec.steps[1].securityContext.allowPrivilegeEscalation", False),
)

COMPARISONS = (
    Comparison(
        "baidu-build",
        (ACCOUNT, SECRET, BUILD),
        prototype="knative-build",
        component="dlp-job-build",
        params={
            "git_url": GIT_URL,
            "git_revision": "master",
            "steps": [
                {
                    "name": "build-paddle-image",
                    "image": "registry.baidu.com/public/centos6u3-online:1.0.12",
                    "args": ["/bin/bash", "paddle-build", "run"],
                },
                {
                    "name": "build-paddle-job-image",
                    "image": PADDLE,
                    "args": ["/bin/bash", "paddle-job-build", "run"],
                },
            ],
            "service_account_name": "dlp-image-pull-push",
            "registry": "https://registry.baidu.com/v1/",
            "registry_username": "xxx-xxx",
            "registry_password": "xxx-xxx",
            "registry_secret": "dlp-image-pull-push-token-ed83a",
            "image_pull_secrets": ["xxx-xxx"],
        },
        changes=(
            # The talk's Build runs as an account that the talk does not make; ours as the one that is made.
            became("Build.spec.serviceAccountName", "build-image-pull-push", "dlp-image-pull-push"),
            # As the API server keeps it.
            moved("Secret.stringData", "Secret.data"),
            became("Secret.data.username", "xxx-xxx", "eHh4LXh4eA=="),
            became("Secret.data.password", "xxx-xxx", "eHh4LXh4eA=="),
        ),
    ),
    Comparison(
        "baidu-task",
        (TASK,),
        prototype="image-build",
        component="paddle-git-to-image",
        params={
            "git_url": GIT_URL,
            "image": IMAGE,
            "builder": "steps",
            "steps": [
                {
                    "name": "paddle-build-and-push",
                    "image": PADDLE,
                    "command": ["/bin/bash", "paddle-job-build", "run"],
                }
            ],
            "service_account_name": "build-image-pull-push",
        },
        changes=(
            became("Task.apiVersion", "tekton.dev/v1alpha1", "tekton.dev/v1"),
            *RUN,
            *RESOURCES,
            *CLONE,
            *OUR_STEP,
        ),
    ),
)
