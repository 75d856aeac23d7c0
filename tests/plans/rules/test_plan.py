import pytest

from plans.rules import check
from plans.values import Drop, Fix, Insert, Set, Severity
from tests.plans.rules.fixing import exercises_of, fixed
from tests.plans.rules.make import (
    found,
    ids,
    knee,
    make_case,
    make_dose,
    make_exercise,
    make_facts,
    make_item,
    make_programme,
    make_protocol,
    prone,
    tilt,
    walk,
    wheres,
)


def test_a_good_plan_has_no_finding():
    assert ids(check(make_case())) == []


# plan.empty


def test_a_plan_with_one_exercise_is_not_empty():
    findings = found(make_case(walk()), "plan.empty")

    assert ids(findings) == []


def test_a_plan_without_exercises_is_empty_and_nothing_else():
    case = make_case(programme=make_programme(items=()))

    findings = check(case)

    assert ids(findings) == ["plan.empty"]
    assert findings[0].severity is Severity.ERROR
    assert findings[0].where == "/items"
    assert findings[0].source == "house"


def test_an_empty_plan_is_filled_with_the_opening_exercise():
    case = make_case(programme=make_programme(items=()))

    (finding,) = check(case)

    assert finding.fixes == (Fix("insert-pelvic-tilt", (Insert("pelvic-tilt", 0),)),)
    assert found(fixed(case, finding.fixes[0]), "plan.empty") == []


def test_an_empty_plan_is_filled_with_another_exercise_where_the_opening_one_is_not_allowed():
    forbidden = make_exercise("pelvic-tilt", "opening", precautions={"pregnancy": "never"})
    facts = make_facts(precautions=frozenset({"pregnancy"}))
    case = make_case(programme=make_programme(items=()), facts=facts, exercises=[forbidden])

    findings = check(case)

    assert ids(findings) == ["plan.empty"]
    assert findings[0].fixes == (Fix("insert-warm-up-walk", (Insert("warm-up-walk", 0),)),)


def test_an_empty_plan_of_a_protocol_without_an_opening_exercise_gets_the_first_exercise():
    case = make_case(programme=make_programme(items=()), protocol=make_protocol(opening_exercise=None))

    (finding,) = check(case)

    assert finding.fixes == (Fix("insert-warm-up-walk", (Insert("warm-up-walk", 0),)),)


# plan.withdrawn-exercise


def test_an_exercise_that_the_catalogue_still_has_is_not_withdrawn():
    assert found(make_case(walk(), make_item("back-rotation")), "plan.withdrawn-exercise") == []


def test_a_withdrawn_exercise_is_an_error_that_names_its_replacement():
    old = make_exercise("old-rotation", withdrawn=True, replaced_by="back-rotation")
    case = make_case(walk(), tilt(), knee(), make_item("old-rotation"), prone(), exercises=[old])

    findings = check(case)

    assert ids(findings) == ["plan.withdrawn-exercise"]
    assert findings[0].severity is Severity.ERROR
    assert findings[0].where == "/items/3/exercise"
    assert findings[0].values == {"exercise": "old-rotation", "replacement": "back-rotation"}


def test_a_withdrawn_exercise_is_replaced_or_dropped():
    old = make_exercise("old-rotation", withdrawn=True, replaced_by="back-rotation")
    case = make_case(walk(), tilt(), knee(), make_item("old-rotation"), prone(), exercises=[old])

    (finding,) = check(case)

    replace, drop = finding.fixes
    assert replace == Fix("replace", (Set("/items/3/exercise", "back-rotation"),))
    assert drop == Fix("drop", (Drop(3),))
    assert ids(check(fixed(case, replace))) == []
    assert ids(check(fixed(case, drop))) == []


def test_a_withdrawn_exercise_without_a_replacement_is_only_dropped():
    old = make_exercise("old-rotation", withdrawn=True)
    case = make_case(walk(), tilt(), knee(), make_item("old-rotation"), prone(), exercises=[old])

    (finding,) = check(case)

    assert finding.values["replacement"] is None
    assert finding.fixes == (Fix("drop", (Drop(3),)),)


