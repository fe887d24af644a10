"""Errors with another message, and several errors as one."""

import pytest

from dlctl.errors import Conflict, DlctlError, FieldConflict, Location, ParamError, RenderError, joined

PLACE = Location("params.yaml", 3, 5)


def test_another_message_keeps_the_kind_the_place_the_hint_and_all_that_a_kind_adds() -> None:
    conflict = Conflict(
        "taken", conflicts=[FieldConflict("kubectl", ".spec.replicas")], location=PLACE, hint="take it"
    )
    renamed = conflict.with_message("gke: taken")
    assert (str(renamed), renamed.args) == ("params.yaml:3:5: gke: taken", ("gke: taken",))
    assert renamed.conflicts == (FieldConflict("kubectl", ".spec.replicas"),)
    assert (renamed.location, renamed.hint, renamed.code) == (PLACE, "take it", "conflict")
    assert (conflict.message, conflict.args) == ("taken", ("taken",))


def test_other_problems_leave_the_error_that_they_were_taken_from() -> None:
    single = ParamError("wrong")
    error = ParamError("two are wrong", problems=[single, single])
    assert error.with_problems([]).problems == ()
    assert error.problems == (single, single)


def test_several_errors_are_one_and_one_is_itself() -> None:
    first, second = ParamError("first"), ParamError("second")
    both = joined([first, second], ParamError, "2 problems", location=PLACE)
    assert (both.message, both.location) == ("2 problems", PLACE)
    assert both.single_errors == (first, second)
    assert joined([first], ParamError, "1 problem") is first
    assert first.single_errors == (first,)


@pytest.mark.parametrize("kind", [ParamError, RenderError])
def test_errors_of_several_kinds_are_one_of_the_kind_that_is_asked_for(kind: type[DlctlError]) -> None:
    assert type(joined([ParamError("a"), RenderError("b")], kind, "2 problems")) is kind
