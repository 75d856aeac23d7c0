import pytest

from catalogue.protocols import DoseNumbers, DoseRanges, HardLimits, JumpRules, Range
from plans.rules import check
from plans.values import Dose, Fix, Goal, LastDose, Set, Severity, WeekDose, WeekFrequency
from tests.plans.rules.fixing import fixed
from tests.plans.rules.make import (
    found,
    ids,
    knee,
    make_case,
    make_dose,
    make_duration,
    make_exercise,
    make_facts,
    make_frequency,
    make_item,
    make_programme,
    make_protocol,
    make_range,
    prone,
    sit_up,
    tilt,
    walk,
    wheres,
)


def make_case_with(item, **changes):
    """A case whose third item, `/items/2`, is the given one."""
    return make_case(walk(), tilt(), item, prone(), **changes)


def make_weeks_case(weeks, item, facts=None, **changes):
    """The same over a number of weeks; as a later revision, so that the first week may start anywhere."""
    programme = make_programme(walk(), tilt(), item, prone(), weeks=weeks)
    return make_case(programme=programme, facts=facts or make_facts(has_earlier_revision=True), **changes)


# dose.missing


@pytest.mark.parametrize(
    "dose",
    [Dose(repetitions=5), Dose(duration_seconds=60), Dose(repetitions=3, duration_seconds=60)],
    ids=["repetitions", "duration", "both"],
)
def test_a_dose_with_repetitions_or_a_duration_is_not_missing(dose):
    assert found(make_case_with(make_item(dose=dose)), "dose.missing") == []


def test_a_dose_with_neither_is_an_error_and_gets_the_exercises_own():
    case = make_case_with(make_item(dose=Dose(sets=2, hold_seconds=5)))

    (finding,) = found(case, "dose.missing")

    assert finding.severity is Severity.ERROR
    assert finding.where == "/items/2/dose"
    assert finding.values == {"exercise": "back-rotation"}
    assert finding.fixes == (Fix("set-default", (Set("/items/2/dose/repetitions", 5),)),)
    assert ids(check(fixed(case, finding.fixes[0]))) == []


def test_a_missing_dose_of_an_exercise_that_is_held_becomes_a_duration():
    case = make_case(walk(), tilt(), knee(), prone(Dose()))

    (finding,) = found(case, "dose.missing")

    assert finding.fixes == (Fix("set-default", (Set("/items/3/dose/duration_seconds", 60),)),)


def test_a_missing_dose_of_an_exercise_without_a_default_becomes_five_repetitions():
    bare = make_exercise("bare", default_dose=DoseNumbers())

    (finding,) = found(make_case_with(make_item("bare", Dose()), exercises=[bare]), "dose.missing")

    assert finding.fixes == (Fix("set-default", (Set("/items/2/dose/repetitions", 5),)),)


# dose.impossible


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        ("sets", 1),
        ("sets", 20),
        ("repetitions", 1),
        ("repetitions", 100),
        ("hold_seconds", 1),
        ("hold_seconds", 1800),
        ("duration_seconds", 1),
        ("duration_seconds", 7200),
        ("rest_seconds", 0),
        ("rest_seconds", 1800),
    ],
)
def test_a_dose_at_its_limit_is_possible(measure, value):
    assert found(make_case_with(make_item(dose=make_dose(**{measure: value}))), "dose.impossible") == []


@pytest.mark.parametrize(
    ("measure", "value", "nearest"),
    [
        ("sets", 0, 1),
        ("sets", 21, 3),
        ("repetitions", -1, 3),
        ("repetitions", 0, 3),
        ("repetitions", 101, 10),
        ("hold_seconds", 0, 3),
        ("hold_seconds", 1801, 10),
        ("duration_seconds", 0, 60),
        ("duration_seconds", 7201, 600),
        ("rest_seconds", -1, 0),
        ("rest_seconds", 1801, 1800),
    ],
)
def test_a_dose_beyond_its_limit_is_an_error_and_brought_into_its_range(measure, value, nearest):
    case = make_case_with(make_item(dose=make_dose(**{measure: value})))

    (finding,) = found(case, "dose.impossible")

    assert finding.severity is Severity.ERROR
    assert finding.where == f"/items/2/dose/{measure}"
    assert finding.values["value"] == value
    assert finding.fixes == (Fix(f"set-{nearest}", (Set(f"/items/2/dose/{measure}", nearest),)),)
    assert found(fixed(case, finding.fixes[0]), "dose.impossible") == []


