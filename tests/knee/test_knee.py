"""Protocols are data: one in another style than the leaflet's, loaded from files alone, is checked by the same rules.

`content/` holds only what somebody would add to the catalogue's folder: facts and words of eight exercises, and a
protocol for a knee after an operation. It places them, and one exercise that back care places too.
"""

from __future__ import annotations

import datetime
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import permutations, product
from pathlib import Path
from typing import Any

import pytest

from catalogue.loading import Report, load_content
from catalogue.models import Placement, Protocol
from catalogue.records import digest, protocol_content
from catalogue.source import CONTENT, Content, read_content
from patients.models import PhaseAssessment
from plans.checking import catalogue_of, terms
from plans.models import Revision
from plans.pdf import render_programme
from plans.rules import RULES, check
from plans.rules.case import Case, default_item
from plans.rules.texts import Writer
from plans.values import (
    Dose,
    Finding,
    Frequency,
    Goal,
    Item,
    LastDose,
    PatientFacts,
    Programme,
    Severity,
    WeekFrequency,
)
from tests.factories import make_client, make_episode, make_patient, make_practice
from tests.plans.rules.fixing import remedies_that_fail
from tests.plans.rules.make import make_frequency, make_range, wheres
from tests.plans.test_pdf import text_of

pytestmark = pytest.mark.django_db

CODE = "knee-after-surgery"
PHASES = ("weeks_1_2", "weeks_3_6", "weeks_7_12")
TODAY = datetime.date(2025, 3, 3)
EARLY = ("ankle-pumps", "heel-slide", "quadriceps-set", "straight-leg-raise")
OFTEN = make_frequency(7, make_range(3, 4))

FOREIGN = re.compile(
    r"pelvi|bekken|warm-?up|warming|opwarm|leaflet|folder|clearance|vrijgave|back care|rugzorg|worst pain|ergste pijn"
    r"|\b3(-| to | tot )(5|10)\b|\b8(-| to | tot )15\b",
    re.IGNORECASE,
)
"""What only the leaflet asks for, and its ranges."""


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Content:
    """The catalogue's folder with the knee's files put into it."""
    folder = tmp_path_factory.mktemp("catalogue") / "content"
    shutil.copytree(CONTENT, folder)
    shutil.copytree(Path(__file__).with_name("content"), folder, dirs_exist_ok=True)
    return read_content(folder)


@pytest.fixture
def report(content: Content) -> Report:
    return load_content(content)


@dataclass(frozen=True)
class Knee:
    """Cases under the knee's protocol, as it was loaded."""

    plain: Case

    def case(self, *items: Item | str, facts: PatientFacts | None = None, language: str = "en", **changes: Any) -> Case:
        """A first plan of two weeks; exercises given by code have the protocol's doses, on the left leg."""
        placed = tuple(self.item(one) if isinstance(one, str) else one for one in items)
        programme = replace(self.plain.programme, items=placed, language=language, **changes)
        usual = PatientFacts(phase=programme.phase, phase_assessed_on=TODAY)
        return replace(self.plain, programme=programme, patient=facts or usual)

    def item(self, code: str, **changes: Any) -> Item:
        exercise = self.plain.exercises[code]
        item = default_item(exercise)
        side = "left" if exercise.side == "each_side" else exercise.side
        return replace(item, **{"dose": replace(item.dose, side=side)} | changes)

    @property
    def codes(self) -> list[str]:
        return [code for code, exercise in self.plain.exercises.items() if exercise.group]


@pytest.fixture
def knee(report: Report) -> Knee:
    protocol, exercises = catalogue_of(make_practice().pk, Protocol.objects.get(code=CODE, practice=None))
    programme = Programme(protocol=CODE, phase="weeks_1_2", language="en", weeks=2, frequency=OFTEN)
    return Knee(Case(programme, protocol, exercises, PatientFacts(), TODAY))


def found(case: Case, finding_id: str) -> list[Finding]:
    return [finding for finding in check(case) if finding.id == finding_id]


