"""What holds for every finding of every rule, on any plan."""

import datetime
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.protocols import EvidenceNote, Range
from plans.rules import RULES, check
from plans.values import Dose, Frequency, Goal, Item, LastDose, PatientFacts, Set, Severity, WeekDose, WeekFrequency
from tests.plans.rules.firing import FIRING
from tests.plans.rules.fixing import points_at_something, remedies_that_fail
from tests.plans.rules.make import found, ids, make_case, make_catalogue, make_exercise, make_programme, make_protocol

CASES = [pytest.param(finding_id, case, id=finding_id) for finding_id, cases in FIRING.items() for case in cases]


def test_there_is_a_firing_case_for_every_rule():
    assert list(FIRING) == [rule.id for rule in RULES]


@pytest.mark.parametrize(("finding_id", "case"), CASES)
def test_every_firing_case_fires(finding_id, case):
    assert finding_id in ids(check(case))


@pytest.mark.parametrize(("finding_id", "case"), CASES)
def test_a_fix_removes_its_finding_and_adds_no_error(finding_id, case):
    assert remedies_that_fail(case) == []


@pytest.mark.parametrize(("finding_id", "case"), CASES)
def test_what_a_fix_sets_is_there_in_the_plans_form(finding_id, case):
    changes = [change for finding in check(case) for fix in finding.fixes for change in fix.changes]

    assert [one for one in changes if isinstance(one, Set) and not points_at_something(case, one)] == []


def test_every_error_and_warning_that_a_change_of_the_plan_can_remove_offers_a_fix():
    without = {
        rule.id
        for rule in RULES
        if rule.severity is not Severity.ADVICE
        and not any(finding.fixes for case in FIRING[rule.id] for finding in found(case, rule.id))
    }

    # No change of the plan makes exercise indicated: the clinician waits, or says why.
    assert without == {"phase.not-indicated"}


@pytest.mark.parametrize(("finding_id", "case"), CASES)
def test_under_a_protocol_that_rests_on_something_else_no_finding_cites_the_leaflet(finding_id, case):
    protocol = replace(
        case.protocol, source="guideline", rules=case.protocol.rules.model_copy(update={"evidence_notes": ()})
    )

    sources = {finding.source for finding in check(replace(case, protocol=protocol))}

    assert not [source for source in sources if "leaflet" in source]
    assert sources <= {"guideline", "house", "record", "Henry 1999, Eckard 2015; number house"}


@pytest.mark.parametrize(("finding_id", "case"), CASES)
def test_the_fixes_of_a_finding_have_ids_of_their_own(finding_id, case):
    for finding in check(case):
        names = [fix.id for fix in finding.fixes]

        assert len(set(names)) == len(names)


def test_findings_come_in_the_order_of_the_rules():
    order = [rule.id for rule in RULES]

    for cases in FIRING.values():
        for case in cases:
            places = [order.index(finding_id) for finding_id in ids(check(case))]
            assert places == sorted(places)


def test_the_order_of_the_catalogue_changes_nothing():
    for cases in FIRING.values():
        for case in cases:
            backwards = replace(case, exercises=dict(reversed(case.exercises.items())))
            assert check(backwards) == check(case)


# Any structurally valid plan.

STRANGE = [
    make_exercise("strange", None),
    make_exercise("old", withdrawn=True, replaced_by="back-rotation"),
    make_exercise("older", None, withdrawn=True, replaced_by="old"),
    make_exercise("orphan", progression_of="nowhere"),
    make_exercise("plank", "core_balance", posture="kneeling", names={"en": "Plank"}, effects=()),
    make_exercise("home", "stretching", posture="sitting", equipment=(("stool",), ("cushion", "towel"))),
]
CODES = [*make_catalogue(), *(exercise.code for exercise in STRANGE)]
PROTOCOLS = [
    make_protocol(),
    make_protocol(opening_exercise=None, basics_need_clearance=False),
    make_protocol(
        evidence_notes=(
            EvidenceNote(code="one", groups=("core_balance",), phases=("acute", "chronic"), source="leaflet"),
            EvidenceNote(code="two", groups=("core_balance", "basic"), phases=("acute",), source="a study"),
        )
    ),
]

numbers = st.none() | st.integers(-3, 12) | st.sampled_from([0, 30, 60, 100, 101, 600, 7201])
weeks = st.integers(1, 9)


@st.composite
def ranges(draw, most=8):
    low, high = draw(st.none() | st.integers(0, most)), draw(st.none() | st.integers(0, most))
    return Range(min=min(low, high), max=max(low, high)) if None not in {low, high} else Range(min=low, max=high)


doses = st.builds(
    Dose,
    sets=numbers,
    repetitions=numbers,
    hold_seconds=numbers,
    duration_seconds=numbers,
    rest_seconds=numbers,
    side=st.sampled_from(["both_together", "alternating", "each_side", "left", "right"]),
)
frequencies = st.builds(Frequency, ranges(), ranges(3), st.none() | st.integers(1, 20))
items = st.builds(
    Item,
    exercise=st.sampled_from(CODES),
    dose=doses,
    goal=st.builds(Goal, numbers, numbers, numbers, numbers),
    weeks=st.lists(st.builds(WeekDose, weeks, numbers, numbers, numbers, numbers, numbers), max_size=3).map(tuple),
    from_week=weeks,
    to_week=st.none() | weeks,
    frequency=st.none() | frequencies,
)
programmes = st.builds(
    make_programme,
    phase=st.sampled_from(["acute", "post_acute", "chronic", "unheard_of"]),
    language=st.sampled_from(["nl", "en", "fr"]),
    weeks=st.integers(1, 7),
    frequency=frequencies,
    frequency_goal=st.none() | frequencies,
    frequency_weeks=st.lists(
        st.builds(WeekFrequency, weeks, st.none() | ranges(), st.none() | ranges(3)), max_size=3
    ).map(tuple),
    items=st.lists(items, max_size=7).map(tuple),
)
patients = st.builds(
    PatientFacts,
    phase=st.sampled_from([None, "acute", "chronic", "unheard_of"]),
    phase_assessed_on=st.none() | st.dates(datetime.date(2024, 12, 1), datetime.date(2025, 4, 1)),
    precautions=st.frozensets(st.sampled_from(["pregnancy", "prone_lying", "unheard_of"])),
    equipment=st.none() | st.frozensets(st.sampled_from(["stool", "towel"])),
    minutes=st.none() | st.integers(1, 40),
    cleared=st.booleans(),
    earlier_exercises=st.frozensets(st.sampled_from(CODES), max_size=3),
    last_doses=st.dictionaries(st.sampled_from(CODES), st.builds(LastDose, doses, st.integers(0, 7)), max_size=3),
    last_days_per_week=st.none() | st.integers(0, 7),
    has_earlier_revision=st.booleans(),
)
cases = st.builds(
    lambda programme, facts, protocol: make_case(
        programme=programme, facts=facts, protocol=protocol, exercises=STRANGE
    ),
    programmes,
    patients,
    st.sampled_from(PROTOCOLS),
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(cases)
def test_on_any_plan_no_rule_raises_and_no_two_findings_share_id_and_place(case):
    findings = check(case)

    places = [(finding.id, finding.where) for finding in findings]
    assert len(set(places)) == len(places)
    assert check(case) == findings


@settings(max_examples=150, deadline=None, derandomize=True)
@given(cases)
def test_on_any_plan_every_fix_removes_its_finding_and_adds_no_error(case):
    assert remedies_that_fail(case) == []