def test_an_impossible_goal_and_an_impossible_week_are_found_where_they_stand():
    item = make_item(goal=Goal(repetitions=0), weeks=(WeekDose(2, hold_seconds=5), WeekDose(3, rest_seconds=-2)))

    findings = found(make_case_with(item), "dose.impossible")

    assert wheres(findings) == ["/items/2/goal/repetitions", "/items/2/weeks/1/rest_seconds"]


def test_an_impossible_dose_is_not_called_out_of_range_as_well():
    case = make_case_with(make_item(dose=make_dose(repetitions=0)))

    assert ids(found(case, "dose.impossible")) == ["dose.impossible"]
    assert found(case, "dose.range") == []


@pytest.mark.parametrize(
    ("wanted", "nearest"),
    [(make_range(None, 10), 1), (make_range(0, 10), 1), (make_range(200, 300), 100)],
    ids=["open below", "from zero", "beyond the limits"],
)
def test_an_impossible_dose_becomes_a_possible_one_whatever_the_range(wanted, nearest):
    odd = make_exercise("odd", ranges=DoseRanges(repetitions=wanted))
    case = make_case_with(make_item("odd", make_dose(repetitions=-4)), exercises=[odd])

    (finding,) = found(case, "dose.impossible")

    assert finding.fixes == (Fix(f"set-{nearest}", (Set("/items/2/dose/repetitions", nearest),)),)


def test_the_limits_are_the_protocols():
    protocol = make_protocol(limits=HardLimits(repetitions=4))

    findings = found(make_case_with(make_item(dose=make_dose(repetitions=5)), protocol=protocol), "dose.impossible")

    assert wheres(findings) == ["/items/1/dose/repetitions", "/items/2/dose/repetitions"]
    assert findings[0].fixes == (Fix("set-4", (Set("/items/1/dose/repetitions", 4),)),)


# dose.range


@pytest.mark.parametrize(
    "dose",
    [
        make_dose(repetitions=3),
        make_dose(hold_seconds=3),
        make_dose(hold_seconds=10),
        make_dose(sets=3),
        make_duration(60),
        make_duration(600),
    ],
    ids=["3 times", "hold 3", "hold 10", "3 sets", "60 s", "600 s"],
)
def test_a_dose_at_the_end_of_its_range_is_in_range(dose):
    assert found(make_case_with(make_item(dose=dose)), "dose.range") == []


def test_ten_repetitions_are_in_range_for_a_later_revision():
    case = make_weeks_case(6, make_item(dose=make_dose(repetitions=10)))

    assert found(case, "dose.range") == []


@pytest.mark.parametrize(
    ("measure", "value", "nearest", "low", "high"),
    [
        ("repetitions", 2, 3, 3, 10),
        ("repetitions", 11, 10, 3, 10),
        ("hold_seconds", 2, 3, 3, 10),
        ("hold_seconds", 11, 10, 3, 10),
        ("sets", 4, 3, 1, 3),
        ("duration_seconds", 59, 60, 60, 600),
        ("duration_seconds", 601, 600, 60, 600),
    ],
)
def test_a_dose_outside_its_range_is_a_warning_and_brought_into_it(measure, value, nearest, low, high):
    case = make_case_with(make_item(dose=make_dose(**{measure: value})))

    (finding,) = found(case, "dose.range")

    assert finding.severity is Severity.WARNING
    assert finding.where == f"/items/2/dose/{measure}"
    assert finding.values == {
        "exercise": "back-rotation",
        "measure": measure,
        "value": value,
        "low": low,
        "high": high,
    }
    assert finding.fixes == (Fix(f"set-{nearest}", (Set(f"/items/2/dose/{measure}", nearest),)),)
    assert found(fixed(case, finding.fixes[0]), "dose.range") == []


