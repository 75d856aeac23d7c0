from plans.rules import check
from plans.values import Drop, Fix, Insert, Move, Protocol, Severity
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
    make_protocol,
    prone,
    sit_up,
    tilt,
    walk,
    wheres,
)


def make_protocol_without(*roles: str) -> Protocol:
    full = make_protocol(opening_exercise=None)
    groups = {code: role for code, role in full.groups.items() if role not in roles}
    return Protocol(code="knee-care", version=1, rules=full.rules, groups=groups)


# order.warm-up-first


def test_a_session_that_starts_with_a_warm_up_is_in_order():
    assert found(make_case(), "order.warm-up-first") == []


def test_two_warm_ups_may_follow_each_other():
    cycle = make_item("warm-up-cycle", make_dose())

    assert ids(check(make_case(walk(), cycle, tilt(), knee(), prone()))) == []


def test_a_protocol_without_warm_up_asks_for_none():
    case = make_case(tilt(), knee(), prone(), protocol=make_protocol_without("warm_up"))

    assert found(case, "order.warm-up-first") == []


def test_a_session_that_starts_with_another_exercise_gets_a_warm_up_inserted():
    case = make_case(tilt(), knee(), prone())

    findings = check(case)

    assert ids(findings) == ["order.warm-up-first"]
    assert findings[0].severity is Severity.WARNING
    assert findings[0].where == "/items/0"
    assert findings[0].source == "leaflet: rule 3"
    assert findings[0].values == {"exercise": "pelvic-tilt"}
    assert findings[0].fixes == (Fix("insert-warm-up-walk", (Insert("warm-up-walk", 0),)),)
    assert ids(check(fixed(case, findings[0].fixes[0]))) == []


def test_the_inserted_warm_up_is_one_that_the_patient_can_do():
    walk_to_avoid = make_exercise("warm-up-walk", "warm_up", precautions={"dizziness": "never"})
    facts = make_facts(precautions=frozenset({"dizziness"}))
    case = make_case(tilt(), knee(), prone(), facts=facts, exercises=[walk_to_avoid])

    (finding,) = check(case)

    assert finding.fixes == (Fix("insert-warm-up-cycle", (Insert("warm-up-cycle", 0),)),)


def test_a_warm_up_that_stands_later_is_moved_to_the_front():
    case = make_case(tilt(), knee(), walk(), prone())

    (finding,) = found(case, "order.warm-up-first")

    assert finding.fixes == (Fix("move-to-0", (Move(2, 0),)),)
    assert exercises_of(fixed(case, finding.fixes[0])) == [
        "warm-up-walk",
        "pelvic-tilt",
        "knee-to-chest",
        "prone-lying",
    ]


# order.opening-first


def test_a_session_that_goes_on_with_the_opening_exercise_is_in_order():
    assert found(make_case(), "order.opening-first") == []


def test_a_session_of_a_warm_up_only_has_nothing_after_the_warm_up():
    assert found(make_case(walk()), "order.opening-first") == []


def test_a_protocol_without_an_opening_exercise_asks_for_none():
    case = make_case(walk(), knee(), prone(), protocol=make_protocol(opening_exercise=None))

    assert found(case, "order.opening-first") == []


def test_the_opening_exercise_opens_wherever_the_protocol_places_it():
    protocol = make_protocol(opening_exercise="knee-to-chest")

    assert found(make_case(walk(), knee(), prone(), protocol=protocol), "order.opening-first") == []


def test_another_exercise_of_the_opening_group_opens_too():
    variant = make_exercise("pelvic-tilt-standing", "opening")
    case = make_case(walk(), make_item("pelvic-tilt-standing"), knee(), prone(), exercises=[variant])

    assert found(case, "order.opening-first") == []


def test_an_opening_exercise_that_stands_later_is_moved_to_right_after_the_warm_up():
    case = make_case(walk(), knee(), tilt(), prone())

    findings = check(case)

    assert ids(findings) == ["order.opening-first"]
    assert findings[0].severity is Severity.WARNING
    assert findings[0].where == "/items/1"
    assert findings[0].source == "leaflet: rule 4"
    assert findings[0].values == {"exercise": "knee-to-chest", "opening": "pelvic-tilt"}
    assert findings[0].fixes == (Fix("move-to-1", (Move(2, 1),)),)
    assert ids(check(fixed(case, findings[0].fixes[0]))) == []


