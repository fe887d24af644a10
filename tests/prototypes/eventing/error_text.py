"""What a refusal says."""

from dlctl.errors import ParamError


def words(error: ParamError) -> str:
    """All its problems, with their hints."""
    return "\n".join(f"{problem}: {problem.hint}" for problem in error.problems or (error,))
