from plans.rules import check
from plans.values import Drop, Fix, Severity
from tests.plans.rules.fixing import fixed
from tests.plans.rules.make import (
    found,
    ids,
    knee,
    make_case,
    make_exercise,
    make_facts,
    make_item,
    prone,
    tilt,
    walk,
    wheres,
)

# safety.avoid


def test_an_exercise_that_is_not_on_the_avoid_list_is_safe():
    assert found(make_case(), "safety.avoid") == []


def test_an_exercise_on_the_avoid_list_is_an_error_with_the_reason():
    case = make_case(walk(), tilt(), knee(), prone(), make_item("full-sit-up"))

    findings = check(case)

    assert ids(findings) == ["safety.avoid"]
    assert findings[0].severity is Severity.ERROR
    assert findings[0].where == "/items/4"
    assert findings[0].source == "leaflet: rule 11"
    assert findings[0].values == {
        "exercise": "full-sit-up",
        "reason": {"nl": "Het trekt de rug hol.", "en": "It pulls the back hollow."},
    }
    assert findings[0].fixes == (Fix("drop", (Drop(4),)),)
    assert ids(check(fixed(case, findings[0].fixes[0]))) == []


# safety.precaution


def test_a_patient_without_precautions_meets_none():
    assert found(make_case(), "safety.precaution") == []


def test_a_precaution_that_no_exercise_names_is_met_nowhere():
    facts = make_facts(precautions=frozenset({"dizziness", "kneeling"}))

    assert ids(check(make_case(facts=facts))) == []


def test_a_precaution_that_asks_for_care_is_a_warning():
    case = make_case(facts=make_facts(precautions=frozenset({"prone_lying"})))

    findings = check(case)

    assert ids(findings) == ["safety.precaution"]
    assert findings[0].severity is Severity.WARNING
    assert findings[0].where == "/items/3"
    assert findings[0].values == {
        "variant": "caution",
        "exercise": "prone-lying",
        "precautions": ["prone_lying"],
    }
    assert findings[0].fixes == (Fix("drop", (Drop(3),)),)


def test_a_precaution_with_which_the_exercise_is_never_done_is_an_error():
    case = make_case(facts=make_facts(precautions=frozenset({"pregnancy"})))

    findings = check(case)

    assert ids(findings) == ["safety.precaution"]
    assert findings[0].severity is Severity.ERROR
    assert findings[0].values == {"variant": "never", "exercise": "prone-lying", "precautions": ["pregnancy"]}
    assert found(fixed(case, findings[0].fixes[0]), "safety.precaution") == []


def test_several_precautions_are_one_finding_that_names_the_gravest():
    case = make_case(facts=make_facts(precautions=frozenset({"prone_lying", "pregnancy"})))

    findings = check(case)

    assert ids(findings) == ["safety.precaution"]
    assert findings[0].severity is Severity.ERROR
    assert findings[0].values["precautions"] == ["pregnancy"]


def test_precautions_of_one_level_are_named_in_a_stable_order():
    careful = make_exercise("careful", precautions={"kneeling": "caution", "dizziness": "caution"})
    facts = make_facts(precautions=frozenset({"kneeling", "dizziness"}))

    (finding,) = found(make_case(walk(), make_item("careful"), facts=facts, exercises=[careful]), "safety.precaution")

    assert finding.values["precautions"] == ["dizziness", "kneeling"]


def test_every_exercise_that_meets_a_precaution_is_found():
    careful = make_exercise("careful", precautions={"prone_lying": "caution"})
    facts = make_facts(precautions=frozenset({"prone_lying"}))
    case = make_case(walk(), tilt(), make_item("careful"), prone(), facts=facts, exercises=[careful])

    assert wheres(found(case, "safety.precaution")) == ["/items/2", "/items/3"]