@pytest.mark.parametrize(
    "forbidden",
    [{"avoid": True}, {"withdrawn": True}, {"group": None}, {"suitability": {"post_acute": "never"}}],
    ids=["avoided", "withdrawn", "outside the protocol", "contraindicated"],
)
def test_a_replacement_that_would_be_an_error_itself_is_not_offered(forbidden):
    old = make_exercise("old-rotation", withdrawn=True, replaced_by="new-rotation")
    case = make_case(walk(), make_item("old-rotation"), exercises=[old, make_exercise("new-rotation", **forbidden)])

    (finding,) = found(case, "plan.withdrawn-exercise")

    assert [fix.id for fix in finding.fixes] == ["drop"]


def test_the_only_item_of_a_plan_is_never_dropped():
    old = make_exercise("old-rotation", withdrawn=True)
    case = make_case(make_item("old-rotation"), exercises=[old])

    (finding,) = found(case, "plan.withdrawn-exercise")

    assert finding.fixes == ()


# plan.duplicate


def test_the_same_exercise_for_another_side_is_no_duplicate():
    left, right = knee(make_dose(side="left")), knee(make_dose(side="right"))

    assert ids(check(make_case(walk(), tilt(), left, right, prone()))) == []


def test_the_same_exercise_in_other_weeks_is_no_duplicate():
    first, later = knee(to_week=3), knee(from_week=4)

    assert ids(check(make_case(walk(), tilt(), first, later, prone()))) == []


def test_an_item_that_starts_beyond_the_plan_duplicates_nothing():
    assert found(make_case(walk(), tilt(), knee(), knee(from_week=7), prone()), "plan.duplicate") == []


def test_the_same_exercise_twice_with_the_same_side_in_one_common_week_is_a_duplicate():
    case = make_case(walk(), tilt(), knee(to_week=3), prone(), knee(from_week=3))

    findings = found(case, "plan.duplicate")

    assert ids(findings) == ["plan.duplicate"]
    assert findings[0].severity is Severity.WARNING
    assert findings[0].where == "/items/4"
    assert findings[0].values == {"exercise": "knee-to-chest", "number": 3}


def test_a_duplicate_is_dropped():
    case = make_case(walk(), walk(), tilt(), knee(), prone())

    (finding,) = check(case)

    assert finding.fixes == (Fix("drop", (Drop(1),)),)
    assert ids(check(fixed(case, finding.fixes[0]))) == []


def test_an_exercise_that_stands_three_times_gives_one_finding_for_each_repeat():
    case = make_case(walk(), tilt(), knee(), knee(), knee(), prone())

    findings = found(case, "plan.duplicate")

    assert wheres(findings) == ["/items/3", "/items/4"]


# plan.missing-text


def test_an_exercise_with_a_text_in_the_patients_language_misses_none():
    assert found(make_case(programme=make_programme(language="nl")), "plan.missing-text") == []


def test_an_exercise_without_a_text_in_the_patients_language_is_a_warning():
    english = make_exercise("english-only", names={"en": "English only"})
    items = (walk(), tilt(), knee(), make_item("english-only"), prone())
    case = make_case(programme=make_programme(items=items, language="nl"), exercises=[english])

    findings = check(case)

    assert ids(findings) == ["plan.missing-text"]
    assert findings[0].severity is Severity.WARNING
    assert findings[0].where == "/items/3/exercise"
    assert findings[0].values == {"exercise": "english-only", "language": "nl"}
    assert findings[0].fixes == (Fix("drop", (Drop(3),)),)


# plan.outside-protocol


@pytest.mark.parametrize("known", [{"avoid": True}, {"withdrawn": True}], ids=["avoided", "withdrawn"])
def test_where_an_error_speaks_already_the_protocol_is_not_asked(known):
    case = make_case(walk(), make_item("strange"), exercises=[make_exercise("strange", None, **known)])

    assert found(case, "plan.outside-protocol") == []


def test_an_exercise_that_the_protocol_does_not_place_is_a_warning():
    case = make_case(walk(), tilt(), knee(), prone(), make_item("strange"), exercises=[make_exercise("strange", None)])

    findings = check(case)

    assert ids(findings) == ["plan.outside-protocol"]
    assert findings[0].severity is Severity.WARNING
    assert findings[0].where == "/items/4/exercise"
    assert exercises_of(fixed(case, findings[0].fixes[0])) == [
        "warm-up-walk",
        "pelvic-tilt",
        "knee-to-chest",
        "prone-lying",
    ]
