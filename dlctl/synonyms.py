"""Other names for parameters: what users of other tools write, and what it is called here."""

from collections.abc import Container, Mapping

_SCALE = ("replicas", "num_workers", "num_nodes", "min_replicas", "min_scale")
_AUTOSCALE = ("max_replicas", "max_scale", "max_workers")
_VOLUME = ("claim", "dataset", "storage", "home_claim", "results", "jupyter_notebook_storage")
_GPUS = ("num_gpus", "num_proc_per_node", "slots_per_worker")
_TIMEOUT = ("timeout_seconds", "active_deadline_seconds", "request_timeout_seconds")
_RETRIES = ("retries", "backoff_limit", "max_retry", "max_restarts")
_MODEL = ("model_path", "storage_uri", "model_uri", "model")
_PULL_SECRET = ("image_pull_secrets", "registry_secret")

_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "autoscale": _AUTOSCALE,
    "autoscaling": _AUTOSCALE,
    "checkpoints": ("results",),
    "claim": _VOLUME,
    "claimname": _VOLUME,
    "cmd": ("command",),
    "container": ("image",),
    "cpus": ("cpu",),
    "data": ("dataset", "data"),
    "deadline": _TIMEOUT,
    "dockerimage": ("image",),
    "entrypoint": ("command",),
    "environment": ("env_vars",),
    "envs": ("env_vars",),
    "gpu": _GPUS,
    "gpucount": _GPUS,
    "gpus": _GPUS,
    "gputype": ("gpu_model",),
    "hpa": _AUTOSCALE,
    "instances": _SCALE,
    "learningrate": ("learning_rate", "lr"),
    "lr": ("learning_rate",),
    "mem": ("memory",),
    "modeldir": _MODEL,
    "ngpus": _GPUS,
    "nodes": ("num_nodes", "num_workers"),
    "output": ("results",),
    "outputdir": ("results", "results_path"),
    "parameterservers": ("num_ps", "num_pservers"),
    "ps": ("num_ps", "num_pservers"),
    "pullsecret": _PULL_SECRET,
    "pullsecrets": _PULL_SECRET,
    "pvc": _VOLUME,
    "queuename": ("queue",),
    "ram": ("memory",),
    "replicas": _SCALE,
    "retries": _RETRIES,
    "sa": ("service_account",),
    "secrets": ("env_secrets",),
    "shm": ("shm_size",),
    "timeout": _TIMEOUT,
    "ttl": ("ttl_seconds_after_finished",),
    "volume": _VOLUME,
    "volumes": _VOLUME,
    "workers": (*_SCALE[1:], "replicas"),
}
"""Names without `-` and `_`, in lower case, and the parameters that they may mean, the likeliest first."""

_OF_PROGRAMS = frozenset(
    {
        "batchsize",
        "decay",
        "dropout",
        "epochs",
        "learningrate",
        "lr",
        "momentum",
        "optimizer",
        "seed",
        "steps",
    }
)
"""Parameters of training programs, which take them as arguments."""


def synonym(name: str, known: Container[str]) -> str | None:
    """The known parameter that another name means, or None."""
    return next((each for each in _SYNONYMS.get(_plain(name), ()) if each in known), None)


def of_the_program(name: str, known: Container[str]) -> bool:
    """Whether a name is that of a training program's own option, to be passed in a known `args`."""
    return _plain(name) in _OF_PROGRAMS and "args" in known


def _plain(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")
