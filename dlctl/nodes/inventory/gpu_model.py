"""The short name of an accelerator's model, whoever wrote it down: `H100-80G`, `V100-32G`, `MI300X`."""

import re
from functools import lru_cache

from dlctl.pattern import pattern

_NOISE = frozenset(
    [
        "nvidia",
        "tesla",
        "amd",
        "instinct",
        "quadro",
        "geforce",
        "intel",
        "data",
        "center",
        "accelerator",
        "gpu",
        "sxm",
        "sxm2",
        "sxm3",
        "sxm4",
        "sxm5",
        "sxm6",
        "pcie",
        "pci",
        "hbm2",
        "hbm2e",
        "hbm3",
        "hbm3e",
        "oam",
        "shared",
    ]
)
"""Words of vendors and of how a card is built, which do not tell models apart."""
_ONE_SIZE = frozenset(["H200", "L4", "L40", "L40S", "T4", "A10", "A10G", "A30", "B200"])
"""Models that there are with one size of memory, whether a label names it or not."""
_MIG = pattern(r"-MIG-.*\Z")
_MEMORY = pattern(r"(\d+)gb?\Z")


@lru_cache(maxsize=1024)
def short_model(product: str) -> str:
    """`NVIDIA-H100-80GB-HBM3` as `H100-80G`; empty where nothing is left of the name."""
    words = [word for word in re.split(r"[-_ ]+", _MIG.sub("", product).lower()) if word not in _NOISE]
    named = [_MEMORY.sub(r"\1G", word) if _MEMORY.match(word) else word.upper() for word in words if word]
    if len(named) > 1 and named[0] in _ONE_SIZE and _MEMORY.match(named[1].lower()):
        del named[1]
    return "-".join(named)


def mig_profile(product: str) -> str:
    """The MIG profile in a product's name: `1g.10gb`; empty where there is none."""
    return product.partition("-MIG-")[2]


def is_model(short: str, wanted: str) -> bool:
    """Whether a short model is meant by `wanted`: `H100` means `H100-80G` too, but not `GH200`."""
    one, other = short.upper(), short_model(wanted).upper() or wanted.upper()
    return one == other or one.startswith(f"{other}-")