# Loading.


def test_the_loader_takes_it_and_changes_nothing_else(report: Report):
    assert (report.updated, report.kept) == ([], [])
    assert [label for label in report.created if not label.startswith("exercise ")] == [f"protocol {CODE}"]
    assert len(report.created) == 1 + 8


def test_loading_it_again_changes_nothing(report: Report, content: Content):
    again = load_content(content)

    assert (again.created, again.updated, again.kept) == ([], [], [])
    protocol = Protocol.objects.complete().get(code=CODE, practice=None)
    assert digest(protocol_content(protocol)) == protocol.loaded_digest


def test_the_same_movement_has_another_place_in_each_protocol(report: Report):
    placements = Placement.objects.filter(exercise__code="straight-leg-raise", exercise__practice=None)

    first_phase = {
        one.group.protocol.code: one.suitabilities.get(phase=one.group.protocol.rules["phases"][0]["code"]).level
        for one in placements
    }

    assert first_phase == {"back-care": "never", CODE: "indicated"}


# Sensible plans.


@pytest.mark.parametrize(
    ("phase", "weeks", "codes"),
    [
        ("weeks_1_2", 2, EARLY),
        ("weeks_3_6", 4, ("heel-slide", "quadriceps-set", "terminal-knee-extension", "heel-raise")),
        ("weeks_7_12", 6, ("seated-knee-bend", "heel-raise", "mini-squat", "step-up")),
    ],
)
def test_a_sensible_plan_brings_no_error_and_no_warning(knee: Knee, phase: str, weeks: int, codes: tuple[str, ...]):
    case = knee.case(*codes, phase=phase, weeks=weeks)

    assert [one for one in check(case) if one.severity is not Severity.ADVICE] == []


def test_back_cares_exercises_are_not_part_of_it(knee: Knee):
    (finding,) = found(knee.case(*EARLY, "bridge"), "plan.outside-protocol")

    assert finding.where == "/items/4/exercise"


# What it refuses and warns of.


@pytest.mark.parametrize("code", ["mini-squat", "step-up"])
def test_what_comes_too_early_after_the_operation_is_an_error(knee: Knee, code: str):
    case = knee.case(*EARLY, code)

    (finding,) = found(case, "phase.contraindicated")

    assert (finding.severity, finding.where, finding.source) == (Severity.ERROR, "/items/4", "house")
    written = Writer(case, terms(), "en").finding(finding)
    assert written["message"].endswith("is never done in this phase: Weeks 1 and 2.")


def test_a_dose_in_back_cares_style_is_a_frequency_out_of_range(knee: Knee):
    findings = found(knee.case(*EARLY, frequency=make_frequency(3, 1)), "frequency.range")

    assert wheres(findings) == ["/frequency/days_per_week", "/frequency/times_per_day"]
    assert [(one.values["low"], one.values["high"]) for one in findings] == [(7, 7), (3, 4)]
    assert {(one.severity, one.source) for one in findings} == {(Severity.WARNING, "house")}


@pytest.mark.parametrize(("repetitions", "fits"), [(7, False), (8, True), (10, True), (12, True), (13, False)])
def test_the_ranges_are_its_own(knee: Knee, repetitions: int, fits: bool):
    item = knee.item("heel-slide", goal=Goal())
    item = replace(item, dose=replace(item.dose, repetitions=repetitions))

    assert (found(knee.case(item, "ankle-pumps"), "dose.range") == []) is fits


# Nothing of the leaflet.

SILENT = {
    "phase.not-indicated",
    "phase.evidence",
    "order.warm-up-first",
    "order.opening-first",
    "order.basics-missing",
    "order.basics-first",
    "order.basics-not-cleared",
    "balance.share",
    "balance.front-back",
    "dose.start-low",
    "dose.both-sides",
    "frequency.start",
}
"""Rules whose subject the protocol does not have: no data, no finding."""


