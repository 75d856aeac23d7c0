import datetime

import pytest

from catalogue.protocols import EvidenceNote
from plans.rules import check
from plans.values import Drop, Fix, Set, Severity
from tests.plans.rules.fixing import fixed
from tests.plans.rules.make import (
    found,
    ids,
    knee,
    make_case,
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


def make_acute_case(*items, **changes):
    programme = make_programme(*items or (walk(), tilt(), knee()), phase="acute")
    return make_case(programme=programme, facts=make_facts(phase="acute", cleared=False), **changes)


# phase.contraindicated


def test_an_exercise_that_the_phase_allows_is_not_contraindicated():
    assert found(make_acute_case(), "phase.contraindicated") == []


@pytest.mark.parametrize("phase", ["post_acute", "chronic", "prevention"])
def test_an_exercise_for_after_the_acute_phase_is_allowed_then(phase):
    case = make_case(programme=make_programme(phase=phase), facts=make_facts(phase=phase))

    assert ids(check(case)) == []


def test_an_exercise_that_the_phase_never_allows_is_an_error():
    case = make_acute_case(walk(), tilt(), knee(), prone())

    findings = found(case, "phase.contraindicated")

    assert ids(findings) == ["phase.contraindicated"]
    assert findings[0].severity is Severity.ERROR
    assert findings[0].where == "/items/3"
    assert findings[0].source == "leaflet: Section of prone-lying"
    assert findings[0].values == {"exercise": "prone-lying", "phase": "acute"}


def test_a_contraindicated_exercise_is_dropped():
    case = make_acute_case(walk(), tilt(), knee(), prone())

    (finding,) = found(case, "phase.contraindicated")

    assert finding.fixes == (Fix("drop", (Drop(3),)),)
    assert found(fixed(case, finding.fixes[0]), "phase.contraindicated") == []


def test_a_house_exercise_without_a_section_is_contraindicated_by_the_house():
    own = make_exercise("own", source="house", section="", suitability={"acute": "never"})

    (finding,) = found(make_acute_case(walk(), make_item("own"), exercises=[own]), "phase.contraindicated")

    assert finding.source == "house"


# phase.not-indicated


def test_exercise_is_indicated_after_the_acute_phase():
    assert found(make_case(), "phase.not-indicated") == []


def test_an_empty_plan_is_not_told_that_exercise_is_not_indicated():
    case = make_case(programme=make_programme(items=(), phase="acute"), facts=make_facts(phase="acute"))

    assert found(case, "phase.not-indicated") == []


def test_in_the_acute_phase_exercise_is_usually_not_indicated_said_once_a_plan():
    findings = found(make_acute_case(), "phase.not-indicated")

    assert ids(findings) == ["phase.not-indicated"]
    assert findings[0].severity is Severity.WARNING
    assert findings[0].where == "/phase"
    assert findings[0].source == "leaflet: rule 1"
    assert findings[0].values == {"phase": "acute"}


# phase.caution


def test_an_exercise_without_caution_in_the_phase_is_silent():
    assert found(make_case(), "phase.caution") == []


def test_caution_is_silent_where_exercise_is_not_indicated_at_all():
    case = make_acute_case()

    findings = check(case)

    assert "phase.not-indicated" in ids(findings)
    assert "phase.caution" not in ids(findings)


def test_an_exercise_whose_record_says_caution_in_the_phase_is_a_warning():
    careful = make_exercise("careful", suitability={"post_acute": "caution"})
    case = make_case(walk(), tilt(), knee(), make_item("careful"), prone(), exercises=[careful])

    findings = check(case)

    assert ids(findings) == ["phase.caution"]
    assert findings[0].severity is Severity.WARNING
    assert findings[0].where == "/items/3"
    assert findings[0].values == {"exercise": "careful", "phase": "post_acute"}
    assert findings[0].fixes == (Fix("drop", (Drop(3),)),)


# phase.evidence


def test_without_core_exercises_there_is_no_evidence_note():
    assert found(make_case(), "phase.evidence") == []


@pytest.mark.parametrize("phase", ["chronic", "prevention"])
def test_core_exercises_bring_no_note_in_a_phase_that_they_help_in(phase):
    programme = make_programme(walk(), tilt(), knee(), prone(), make_item("bridge"), phase=phase)

    assert ids(check(make_case(programme=programme, facts=make_facts(phase=phase)))) == []


def test_core_exercises_after_the_acute_phase_bring_an_advice_without_a_fix():
    findings = check(make_case(walk(), tilt(), knee(), prone(), make_item("bridge")))

    assert ids(findings) == ["phase.evidence"]
    assert findings[0].severity is Severity.ADVICE
    assert findings[0].where == "/items/4"
    assert findings[0].values == {"group": "core_balance", "notes": ["core_balance"]}
    assert findings[0].fixes == ()


def test_core_exercises_in_the_acute_phase_bring_the_note_too():
    findings = found(make_acute_case(walk(), tilt(), knee(), make_item("bridge")), "phase.evidence")

    assert ids(findings) == ["phase.evidence"]


def test_a_note_is_given_once_however_many_exercises_it_is_about():
    plank = make_exercise("plank", "core_balance")
    case = make_case(walk(), tilt(), knee(), make_item("bridge"), make_item("plank"), exercises=[plank])

    assert wheres(found(case, "phase.evidence")) == ["/items/3"]


def test_two_notes_about_one_exercise_are_one_finding():
    first = EvidenceNote(code="first", groups=("core_balance",), phases=("post_acute",), source="leaflet")
    second = EvidenceNote(code="second", groups=("core_balance",), phases=("post_acute",), source="a study")
    protocol = make_protocol(evidence_notes=(first, second))

    findings = found(make_case(walk(), tilt(), knee(), make_item("bridge"), protocol=protocol), "phase.evidence")

    assert ids(findings) == ["phase.evidence"]
    assert findings[0].values["notes"] == ["first", "second"]
    assert findings[0].source == "leaflet; a study"


# phase.mismatch


def test_a_phase_that_was_assessed_42_days_ago_still_counts():
    facts = make_facts(phase_assessed_on=datetime.date(2025, 1, 20))

    assert ids(check(make_case(facts=facts))) == []


def test_a_phase_that_was_assessed_43_days_ago_is_old():
    facts = make_facts(phase_assessed_on=datetime.date(2025, 1, 19))

    findings = check(make_case(facts=facts))

    assert ids(findings) == ["phase.mismatch"]
    assert findings[0].severity is Severity.WARNING
    assert findings[0].where == "/phase"
    assert findings[0].values == {
        "variant": "old",
        "phase": "post_acute",
        "assessed_on": "2025-01-19",
        "days": 42,
    }
    assert findings[0].fixes == ()


def test_how_many_days_an_assessment_lasts_is_the_protocols():
    protocol = make_protocol(phase_assessment_max_days=13)

    assert ids(check(make_case(protocol=protocol))) == ["phase.mismatch"]


def test_a_phase_whose_date_is_not_known_is_not_called_old():
    assert ids(check(make_case(facts=make_facts(phase_assessed_on=None)))) == []


def test_a_plan_for_another_phase_than_the_episodes_follows_it():
    case = make_case(facts=make_facts(phase="chronic"))

    findings = check(case)

    assert ids(findings) == ["phase.mismatch"]
    assert findings[0].values == {"variant": "differs", "phase": "post_acute", "current": "chronic"}
    assert findings[0].fixes == (Fix("set-phase", (Set("/phase", "chronic"),)),)
    assert ids(check(fixed(case, findings[0].fixes[0]))) == []


def test_the_episodes_phase_is_not_taken_over_where_it_forbids_an_exercise():
    (finding,) = check(make_case(facts=make_facts(phase="acute")))

    assert finding.id == "phase.mismatch"
    assert finding.fixes == ()


def test_an_old_assessment_is_not_taken_over():
    facts = make_facts(phase="chronic", phase_assessed_on=datetime.date(2025, 1, 19))

    (finding,) = check(make_case(facts=facts))

    assert finding.values["variant"] == "differs"
    assert finding.fixes == ()


def test_a_phase_of_another_protocol_is_not_taken_over():
    (finding,) = check(make_case(facts=make_facts(phase="week_1")))

    assert finding.id == "phase.mismatch"
    assert finding.fixes == ()


def test_an_episode_without_an_assessed_phase_is_a_warning():
    (finding,) = check(make_case(facts=make_facts(phase=None, phase_assessed_on=None)))

    assert finding.id == "phase.mismatch"
    assert finding.values == {"variant": "unknown", "phase": "post_acute"}
    assert finding.fixes == ()
