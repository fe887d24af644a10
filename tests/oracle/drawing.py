"""Draw a value of a hypothesis strategy by a number: the same number gives the same value.

Hypothesis prefers small numbers, and constants of the modules that are loaded. The oracle wants the same
cases whoever asks for them, and each verdict often: its backend draws from the seed alone, and evenly.
"""

from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider

T = TypeVar("T")
BACKEND = "dlctl-oracle"
PARTS = 1000


class Even(HypothesisProvider):
    """Every whole number of a range is as likely as any other."""

    def draw_integer(
        self,
        min_value: int | None = None,
        max_value: int | None = None,
        *,
        weights: dict[int, float] | None = None,
        shrink_towards: int = 0,
    ) -> int:
        """A number of the range, which has both ends."""
        assert self._random is not None
        assert min_value is not None
        assert max_value is not None
        return self._random.randint(min_value, max_value)


AVAILABLE_PROVIDERS[BACKEND] = f"{__name__}.{Even.__name__}"


def drawn(strategy: st.SearchStrategy[T], number: int) -> T:
    """The value with this number. Hypothesis begins with the simplest one, which is the same for all."""
    found: list[T] = []

    @seed(number)
    @settings(
        backend=BACKEND,
        max_examples=2,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def keep(value: T) -> None:
        found.append(value)

    keep()
    return found[-1]


def chance(draw: st.DrawFn, share: float) -> bool:
    """Whether something is so that is so in this part of all cases; in the simplest case it is not."""
    return draw(st.integers(0, PARTS - 1)) >= round(PARTS * (1 - share))