def nasty(knee: Knee) -> Iterator[Case]:
    """Plans that make every other rule fire, then every pair of exercises in every phase with doses out of all bounds."""
    long_ago, careful = (
        TODAY - datetime.timedelta(days=99),
        frozenset({"dizziness", "getting_down_to_floor", "pregnancy"}),
    )
    last = {"heel-slide": LastDose(Dose(1, 1, 5), 1)}
    every = knee.case(*knee.codes)
    yield knee.case()
    yield every
    for phase in PHASES:
        yield knee.case(*knee.codes, phase=phase, language="fr", facts=PatientFacts(precautions=careful, minutes=1))
    yield knee.case("full-sit-up", "half-sit-up-hands-in-neck", "bridge", "wall-sit")
    yield knee.case("heel-slide", "heel-slide")
    yield knee.case("hamstring-stretch")
    yield knee.case("ankle-pumps", "heel-raise", "heel-slide", "seated-knee-bend", "quadriceps-set")
    yield knee.case(knee.item("heel-slide", dose=Dose()))
    yield knee.case(*EARLY, facts=PatientFacts(phase="weeks_3_6", phase_assessed_on=TODAY, equipment=frozenset()))
    yield knee.case(*EARLY, facts=PatientFacts(phase="weeks_1_2", phase_assessed_on=long_ago, last_doses=last))
    yield knee.case(*EARLY, facts=PatientFacts(phase="acute", phase_assessed_on=TODAY, has_earlier_revision=True))
    yield knee.case(
        *EARLY,
        frequency=make_frequency(1, 1),
        frequency_goal=make_frequency(7, 9),
        frequency_weeks=(WeekFrequency(2, make_range(1), make_range(1)),),
        weeks=9,
    )
    yield knee.case(*EARLY, frequency=make_frequency(7, 4), frequency_weeks=(WeekFrequency(2, None, make_range(3)),))
    yield knee.case(*EARLY, note="Bend and stretch the knee in supine, proprioception " + "and " * 15)
    withdrawn = replace(every.exercises["heel-raise"], withdrawn=True, replaced_by="heel-slide")
    yield replace(knee.case("heel-raise"), exercises=every.exercises | {"heel-raise": withdrawn})
    doses = (Dose(9, 99, 99, 999, 999, "right"), Dose(1, 3, 1, None, None, "left"))
    goals = (Goal(repetitions=40), Goal())
    often: tuple[Frequency, ...] = (OFTEN, make_frequency(3, 1))
    for phase, pair, (dose, goal), frequency in product(
        PHASES, permutations(knee.codes, 2), zip(doses, goals, strict=True), often
    ):
        items = [knee.item(code, dose=dose, goal=goal) for code in pair]
        yield knee.case(*items, phase=phase, frequency=frequency, facts=PatientFacts(precautions=careful))


def test_no_finding_that_can_be_had_speaks_of_what_is_the_leaflets(knee: Knee):
    words, fired, wrong = terms(), set(), set()

    for case in nasty(knee):
        for finding, language in product(check(case), ("en", "nl")):
            written = Writer(case, words, language).finding(finding)
            said = (written["message"], written["hint"], written["source"], *(fix["label"] for fix in written["fixes"]))
            fired.add(finding.id)
            wrong |= {(finding.id, one) for one in said if FOREIGN.search(one)}

    assert wrong == set()
    assert fired == {rule.id for rule in RULES} - SILENT


def test_fixes_hold_under_it_too(knee: Knee):
    cases = [case for number, case in enumerate(nasty(knee)) if number < 20 or number % 40 == 0]

    assert [failing for case in cases for failing in remedies_that_fail(case)] == []


def test_no_fix_brings_an_exercise_that_is_not_in_it(knee: Knee):
    changes = [
        change
        for number, case in enumerate(nasty(knee))
        if number < 20
        for finding in check(case)
        for fix in finding.fixes
        for change in fix.changes
    ]

    assert {change.exercise for change in changes if hasattr(change, "exercise")} <= set(knee.codes)