def test_an_opening_exercise_that_is_missing_is_inserted_right_after_the_warm_up():
    case = make_case(walk(), knee(), prone())

    (finding,) = found(case, "order.opening-first")

    assert finding.fixes == (Fix("insert-pelvic-tilt", (Insert("pelvic-tilt", 1),)),)
    assert ids(check(fixed(case, finding.fixes[0]))) == []


def test_an_opening_exercise_that_is_not_allowed_is_not_inserted():
    forbidden = make_exercise("pelvic-tilt", "opening", suitability={"post_acute": "never"})

    (finding,) = found(make_case(walk(), knee(), prone(), exercises=[forbidden]), "order.opening-first")

    assert finding.fixes == ()


# order.basics-missing


def test_one_basic_exercise_is_enough():
    assert found(make_case(), "order.basics-missing") == []


def test_a_protocol_without_basics_asks_for_none():
    case = make_case(walk(), tilt(), prone(), protocol=make_protocol_without("basic"))

    assert found(case, "order.basics-missing") == []


def test_a_plan_without_a_basic_exercise_gets_one_after_the_opening():
    case = make_case(walk(), tilt(), prone())

    (finding,) = found(case, "order.basics-missing")

    assert finding.severity is Severity.WARNING
    assert finding.where == "/items"
    assert finding.fixes == (Fix("insert-knee-to-chest", (Insert("knee-to-chest", 2),)),)
    assert ids(check(fixed(case, finding.fixes[0]))) == []


# order.basics-first


def test_an_exercise_of_a_later_group_after_the_basics_is_in_order():
    assert found(make_case(), "order.basics-first") == []


def test_warm_up_and_opening_may_stand_before_the_basics():
    assert found(make_case(walk(), tilt(), knee()), "order.basics-first") == []


def test_a_later_group_without_any_basic_exercise_is_in_order():
    assert found(make_case(walk(), tilt(), prone()), "order.basics-first") == []


def test_an_exercise_of_a_later_group_before_a_basic_one_is_a_warning():
    case = make_case(walk(), tilt(), prone(), knee())

    findings = check(case)

    assert ids(findings) == ["order.basics-first"]
    assert findings[0].severity is Severity.WARNING
    assert findings[0].where == "/items/2"
    assert findings[0].values == {"exercise": "prone-lying", "basic": "knee-to-chest"}


def test_the_basics_are_brought_forward_and_keep_their_order():
    case = make_case(walk(), tilt(), prone(), knee(), sit_up(), make_item("back-rotation"))

    first, second = found(case, "order.basics-first")

    assert (first.where, second.where) == ("/items/2", "/items/4")
    assert first.fixes == (Fix("bring-basics-forward", (Move(3, 2), Move(5, 3))),)
    after = fixed(case, first.fixes[0])
    assert exercises_of(after)[2:] == ["knee-to-chest", "back-rotation", "prone-lying", "half-sit-up"]
    assert ids(check(after)) == []


# order.basics-not-cleared


def test_groups_beyond_the_basics_are_in_order_once_the_basics_are_cleared():
    assert found(make_case(facts=make_facts(cleared=True)), "order.basics-not-cleared") == []


def test_the_basics_themselves_need_no_clearance():
    case = make_case(walk(), tilt(), knee(), make_item("back-rotation"), facts=make_facts(cleared=False))

    assert found(case, "order.basics-not-cleared") == []


def test_a_protocol_may_ask_for_no_clearance():
    case = make_case(facts=make_facts(cleared=False), protocol=make_protocol(basics_need_clearance=False))

    assert ids(check(case)) == []


def test_groups_beyond_the_basics_before_these_are_cleared_are_one_warning():
    case = make_case(walk(), tilt(), knee(), prone(), sit_up(), facts=make_facts(cleared=False))

    findings = check(case)

    assert ids(findings) == ["order.basics-not-cleared"]
    assert findings[0].severity is Severity.WARNING
    assert findings[0].where == "/items/3"
    assert findings[0].values == {"exercise": "prone-lying", "count": 2}


