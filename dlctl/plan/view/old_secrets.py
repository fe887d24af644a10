"""A redactor that knows the secrets of a plan's objects on the cluster, too."""

from dlctl.plan.live.old_secrets import old_secrets
from dlctl.plan.model import Plan
from dlctl.redact import Redactor


def with_old_secrets(redactor: Redactor, plan: Plan) -> Redactor:
    """A redactor that also masks, in messages, what is at the listed places of live objects."""
    return redactor.with_derived(text for step in plan.steps for text in old_secrets(step.live))