def test_an_avoided_exercise_is_refused_by_its_record(knee: Knee):
    (finding,) = found(knee.case(*EARLY, "full-sit-up"), "safety.avoid")

    assert (finding.severity, finding.source) == (Severity.ERROR, "record")


def test_a_leaflets_exercise_is_never_allowed_by_the_protocol_and_not_by_the_leaflet(knee: Knee):
    case = knee.case(*EARLY)
    banned = replace(case.exercises["straight-leg-raise"], suitability={"weeks_1_2": "never"})
    guideline = replace(case.protocol, source="knee-guideline")
    case = replace(case, protocol=guideline, exercises=case.exercises | {"straight-leg-raise": banned})

    (finding,) = found(case, "phase.contraindicated")

    assert finding.source == "knee-guideline"


# From the plan to the patient's paper.


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "en",
            (
                "every day, 3 to 4 times a day",
                "Do this 10 times on the left side only. Hold for 5 seconds each time.",
                "You have just had your operation",
                "Spread your sessions over the day.",
                "Straight leg raise",
            ),
        ),
        (
            "nl",
            (
                "elke dag, 3 tot 4 keer per dag",
                "Doe dit 10 keer alleen aan de linkerkant. Houd de houding elke keer 5 seconden vast.",
                "U bent net geopereerd",
                "Verdeel uw sessies over de dag.",
                "Gestrekt been heffen",
            ),
        ),
    ],
)
def test_a_plan_is_created_checked_issued_and_printed(report: Report, language: str, sentences: tuple[str, ...]):
    practice = make_practice()
    episode = make_episode(make_patient(practice, language=language), phase=None, cleared=False, body_region="knee")
    client = make_client(practice)
    today = datetime.date.today().isoformat()
    phase = {"phase": "weeks_1_2", "assessed_on": today}
    assert client.post(f"/api/v1/episodes/{episode.pk}/phases/", phase, format="json").status_code == 201
    one_leg = {"sets": 1, "repetitions": 10, "hold_seconds": 5, "side": "left"}
    body = {
        "episode": str(episode.pk),
        "protocol": CODE,
        "phase": "weeks_1_2",
        "frequency": {"days_per_week": 7, "times_per_day": {"min": 3, "max": 4}},
        "items": [{"exercise": "ankle-pumps"}, *({"exercise": code, "dose": one_leg} for code in EARLY[1:])],
    }

    created = client.post("/api/v1/plans/", body, format="json")
    assert created.status_code == 201, created.content
    plan = f"/api/v1/plans/{created.json()['id']}"
    findings = client.get(f"{plan}/findings/").json()["findings"]
    issued = client.post(f"{plan}/issue/", {}, format="json")

    assert PhaseAssessment.objects.get(episode=episode).phase == "weeks_1_2"
    assert findings == []
    assert issued.status_code == 201, issued.content
    text = text_of(render_programme(Revision.objects.get().complete_document(), language))
    for said in sentences:
        assert said in text, said
    assert not re.search(r"pelvic tilt|bekkenkanteling|warm-up|opwarming", text, re.IGNORECASE)


def test_what_a_plan_leaves_out_comes_from_the_protocol(report: Report):
    practice = make_practice()
    episode = make_episode(make_patient(practice), phase="weeks_1_2", body_region="knee")
    body = {
        "episode": str(episode.pk),
        "protocol": CODE,
        "phase": "weeks_1_2",
        "items": [{"exercise": code} for code in EARLY],
    }

    plan = make_client(practice).post("/api/v1/plans/", body, format="json").json()

    assert plan["weeks"] == 2
    assert plan["frequency"]["days_per_week"] == {"min": 7, "max": 7}
    assert plan["frequency"]["times_per_day"] == {"min": 3, "max": 3}
    assert {(item["dose"]["repetitions"], item["dose"]["hold_seconds"]) for item in plan["items"]} == {
        (10, None),
        (10, 5),
    }
    assert plan["criteria"]["step_up"][0]["measure"] == "pain_next_day"