def test_what_is_not_cleared_is_dropped_at_once():
    case = make_case(walk(), tilt(), knee(), prone(), sit_up(), facts=make_facts(cleared=False))

    (finding,) = check(case)

    assert finding.fixes == (Fix("drop", (Drop(4), Drop(3))),)
    assert exercises_of(fixed(case, finding.fixes[0])) == ["warm-up-walk", "pelvic-tilt", "knee-to-chest"]


def test_what_is_not_cleared_is_not_dropped_where_nothing_else_would_be_left():
    case = make_case(prone(), sit_up(), facts=make_facts(cleared=False))

    (finding,) = found(case, "order.basics-not-cleared")

    assert finding.fixes == ()


# order.progression-before-base


def crossed():
    return make_item("half-sit-up-arms-crossed", make_dose(repetitions=8))


def in_neck():
    return make_item("half-sit-up-hands-in-neck", make_dose(repetitions=8))


def test_an_exercise_without_an_easier_form_needs_none():
    assert found(make_case(), "order.progression-before-base") == []


def test_a_progression_after_its_base_is_in_order():
    case = make_case(walk(), tilt(), knee(), prone(), sit_up(), crossed())

    assert found(case, "order.progression-before-base") == []


def test_a_progression_whose_base_was_in_an_earlier_revision_is_in_order():
    facts = make_facts(earlier_exercises=frozenset({"half-sit-up"}))
    case = make_case(walk(), tilt(), knee(), prone(), crossed(), facts=facts)

    assert ids(check(case)) == []


def test_a_progression_without_its_base_gets_it_inserted_or_is_dropped():
    case = make_case(walk(), tilt(), knee(), prone(), crossed())

    findings = check(case)

    assert ids(findings) == ["order.progression-before-base"]
    assert findings[0].severity is Severity.WARNING
    assert findings[0].where == "/items/4"
    assert findings[0].values == {"exercise": "half-sit-up-arms-crossed", "base": "half-sit-up"}
    assert findings[0].fixes == (Fix("bring-base", (Insert("half-sit-up", 4),)), Fix("drop", (Drop(4),)))


def test_a_base_that_stands_later_is_moved_before_its_progression():
    case = make_case(walk(), tilt(), knee(), crossed(), sit_up(), prone())

    (finding,) = found(case, "order.progression-before-base")

    assert finding.fixes[0] == Fix("bring-base", (Move(4, 3),))
    assert exercises_of(fixed(case, finding.fixes[0]))[3:] == [
        "half-sit-up",
        "half-sit-up-arms-crossed",
        "prone-lying",
    ]


def test_a_base_that_has_a_base_itself_comes_with_it():
    case = make_case(walk(), tilt(), knee(), prone(), in_neck())

    (finding,) = found(case, "order.progression-before-base")

    bring, _ = finding.fixes
    assert bring == Fix("bring-base", (Insert("half-sit-up-arms-crossed", 4), Insert("half-sit-up", 4)))
    after = fixed(case, bring)
    assert exercises_of(after)[4:] == ["half-sit-up", "half-sit-up-arms-crossed", "half-sit-up-hands-in-neck"]
    assert found(after, "order.progression-before-base") == []


def test_a_base_that_stands_later_and_one_that_is_missing_are_both_brought():
    case = make_case(walk(), tilt(), knee(), in_neck(), prone(), crossed())

    finding, other = found(case, "order.progression-before-base")

    assert wheres([finding, other]) == ["/items/3", "/items/5"]
    assert finding.fixes[0].changes == (Move(5, 3), Insert("half-sit-up", 3))
    assert found(fixed(case, finding.fixes[0]), "order.progression-before-base") == []


def test_a_base_that_is_not_allowed_is_not_inserted():
    forbidden = make_exercise("half-sit-up", "abdominal", suitability={"post_acute": "never"})
    case = make_case(walk(), tilt(), knee(), prone(), crossed(), exercises=[forbidden])

    (finding,) = check(case)

    assert [fix.id for fix in finding.fixes] == ["drop"]


def test_exercises_that_build_on_each_other_in_a_circle_do_no_harm():
    first = make_exercise("first", progression_of="second")
    second = make_exercise("second", progression_of="first")
    case = make_case(walk(), tilt(), make_item("first"), prone(), exercises=[first, second])

    assert wheres(found(case, "order.progression-before-base")) == ["/items/2"]