def test_the_exercises_own_range_counts_before_the_protocols():
    assert found(make_case_with(sit_up(make_dose(repetitions=8))), "dose.range") == []
    assert wheres(found(make_case_with(sit_up(make_dose(repetitions=7))), "dose.range")) == [
        "/items/2/dose/repetitions"
    ]


def test_a_goal_and_a_week_outside_the_range_are_found_where_they_stand():
    item = make_item(goal=Goal(repetitions=11), weeks=(WeekDose(1, repetitions=3), WeekDose(2, hold_seconds=12)))
    case = make_case_with(item)

    findings = found(case, "dose.range")

    assert wheres(findings) == ["/items/2/goal/repetitions", "/items/2/weeks/1/hold_seconds"]
    assert [fix.changes for finding in findings for fix in finding.fixes] == [
        (Set("/items/2/goal/repetitions", 10),),
        (Set("/items/2/weeks/1/hold_seconds", 10),),
    ]


def test_a_range_that_is_open_above_has_no_end_there():
    odd = make_exercise("odd", ranges=DoseRanges(repetitions=Range(min=3)))

    case = make_weeks_case(1, make_item("odd", make_dose(repetitions=90)), exercises=[odd])

    assert found(case, "dose.range") == []


def test_a_measure_without_a_range_may_be_anything_possible():
    free = make_exercise("free", ranges=DoseRanges())

    assert found(make_case_with(make_item("free", make_dose(hold_seconds=90)), exercises=[free]), "dose.range") == []


def test_a_range_that_lies_beyond_the_limits_has_no_fix():
    odd = make_exercise("odd", ranges=DoseRanges(repetitions=make_range(200, 300)))

    (finding,) = found(make_case_with(make_item("odd"), exercises=[odd]), "dose.range")

    assert finding.fixes == ()


# dose.start-low


def test_a_first_week_at_the_top_of_the_starting_range_is_low_enough():
    assert found(make_case_with(make_item(dose=make_dose(repetitions=5))), "dose.start-low") == []


def test_a_half_sit_up_starts_at_eight_to_ten():
    assert found(make_case_with(sit_up(make_dose(repetitions=10))), "dose.start-low") == []


def test_a_later_revision_goes_on_from_the_last_one():
    case = make_case_with(make_item(dose=make_dose(repetitions=6)), facts=make_facts(has_earlier_revision=True))

    assert found(case, "dose.start-low") == []


def test_an_item_that_starts_in_a_later_week_is_not_in_the_first_week():
    assert found(make_case_with(make_item(dose=make_dose(repetitions=6), from_week=2)), "dose.start-low") == []


def test_a_first_week_that_was_fixed_lower_by_hand_is_low_enough():
    item = make_item(dose=make_dose(repetitions=6), weeks=(WeekDose(1, repetitions=5),))

    assert found(make_case_with(item), "dose.start-low") == []


def test_a_first_week_above_the_starting_range_is_a_warning_and_starts_lower():
    case = make_case_with(make_item(dose=make_dose(repetitions=6)))

    findings = check(case)

    assert ids(findings) == ["dose.start-low"]
    assert findings[0].severity is Severity.WARNING
    assert findings[0].where == "/items/2/dose/repetitions"
    assert findings[0].source == "leaflet: rule 6"
    assert findings[0].values == {
        "exercise": "back-rotation",
        "measure": "repetitions",
        "value": 6,
        "low": 3,
        "high": 5,
    }
    assert findings[0].fixes == (Fix("set-5", (Set("/items/2/dose/repetitions", 5),)),)
    assert ids(check(fixed(case, findings[0].fixes[0]))) == []


def test_a_first_week_that_was_fixed_too_high_by_hand_is_found_in_that_week():
    item = make_item(weeks=(WeekDose(3, repetitions=5), WeekDose(1, repetitions=6)))

    findings = found(make_case_with(item), "dose.start-low")

    assert wheres(findings) == ["/items/2/weeks/1/repetitions"]
    assert findings[0].fixes == (Fix("set-5", (Set("/items/2/weeks/1/repetitions", 5),)),)


