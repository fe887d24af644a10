"""The CUDA version that a branch of NVIDIA's driver supports.

CUDA Toolkit release notes, "CUDA Toolkit and Corresponding Driver Versions"; nvidia-smi shows it as CUDA
Version.
"""

_BY_BRANCH = {
    450: (11, 0),
    455: (11, 1),
    460: (11, 2),
    465: (11, 3),
    470: (11, 4),
    495: (11, 5),
    510: (11, 6),
    515: (11, 7),
    520: (11, 8),
    525: (12, 0),
    530: (12, 1),
    535: (12, 2),
    545: (12, 3),
    550: (12, 4),
    555: (12, 5),
    560: (12, 6),
    565: (12, 7),
    570: (12, 8),
    575: (12, 9),
    580: (13, 0),
}


def supported_cuda(driver: str) -> tuple[int, int] | None:
    """The CUDA version of a driver such as `570.86.15`; None for a branch that is not in the table."""
    branch = driver.partition(".")[0]
    return _BY_BRANCH.get(int(branch)) if branch.isdecimal() and len(branch) < 6 else None
