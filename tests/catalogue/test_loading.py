"""Loading the source files: idempotent, and kind to what people edited."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command

from catalogue.loading import load_content
from catalogue.models import CatalogueLoad, Exercise, ExerciseText, Group, Placement, Protocol, Term
from catalogue.records import digest, exercise_content, protocol_content
from catalogue.source import read_content

pytestmark = pytest.mark.django_db


def test_loading_again_changes_nothing():
    load_content(read_content())
    loads = CatalogueLoad.objects.count()

    report = load_content(read_content())

    assert (report.created, report.updated, report.kept) == ([], [], [])
    assert CatalogueLoad.objects.count() == loads


def test_every_exercise_of_the_files_is_there_with_its_facts():
    content = read_content()
    load_content(content)

    rows = {row.code: row for row in Exercise.objects.filter(practice=None).complete()}

    for code, facts in content.exercises.items():
        assert exercise_content(rows[code])["facts"] == facts.model_dump(mode="json"), code


def test_a_changed_source_updates_its_record_and_raises_its_version():
    content = read_content()
    load_content(content)
    before = Exercise.objects.get(code="bridge", practice=None).version
    content.exercises["bridge"] = content.exercises["bridge"].model_copy(update={"stop_at_pain": True})

    report = load_content(content)

    assert report.updated == ["exercise bridge"]
    bridge = Exercise.objects.get(code="bridge", practice=None)
    assert (bridge.stop_at_pain, bridge.version) == (True, before + 1)


def test_an_edit_is_kept_when_the_source_changes():
    content = read_content()
    load_content(content)
    ExerciseText.objects.filter(exercise__code="bridge", language="en").update(name="Our own bridge")
    content.exercises["bridge"] = content.exercises["bridge"].model_copy(update={"stop_at_pain": True})

    report = load_content(content)

    assert report.kept == ["exercise bridge"]
    assert ExerciseText.objects.get(exercise__code="bridge", language="en").name == "Our own bridge"


def test_an_edit_is_replaced_when_that_is_asked():
    content = read_content()
    load_content(content)
    ExerciseText.objects.filter(exercise__code="bridge", language="en").update(name="Our own bridge")

    load_content(content, overwrite=True)

    assert ExerciseText.objects.get(exercise__code="bridge", language="en").name == "Bridge"


def test_an_edited_protocol_and_an_edited_term_are_kept():
    load_content(read_content())
    protocol = Protocol.objects.get(code="back-care", practice=None)
    protocol.rules["burden"]["exercises"] = 4
    protocol.save()
    Term.objects.filter(kind="muscles", code="hamstrings", language="en").update(name="hams")

    report = load_content(read_content())

    assert sorted(report.kept) == ["protocol back-care", "term muscles hamstrings en"]
    assert Protocol.objects.get(code="back-care", practice=None).rules["burden"]["exercises"] == 4


def test_the_stored_protocol_has_the_same_digest_as_its_source():
    load_content(read_content())

    protocol = Protocol.objects.complete().get(code="back-care", practice=None)

    assert digest(protocol_content(protocol)) == protocol.loaded_digest


def test_the_protocol_places_every_exercise_but_the_avoided_ones():
    load_content(read_content())

    placed = set(Placement.objects.filter(group__protocol__code="back-care").values_list("exercise__code", flat=True))

    assert set(Exercise.objects.available().filter(practice=None).values_list("code", flat=True)) == placed


@pytest.mark.parametrize(
    ("code", "group", "phase", "level"),
    [
        ("straight-leg-raise", "basic", "acute", "never"),
        ("knee-to-chest", "basic", "acute", "caution"),
        ("knee-to-chest", "basic", "post_acute", "indicated"),
        ("prone-lying", "back_extension", "acute", "never"),
        ("prone-press-up", "back_extension", "acute", "never"),
        ("prone-extension-lying", "back_extension", "acute", "never"),
        ("prone-extension-leg-bends", "back_extension", "acute", "never"),
        ("bridge", "core_balance", "post_acute", "indicated"),
    ],
)
def test_the_leaflet_says_when_an_exercise_may_be_done(code: str, group: str, phase: str, level: str):
    load_content(read_content())

    placement = Placement.objects.get(exercise__code=code, exercise__practice=None, group__protocol__practice=None)

    assert placement.group.code == group
    assert placement.suitabilities.get(phase=phase).level == level


@pytest.mark.parametrize(
    ("code", "position", "side", "effects"),
    [
        (
            "pelvic-tilt",
            "supine_knees_bent",
            "both_together",
            {"stretches": ["low_back"], "strengthens": ["abdominals", "gluteals"]},
        ),
        ("knee-to-chest", "supine_knees_bent", "each_side", {"stretches": ["hip_muscles", "low_back", "gluteals"]}),
        ("double-knee-to-chest", "supine_knees_bent", "both_together", {"stretches": ["low_back", "gluteals"]}),
        (
            "straight-leg-raise",
            "supine_knees_bent",
            "each_side",
            {"stretches": ["hamstrings", "gluteals", "hip_muscles"], "strengthens": ["quadriceps"]},
        ),
        (
            "pelvic-tilt-leg-movements",
            "supine_knees_bent",
            "both_together",
            {"stabilises": ["low_back"], "strengthens": ["abdominals"]},
        ),
        ("hip-flexor-stretch", "half_kneeling", "each_side", {"stretches": ["hip_flexors"]}),
        ("neck-shoulder-stretch", "sitting_on_stool", "each_side", {"stretches": ["neck", "upper_trapezius"]}),
        (
            "nose-to-knee",
            "supine_one_leg_straight",
            "each_side",
            {"strengthens": ["abdominals"], "stretches": ["gluteals"]},
        ),
        ("prone-lying", "prone", "both_together", {"relaxes": ["back"], "stretches": ["back"]}),
        ("wall-sit", "standing", "both_together", {"strengthens": ["quadriceps"], "stabilises": ["trunk"]}),
        ("side-leg-raise", "side_lying", "each_side", {"strengthens": ["hip_abductors"]}),
    ],
)
def test_the_facts_are_the_leaflets(code: str, position: str, side: str, effects: dict[str, list[str]]):
    load_content(read_content())

    facts = exercise_content(Exercise.objects.complete().get(code=code, practice=None))["facts"]

    assert (facts["start_position"], facts["side"]) == (position, side)
    assert {effect: sorted(muscles) for effect, muscles in facts["effects"].items()} == {
        effect: sorted(muscles) for effect, muscles in effects.items()
    }


def test_the_half_sit_ups_are_a_ladder_in_the_leaflets_order():
    load_content(read_content())
    ladder = ["half-sit-up"] + [
        f"half-sit-up-{arms}"
        for arms in ("arms-crossed", "hands-on-shoulders", "hands-in-neck", "hands-on-head", "arms-overhead")
    ]

    for base, harder in pairwise(ladder):
        assert Exercise.objects.get(code=harder, practice=None).progression_of.code == base


def test_the_full_sit_up_is_known_and_avoided_with_a_reason():
    load_content(read_content())

    sit_up = Exercise.objects.get(code="full-sit-up", practice=None)

    assert sit_up.avoid
    assert all(text.avoid_reason for text in sit_up.texts.all())


def test_the_groups_are_the_leaflets_chapters_in_order():
    load_content(read_content())

    groups = list(
        Group.objects.filter(protocol__code="back-care", protocol__practice=None).values_list("code", flat=True)
    )

    assert groups == [
        "warm_up",
        "opening",
        "basic",
        "stretching",
        "abdominal",
        "back_extension",
        "mobilisation",
        "extra",
        "core_balance",
    ]


def test_the_command_tells_all_faults_and_loads_nothing(tmp_path):
    (tmp_path / "exercises").mkdir()
    (tmp_path / "exercises" / "basic.yaml").write_text("- code: Not A Code\n")
    before = Exercise.objects.count()

    with pytest.raises(CommandError, match=r"exercises/basic\.yaml:1"):
        call_command("loadcatalogue", folder=tmp_path)

    assert Exercise.objects.count() == before


def test_an_edited_exercise_still_gets_the_words_of_a_new_language():
    content = read_content()
    load_content(content)
    ExerciseText.objects.filter(exercise__code="bridge", language="nl").update(name="Onze brug")
    english = content.exercise_words["en"]["bridge"]
    content.exercise_words["pt"] = {"bridge": english.model_copy(update={"name": "A ponte"})}

    report = load_content(content)

    assert report.kept == ["exercise bridge"]
    names = dict(ExerciseText.objects.filter(exercise__code="bridge").values_list("language", "name"))
    assert (names["nl"], names["en"], names["pt"]) == ("Onze brug", "Bridge", "A ponte")