def test_a_starting_range_counts_for_every_measure():
    seat = make_exercise("wall-sit", start_ranges=DoseRanges(duration_seconds=make_range(60)))
    at_most, above = make_duration(60), make_duration(61)

    assert found(make_case_with(make_item("wall-sit", at_most), exercises=[seat]), "dose.start-low") == []
    assert wheres(found(make_case_with(make_item("wall-sit", above), exercises=[seat]), "dose.start-low")) == [
        "/items/2/dose/duration_seconds"
    ]


# dose.jump, in repetitions and duration


def test_a_dose_that_stays_the_same_does_not_jump():
    assert found(make_case(), "dose.jump") == []


def test_a_rise_of_two_repetitions_a_week_is_gradual():
    case = make_weeks_case(2, make_item(dose=make_dose(repetitions=3), goal=Goal(repetitions=5)))

    assert found(case, "dose.jump") == []


def test_a_rise_of_three_repetitions_in_a_week_is_a_warning():
    case = make_weeks_case(2, make_item(dose=make_dose(repetitions=3), goal=Goal(repetitions=6)))

    findings = check(case)

    assert ids(findings) == ["dose.jump"]
    assert findings[0].severity is Severity.WARNING
    assert findings[0].where == "/items/2/goal/repetitions"
    assert findings[0].values == {
        "variant": "repetitions",
        "exercise": "back-rotation",
        "week": 2,
        "before": 3,
        "value": 6,
        "most": 5,
    }
    assert findings[0].fixes == (Fix("smooth", (Set("/items/2/weeks", [{"week": 2, "repetitions": 5}]),)),)
    assert ids(check(fixed(case, findings[0].fixes[0]))) == []


@pytest.mark.parametrize(("before", "gradual", "jump"), [(60, 90, 91), (61, 91, 92), (100, 150, 151)])
def test_a_duration_may_rise_by_half_and_no_more(before, gradual, jump):
    kept = make_weeks_case(2, make_item(dose=make_duration(before), goal=Goal(duration_seconds=gradual)))
    broken = make_weeks_case(2, make_item(dose=make_duration(before), goal=Goal(duration_seconds=jump)))

    assert found(kept, "dose.jump") == []
    (finding,) = found(broken, "dose.jump")
    assert finding.where == "/items/2/goal/duration_seconds"
    assert finding.values["variant"] == "duration_seconds"
    assert finding.values["most"] == gradual
    assert finding.fixes[0].changes == (Set("/items/2/weeks", [{"week": 2, "duration_seconds": gradual}]),)


def test_a_hold_may_rise_at_once():
    case = make_weeks_case(2, make_item(dose=make_dose(hold_seconds=3), goal=Goal(hold_seconds=10)))

    assert found(case, "dose.jump") == []


def test_how_much_is_gradual_is_the_protocols():
    protocol = make_protocol(jump=JumpRules(repetitions=3, days_per_week=1, duration_percent=50))
    case = make_weeks_case(2, make_item(dose=make_dose(repetitions=3), goal=Goal(repetitions=6)), protocol=protocol)

    assert found(case, "dose.jump") == []


def test_a_week_that_was_fixed_by_hand_jumps_where_it_stands():
    case = make_weeks_case(3, make_item(weeks=(WeekDose(1, hold_seconds=6), WeekDose(2, repetitions=9))))

    (finding,) = found(case, "dose.jump")

    assert finding.where == "/items/2/weeks/1/repetitions"
    assert finding.values["week"] == 2


def test_smoothing_keeps_what_was_fixed_by_hand_and_goes_up_week_by_week():
    fixed_weeks = (WeekDose(2, repetitions=10, load="red band"), WeekDose(4, hold_seconds=6))
    case = make_weeks_case(4, make_item(dose=make_dose(repetitions=3), goal=Goal(repetitions=10), weeks=fixed_weeks))

    (finding,) = found(case, "dose.jump")

    assert finding.fixes[0].changes == (
        Set(
            "/items/2/weeks",
            [
                {"week": 2, "repetitions": 5, "load": "red band"},
                {"week": 3, "repetitions": 7},
                {"week": 4, "repetitions": 9, "hold_seconds": 6},
            ],
        ),
    )
    assert found(fixed(case, finding.fixes[0]), "dose.jump") == []


def test_an_item_gives_one_finding_for_each_measure_that_jumps():
    item = make_item(
        dose=make_dose(repetitions=3, hold_seconds=None, duration_seconds=60),
        weeks=(WeekDose(2, repetitions=6, duration_seconds=100), WeekDose(3, repetitions=9)),
    )

    findings = found(make_weeks_case(3, item), "dose.jump")

    assert wheres(findings) == ["/items/2/weeks/0/repetitions", "/items/2/weeks/0/duration_seconds"]


def test_from_an_impossible_dose_nothing_is_called_a_jump():
    case = make_weeks_case(2, make_item(dose=make_duration(0), goal=Goal(duration_seconds=90)))

    assert ids(check(case)) == ["dose.impossible"]


# dose.jump, from what was asked before


def make_facts_after(dose, days=3, **changes):
    last = {"back-rotation": LastDose(dose, days)}
    return make_facts(has_earlier_revision=True, last_doses=last, last_days_per_week=3, **changes)


def test_two_repetitions_more_than_the_last_revision_are_gradual():
    facts = make_facts_after(make_dose(repetitions=5))

    assert found(make_weeks_case(1, make_item(dose=make_dose(repetitions=7)), facts), "dose.jump") == []


def test_three_repetitions_more_than_the_last_revision_are_a_jump():
    facts = make_facts_after(make_dose(repetitions=5))
    case = make_weeks_case(1, make_item(dose=make_dose(repetitions=8)), facts)

    (finding,) = found(case, "dose.jump")

    assert finding.where == "/items/2/dose/repetitions"
    assert (finding.values["week"], finding.values["before"], finding.values["value"]) == (1, 5, 8)
    assert finding.fixes[0].changes == (Set("/items/2/weeks", [{"week": 1, "repetitions": 7}]),)
    assert found(fixed(case, finding.fixes[0]), "dose.jump") == []


def test_a_first_week_that_jumps_points_at_the_start_and_not_at_the_goal():
    facts = make_facts_after(make_dose(repetitions=5))
    case = make_weeks_case(3, make_item(dose=make_dose(repetitions=8), goal=Goal(repetitions=10)), facts)

    assert wheres(found(case, "dose.jump")) == ["/items/2/dose/repetitions"]


def test_a_later_week_without_a_goal_points_at_the_start():
    item = make_item(dose=make_dose(repetitions=8), weeks=(WeekDose(1, repetitions=3),))

    assert wheres(found(make_weeks_case(2, item), "dose.jump")) == ["/items/2/dose/repetitions"]


def test_an_item_that_starts_later_goes_on_from_the_last_revision_too():
    facts = make_facts_after(make_dose(repetitions=5))

    gradual = make_weeks_case(3, make_item(dose=make_dose(repetitions=7), from_week=2), facts)
    jump = make_weeks_case(3, make_item(dose=make_dose(repetitions=8), from_week=2), facts)

    assert found(gradual, "dose.jump") == []
    assert [finding.values["week"] for finding in found(jump, "dose.jump")] == [2]


def test_an_exercise_that_the_last_revision_did_not_have_has_nothing_to_jump_from():
    facts = make_facts(has_earlier_revision=True, last_doses={"bridge": LastDose(make_dose(repetitions=3), 3)})

    assert found(make_weeks_case(1, make_item(dose=make_dose(repetitions=10)), facts), "dose.jump") == []


def test_a_duration_does_not_jump_from_repetitions():
    facts = make_facts_after(make_dose(repetitions=5))

    assert found(make_weeks_case(1, make_item(dose=make_duration(600)), facts), "dose.jump") == []


def make_split_case(repetitions):
    """One exercise as two items: from three to five times in two weeks, then as asked. Last time it was three."""
    first = make_item(dose=make_dose(repetitions=3), goal=Goal(repetitions=5), to_week=2)
    then = make_item(dose=make_dose(repetitions=repetitions), from_week=3)
    programme = make_programme(walk(), tilt(), first, then, prone(), weeks=4)
    return make_case(programme=programme, facts=make_facts_after(make_dose(repetitions=3)))


def test_a_second_item_of_an_exercise_goes_on_from_the_first():
    assert found(make_split_case(7), "dose.jump") == []


def test_a_second_item_of_an_exercise_that_starts_too_high_is_a_jump():
    case = make_split_case(8)

    (finding,) = found(case, "dose.jump")

    assert finding.where == "/items/3/dose/repetitions"
    assert (finding.values["week"], finding.values["before"], finding.values["most"]) == (3, 5, 7)
    assert found(fixed(case, finding.fixes[0]), "dose.jump") == []


def test_an_item_for_the_other_side_does_not_go_on_from_the_first():
    case = make_case(
        walk(),
        tilt(),
        make_item(dose=make_dose(repetitions=3, side="left"), to_week=2),
        make_item(dose=make_dose(repetitions=10, side="right"), from_week=3),
    )

    assert found(case, "dose.jump") == []


# dose.jump, in days a week


def make_days_case(days, goal, weeks=2, last=None, by_hand=()):
    programme = make_programme(
        weeks=weeks,
        frequency=make_frequency(days),
        frequency_goal=make_frequency(goal) if goal else None,
        frequency_weeks=by_hand,
    )
    return make_case(programme=programme, facts=make_facts(has_earlier_revision=True, last_days_per_week=last))


def test_one_day_a_week_more_is_gradual():
    assert ids(check(make_days_case(3, goal=4))) == []


def test_two_days_a_week_more_in_one_week_are_a_jump():
    case = make_days_case(3, goal=5)

    findings = check(case)

    assert ids(findings) == ["dose.jump"]
    assert findings[0].where == "/frequency/goal/days_per_week"
    assert findings[0].values == {"variant": "days_per_week", "week": 2, "before": 3, "value": 5, "most": 4}
    assert findings[0].fixes == (
        Fix("smooth", (Set("/frequency/weeks", [{"week": 2, "days_per_week": {"min": 4, "max": 4}}]),)),
    )
    assert ids(check(fixed(case, findings[0].fixes[0]))) == []


def test_a_range_of_days_counts_at_its_most():
    assert ids(check(make_days_case(make_range(3, 4), goal=make_range(3, 5)))) == []
    assert ids(check(make_days_case(make_range(3, 3), goal=make_range(3, 5)))) == ["dose.jump"]


def test_smoothing_the_days_keeps_what_was_fixed_by_hand():
    by_hand = (WeekFrequency(2, times_per_day=make_range(1)),)
    case = make_days_case(3, goal=make_range(3, 5), by_hand=by_hand)

    (finding,) = check(case)

    assert finding.fixes[0].changes == (
        Set(
            "/frequency/weeks",
            [{"week": 2, "times_per_day": {"min": 1, "max": 1}, "days_per_week": {"min": 3, "max": 4}}],
        ),
    )


def test_a_week_of_days_that_was_fixed_by_hand_jumps_where_it_stands():
    by_hand = (WeekFrequency(1, days_per_week=make_range(3)), WeekFrequency(2, days_per_week=make_range(5)))

    assert wheres(check(make_days_case(4, goal=None, by_hand=by_hand))) == ["/frequency/weeks/1/days_per_week"]


def test_one_day_a_week_more_than_the_last_revision_is_gradual():
    assert ids(check(make_days_case(4, goal=None, last=3))) == []


def test_two_days_a_week_more_than_the_last_revision_are_a_jump():
    case = make_days_case(5, goal=None, last=3)

    (finding,) = check(case)

    assert finding.id == "dose.jump"
    assert finding.where == "/frequency/days_per_week"
    assert (finding.values["week"], finding.values["before"], finding.values["value"]) == (1, 3, 5)
    assert ids(check(fixed(case, finding.fixes[0]))) == []


def test_an_item_with_its_own_days_may_have_one_more_than_the_last_revision():
    facts = make_facts_after(make_dose(), days=3)

    case = make_weeks_case(1, make_item(frequency=make_frequency(4)), facts)

    assert found(case, "dose.jump") == []


def test_an_item_with_its_own_days_that_has_two_more_than_the_last_revision_is_a_jump():
    facts = make_facts_after(make_dose(), days=3)
    case = make_weeks_case(1, make_item(frequency=make_frequency(make_range(4, 5))), facts)

    findings = check(case)

    assert ids(findings) == ["dose.jump"]
    assert findings[0].where == "/items/2/frequency/days_per_week"
    assert findings[0].values == {
        "variant": "own_days_per_week",
        "exercise": "back-rotation",
        "week": 1,
        "before": 3,
        "value": 5,
        "most": 4,
    }
    assert findings[0].fixes == (Fix("set-4", (Set("/items/2/frequency/days_per_week", {"min": 4, "max": 4}),)),)
    assert ids(check(fixed(case, findings[0].fixes[0]))) == []


# dose.fall


def test_a_dose_that_stays_or_rises_does_not_fall():
    case = make_weeks_case(2, make_item(dose=make_dose(repetitions=4), goal=Goal(repetitions=5)))

    assert found(case, "dose.fall") == []


@pytest.mark.parametrize(
    ("dose", "measure", "goal"),
    [
        (make_dose(sets=3), "sets", 2),
        (make_dose(), "repetitions", 4),
        (make_dose(), "hold_seconds", 4),
        (make_duration(61), "duration_seconds", 60),
    ],
    ids=["sets", "repetitions", "hold", "duration"],
)
def test_a_later_week_that_asks_less_is_an_advice(dose, measure, goal):
    case = make_weeks_case(2, make_item(dose=dose, goal=Goal(**{measure: goal})))

    findings = check(case)

    assert ids(findings) == ["dose.fall"]
    assert findings[0].severity is Severity.ADVICE
    assert findings[0].where == f"/items/2/goal/{measure}"
    assert findings[0].values == {
        "variant": "dose",
        "exercise": "back-rotation",
        "measure": measure,
        "week": 2,
        "before": goal + 1,
        "value": goal,
    }
    assert findings[0].fixes == ()


def test_an_eased_week_is_found_once_where_it_was_fixed():
    case = make_weeks_case(4, make_item(weeks=(WeekDose(2, repetitions=4), WeekDose(4, repetitions=3))))

    assert wheres(found(case, "dose.fall")) == ["/items/2/weeks/0/repetitions"]


def test_fewer_days_in_a_later_week_are_an_advice():
    findings = check(make_days_case(5, goal=4))

    assert ids(findings) == ["dose.fall"]
    assert findings[0].where == "/frequency/goal/days_per_week"
    assert findings[0].values == {
        "variant": "frequency",
        "measure": "days_per_week",
        "week": 2,
        "before": 5,
        "value": 4,
    }


def test_fewer_times_a_day_in_a_later_week_are_an_advice():
    by_hand = (WeekFrequency(1, times_per_day=make_range(2)),)

    findings = found(make_days_case(3, goal=None, by_hand=by_hand), "dose.fall")

    assert wheres(findings) == ["/frequency/times_per_day"]


# dose.both-sides


def test_an_each_side_exercise_for_each_side_is_whole():
    assert found(make_case(), "dose.both-sides") == []


def test_an_each_side_exercise_as_one_item_a_side_is_whole():
    left, right = knee(make_dose(side="left")), knee(make_dose(side="right"))

    assert found(make_case(walk(), tilt(), left, right), "dose.both-sides") == []


def test_an_exercise_for_both_sides_together_may_be_prescribed_for_one_side():
    assert found(make_case(walk(), tilt(make_dose(side="left")), knee()), "dose.both-sides") == []


def test_a_protocol_may_leave_the_other_side_alone():
    case = make_case(walk(), tilt(), knee(make_dose(side="left")), prone(), protocol=make_protocol(both_sides=False))

    assert found(case, "dose.both-sides") == []


@pytest.mark.parametrize("side", ["left", "right"])
def test_an_each_side_exercise_for_one_side_is_a_warning_and_set_to_each_side(side):
    case = make_case(walk(), tilt(), knee(make_dose(side=side)), prone())

    (finding,) = found(case, "dose.both-sides")

    assert finding.severity is Severity.WARNING
    assert finding.where == "/items/2/dose/side"
    assert finding.source == "leaflet: rule 10"
    assert finding.values == {"exercise": "knee-to-chest", "side": side}
    assert finding.fixes == (Fix("each-side", (Set("/items/2/dose/side", "each_side"),)),)
    assert ids(check(fixed(case, finding.fixes[0]))) == []
