"""Managing the catalogue in the admin: who sees and changes what, and what a change does."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from django.urls import reverse
from django.utils.html import escape

from catalogue.copying import copy_exercise, copy_protocol
from catalogue.loading import load_content
from catalogue.models import Article, CatalogueLoad, Citation, Exercise, Group, Muscle, Placement, Protocol, Term
from catalogue.records import exercise_content, placement_content
from catalogue.source import read_content
from patients.models import Practice, Role
from plans.models import Plan, PlanItem
from tests.catalogue.admin_pages import (
    add_page,
    change,
    errors_on,
    filled_in,
    in_row,
    list_page,
    listed,
    make_staff,
    make_superuser,
    messages_on,
    page_of,
    signed_in,
)
from tests.factories import make_episode, make_patient, make_practice, make_user

pytestmark = pytest.mark.django_db

EXERCISES = "catalogue_exercise"
PROTOCOLS = "catalogue_protocol"


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    if not Exercise.objects.exists():
        load_content(read_content())


def the_exercise(code: str = "knee-to-chest") -> Exercise:
    return Exercise.objects.complete().get(code=code, practice=None)


def the_protocol() -> Protocol:
    return Protocol.objects.complete().get(code="back-care", practice=None)


def own_exercise(practice: Practice, code: str = "knee-to-chest") -> Exercise:
    return copy_exercise(exercise=the_exercise(code), practice=practice)


def own_protocol(practice: Practice) -> Protocol:
    return copy_protocol(protocol=the_protocol(), practice=practice)


def text_row(record: Any, language: str = "en") -> str:
    """Where the words of a language stand on a record's page: rows are in order of language."""
    return f"texts-{list(record.texts.values_list('language', flat=True)).index(language)}"


def copy_url(record: Any) -> str:
    return reverse(f"admin:catalogue_{record._meta.model_name}_copy", args=[record.pk])


def new_exercise(**changes: Any) -> dict[str, Any]:
    """What a filled-in page for a new exercise sends: one text, no rows."""
    rows = ("photos", "effects", "equipment", "precautions", "placements", "texts")
    counts = {f"{row}-{name}_FORMS": "0" for row in rows for name in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")}
    text = {
        "language": "nl",
        "name": "Enkelpomp",
        "purpose": "Dit houdt uw enkels soepel.",
        "start_position": "Ga zitten.",
        "steps": "Trek uw tenen op.\nDuw uw tenen omlaag.",
    }
    return {
        **counts,
        "texts-TOTAL_FORMS": "1",
        "code": "ankle-pump",
        "start_position": "sitting_on_stool",
        "side": "both_together",
        "source": "house",
        "moments": "start\nend",
        "step_moments": "end\nstart",
        **{f"texts-0-{name}": value for name, value in text.items()},
    } | changes


def make_plan_with(exercise: Exercise, practice: Practice) -> Plan:
    plan = Plan(
        practice=practice,
        episode=make_episode(make_patient(practice)),
        author=make_user(practice),
        protocol=the_protocol(),
        phase="post_acute",
        language="nl",
        weeks=6,
        frequency={},
    )
    plan.written_items = []
    plan.save()
    PlanItem.objects.create(plan=plan, position=1, exercise=exercise, side="each_side")
    return plan


# Who sees what.


@pytest.mark.parametrize("role", [Role.OWNER, Role.CLINICIAN, Role.ASSISTANT])
def test_a_member_sees_global_exercises_and_the_practices_own_and_no_strangers(role: str) -> None:
    practice, stranger = make_practice("Own"), make_practice("Stranger")
    own, hidden = own_exercise(practice), own_exercise(stranger)
    client = signed_in(make_staff(practice, role))

    seen = listed(client, EXERCISES)

    assert own in seen
    assert the_exercise() in seen
    assert hidden not in seen
    assert client.get(page_of(own)).status_code == 200
    assert client.get(page_of(the_exercise())).status_code == 200
    assert client.get(page_of(hidden)).status_code == 302
    assert client.get(reverse("admin:catalogue_exercise_history", args=[hidden.pk])).status_code == 302


def test_the_superuser_sees_the_exercises_of_every_practice() -> None:
    own, other = own_exercise(make_practice("One")), own_exercise(make_practice("Other"))
    client = signed_in(make_superuser())

    assert {own, other, the_exercise()} <= set(listed(client, EXERCISES))
    assert client.get(page_of(own)).status_code == 200


def test_staff_without_a_practice_see_nothing() -> None:
    client = signed_in(make_staff(None))

    assert client.get(reverse("admin:index")).context["app_list"] == []
    for model in (EXERCISES, PROTOCOLS, "catalogue_article", "catalogue_term", "catalogue_group"):
        assert client.get(list_page(model)).status_code == 403, model


def test_who_lost_the_membership_sees_nothing_on_the_next_request() -> None:
    user = make_staff(make_practice())
    client = signed_in(user)
    assert client.get(list_page(EXERCISES)).status_code == 200

    user.memberships.all().delete()

    assert client.get(list_page(EXERCISES)).status_code == 403


def test_a_member_who_is_not_staff_is_sent_to_the_login() -> None:
    client = signed_in(make_user(make_practice(), Role.OWNER))

    answer = client.get(list_page(EXERCISES))

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("admin:login"))


def test_the_session_chooses_the_practice_and_the_first_one_counts_without_a_choice() -> None:
    first, second = make_practice("First"), make_practice("Second")
    user = make_staff(first)
    user.memberships.create(practice=second, role=Role.OWNER)
    of_first, of_second = own_exercise(first), own_exercise(second)
    client = signed_in(user)

    assert of_first in listed(client, EXERCISES)
    session = client.session
    session["practice"] = str(second.pk)
    session.save()

    assert of_second in listed(client, EXERCISES)
    assert of_first not in listed(client, EXERCISES)


def test_patients_and_plans_are_not_in_the_admin() -> None:
    answer = signed_in(make_superuser()).get(reverse("admin:index"))

    names = {model["object_name"] for app in answer.context["app_list"] for model in app["models"]}

    assert not names & {"Patient", "Episode", "Plan", "Revision", "Group"}


# Who changes what.


@pytest.mark.parametrize("role", [Role.OWNER, Role.CLINICIAN])
def test_a_writer_changes_the_practices_own_exercise(role: str) -> None:
    practice = make_practice()
    own = own_exercise(practice)

    answer = change(signed_in(make_staff(practice, role)), page_of(own), stop_at_pain=None, section="Our own way")

    own.refresh_from_db()
    assert answer.status_code == 302
    assert own.section == "Our own way"
    assert own.stop_at_pain is False


@pytest.mark.parametrize("role", [Role.OWNER, Role.CLINICIAN, Role.ASSISTANT])
def test_nobody_of_a_practice_changes_or_deletes_a_global_exercise(role: str) -> None:
    client = signed_in(make_staff(make_practice(), role))
    page = page_of(the_exercise())

    assert client.get(page).context["has_change_permission"] is False
    assert client.post(page, {"section": "Mine now"}).status_code == 403
    assert client.post(page.replace("change", "delete"), {"post": "yes"}).status_code == 403
    assert the_exercise().section != "Mine now"


def test_an_assistant_only_reads_the_practices_own_exercise() -> None:
    practice = make_practice()
    own = own_exercise(practice)
    client = signed_in(make_staff(practice, Role.ASSISTANT))

    assert client.get(page_of(own)).context["has_change_permission"] is False
    assert client.post(page_of(own), {"section": "Changed"}).status_code == 403
    assert client.get(add_page(EXERCISES)).status_code == 403
    assert client.post(add_page(EXERCISES), new_exercise()).status_code == 403
    assert client.post(page_of(own).replace("change", "delete"), {"post": "yes"}).status_code == 403


def test_a_stranger_neither_changes_nor_deletes_a_practices_exercise() -> None:
    own = own_exercise(make_practice("Own"))
    client = signed_in(make_staff(make_practice("Stranger")))

    client.post(page_of(own), {"section": "Changed"})
    client.post(page_of(own).replace("change", "delete"), {"post": "yes"})

    own.refresh_from_db()
    assert own.section != "Changed"


def test_the_superuser_changes_a_global_exercise() -> None:
    answer = change(signed_in(make_superuser()), page_of(the_exercise()), section="Revised")

    assert answer.status_code == 302
    assert the_exercise().section == "Revised"


def test_a_member_reads_the_words_of_a_global_exercise_in_the_preview() -> None:
    page = signed_in(make_staff(make_practice())).get(page_of(the_exercise()))

    html = page.content.decode()
    assert '<section class="preview" lang="nl">' in html
    assert '<section class="preview" lang="en">' in html
    for text in the_exercise().texts.all():
        for words in (text.name, text.purpose, text.start_position, *text.steps, *text.cautions):
            assert escape(words) in html


# Adding.


def test_what_a_member_adds_belongs_to_the_practice_whatever_is_sent() -> None:
    practice, stranger = make_practice("Own"), make_practice("Stranger")
    client = signed_in(make_staff(practice))

    answer = client.post(add_page(EXERCISES), new_exercise(practice=str(stranger.pk)))

    added = Exercise.objects.get(code="ankle-pump")
    assert answer.status_code == 302
    assert added.practice == practice
    assert added.version == 1
    assert added.step_moments == ["end", "start"]
    assert [text.steps for text in added.texts.all()] == [["Trek uw tenen op.", "Duw uw tenen omlaag."]]


def test_a_member_cannot_hand_a_record_to_another_practice_or_make_it_global() -> None:
    practice, stranger = make_practice("Own"), make_practice("Stranger")
    own = own_exercise(practice)
    client = signed_in(make_staff(practice))

    change(client, page_of(own), practice=str(stranger.pk), code="renamed")
    change(client, page_of(own), practice="")

    own.refresh_from_db()
    assert own.practice == practice
    assert own.code == "knee-to-chest"


def test_the_superuser_adds_a_global_exercise_or_one_of_a_practice() -> None:
    practice = make_practice()
    client = signed_in(make_superuser())

    client.post(add_page(EXERCISES), new_exercise())
    client.post(add_page(EXERCISES), new_exercise(practice=str(practice.pk)))

    assert [one.practice for one in Exercise.objects.filter(code="ankle-pump").order_by("pk")] == [None, practice]


def test_a_practice_has_a_code_once() -> None:
    practice = make_practice()
    own_exercise(practice)

    answer = signed_in(make_staff(practice)).post(add_page(EXERCISES), new_exercise(code="knee-to-chest"))

    assert "Your practice has one with this code already" in errors_on(answer)


def test_a_global_code_exists_once() -> None:
    answer = signed_in(make_superuser()).post(add_page(EXERCISES), new_exercise(code="knee-to-chest"))

    assert "There is one with this code already" in errors_on(answer)


def test_an_exercise_needs_words_in_one_language_at_least() -> None:
    data = new_exercise() | {"texts-TOTAL_FORMS": "0"}

    answer = signed_in(make_staff(make_practice())).post(add_page(EXERCISES), data)

    assert "at least 1" in errors_on(answer)


# Choices.


def test_a_strangers_exercise_cannot_be_pointed_to() -> None:
    practice, stranger = make_practice("Own"), make_practice("Stranger")
    own, hidden = own_exercise(practice), own_exercise(stranger, "pelvic-tilt")
    client = signed_in(make_staff(practice))

    for field in ("progression_of", "replaced_by"):
        answer = change(client, page_of(own), **{field: str(hidden.pk), "withdrawn_on": "2026-01-31"})
        assert "Select a valid choice" in errors_on(answer), field


def test_an_exercise_cannot_be_placed_in_a_strangers_protocol() -> None:
    practice, stranger = make_practice("Own"), make_practice("Stranger")
    own, group = own_exercise(practice), own_protocol(stranger).groups.get(code="extra")
    client = signed_in(make_staff(practice))

    answer = change(client, page_of(own), **{"placements-0-group": str(group.pk)})

    assert "Select a valid choice" in errors_on(answer)


def test_a_strangers_exercise_cannot_be_placed_in_the_practices_protocol() -> None:
    practice, stranger = make_practice("Own"), make_practice("Stranger")
    group, hidden = own_protocol(practice).groups.get(code="basic"), own_exercise(stranger)
    client = signed_in(make_staff(practice))

    answer = change(client, page_of(group), **{"placements-0-exercise": str(hidden.pk)})

    assert "Select a valid choice" in errors_on(answer)


def test_not_even_the_superuser_makes_a_global_record_lean_on_a_practices() -> None:
    own = own_exercise(make_practice(), "pelvic-tilt")

    answer = change(signed_in(make_superuser()), page_of(the_exercise()), progression_of=str(own.pk))

    assert "belongs to another practice" in errors_on(answer)


def test_not_even_the_superuser_mixes_two_practices_in_a_protocol() -> None:
    group = own_protocol(make_practice("One")).groups.get(code="basic")
    other = own_exercise(make_practice("Other"), "wall-sit")

    answer = change(signed_in(make_superuser()), page_of(group), **{"placements-0-exercise": str(other.pk)})

    assert "different practices" in errors_on(answer)


def test_an_exercise_is_no_progression_of_itself() -> None:
    practice = make_practice()
    own = own_exercise(practice, "half-sit-up")
    harder = the_exercise("half-sit-up-arms-crossed")
    assert harder.progression_of == the_exercise("half-sit-up")

    answer = change(signed_in(make_staff(practice)), page_of(own), progression_of=str(harder.pk))

    assert "a progression of itself" in errors_on(answer)


def test_choosing_an_exercise_offers_one_record_a_code_and_no_strangers() -> None:
    practice, stranger = make_practice("Own"), make_practice("Stranger")
    own, hidden = own_exercise(practice), own_exercise(stranger)
    asked = {"app_label": "catalogue", "model_name": "exercise", "field_name": "progression_of", "term": "knie borst"}

    answer = signed_in(make_staff(practice)).get(reverse("admin:autocomplete"), asked)

    offered = {one["id"] for one in answer.json()["results"]}
    assert str(own.pk) in offered
    assert str(the_exercise("double-knee-to-chest").pk) in offered
    assert not offered & {str(hidden.pk), str(the_exercise().pk)}


# Words and facts.


def test_steps_are_edited_as_lines() -> None:
    practice = make_practice()
    own = own_exercise(practice)
    steps = ["Bend.", "Pull.", "Hold.", "Let go.", "Change sides."]

    change(signed_in(make_staff(practice)), page_of(own), **{f"{text_row(own)}-steps": "\r\n".join(["", *steps, " "])})

    assert own.texts.get(language="en").steps == steps


def test_a_text_has_as_many_steps_as_the_facts() -> None:
    practice = make_practice()

    answer = change(
        signed_in(make_staff(practice)), page_of(own_exercise(practice)), **{"texts-0-steps": "Bend.\nPull."}
    )

    assert "2 steps, but “Moment of each step” has 5" in errors_on(answer)


def test_steps_and_their_moments_change_together() -> None:
    practice = make_practice()
    own = own_exercise(practice)
    every = {f"texts-{number}-steps": "Bend.\nPull." for number in range(own.texts.count())}

    answer = change(signed_in(make_staff(practice)), page_of(own), step_moments="start\nend", **every)

    own.refresh_from_db()
    assert answer.status_code == 302
    assert own.step_moments == ["start", "end"]


def test_a_step_that_is_too_long_is_named_by_its_line() -> None:
    practice = make_practice()
    steps = ["Bend.", "x" * 501, "Hold.", "Let go.", "Change sides."]

    answer = change(
        signed_in(make_staff(practice)), page_of(own_exercise(practice)), **{"texts-0-steps": "\n".join(steps)}
    )

    assert "line 2: can have at most 500 characters" in errors_on(answer)


def test_a_language_stands_once() -> None:
    practice = make_practice()
    own = own_exercise(practice)

    answer = change(signed_in(make_staff(practice)), page_of(own), **{f"{text_row(own, 'nl')}-language": "en"})

    assert "duplicate" in errors_on(answer)


def test_an_exercise_on_the_avoid_list_says_why() -> None:
    practice = make_practice()

    answer = change(signed_in(make_staff(practice)), page_of(own_exercise(practice)), avoid="on")

    assert "on the avoid list: say why" in errors_on(answer)


def test_wrong_moments_are_told_at_their_field() -> None:
    practice = make_practice()

    answer = change(signed_in(make_staff(practice)), page_of(own_exercise(practice)), moments="end\nstart")

    assert "the first `start`" in str(answer.context["adminform"].form.errors["moments"])


def test_a_replacement_needs_a_day_of_withdrawal() -> None:
    practice = make_practice()
    own = own_exercise(practice)
    other = str(the_exercise("back-rotation").pk)
    client = signed_in(make_staff(practice))

    answer = change(client, page_of(own), replaced_by=other)
    assert "fill in when it was withdrawn" in errors_on(answer)

    change(client, page_of(own), replaced_by=other, withdrawn_on="2026-01-31")

    own.refresh_from_db()
    assert own.withdrawn_on == datetime.date(2026, 1, 31)
    assert own.replaced_by == the_exercise("back-rotation")
    assert own not in Exercise.objects.of_practice(practice.pk).available()


# Versions and loads.


@pytest.mark.parametrize("code", ["knee-to-chest", "full-sit-up", "warm-up-cycle", "back-muscles-stretch", "bird-dog"])
def test_saving_without_a_change_changes_nothing(code: str) -> None:
    before = the_exercise(code)
    protocol = the_protocol()

    answer = change(signed_in(make_superuser()), page_of(before))

    assert answer.status_code == 302
    assert exercise_content(the_exercise(code)) == exercise_content(before)
    assert the_exercise(code).version == before.version
    assert the_protocol().version == protocol.version


def test_a_change_of_words_counts_the_version_up_and_leaves_the_digest() -> None:
    before = the_exercise()

    change(signed_in(make_superuser()), page_of(before), **{"texts-0-name": "Knee to breast"})

    after = the_exercise()
    assert after.version == before.version + 1
    assert after.updated_at > before.updated_at
    assert after.loaded_digest == before.loaded_digest


def test_a_change_of_place_counts_the_protocols_version_up_and_not_the_exercises() -> None:
    exercise, protocol = the_exercise(), the_protocol()

    change(signed_in(make_superuser()), page_of(exercise), **{"placements-0-position": "9"})

    assert the_exercise().version == exercise.version
    assert the_protocol().version == protocol.version + 1


def test_a_practices_own_place_in_a_global_protocol_does_not_change_the_protocol() -> None:
    practice = make_practice()
    own, protocol = own_exercise(practice), the_protocol()

    change(signed_in(make_staff(practice)), page_of(own), **{"placements-0-position": "9"})

    assert own.placements.get().position == 9
    assert the_protocol().version == protocol.version
    assert the_protocol().updated_at == protocol.updated_at


def test_edits_survive_loading_the_source_files_twice() -> None:
    practice = make_practice()
    own = own_exercise(practice)
    change(signed_in(make_staff(practice)), page_of(own), **{f"{text_row(own)}-name": "Our knee to chest"})
    change(signed_in(make_superuser()), page_of(the_exercise()), **{f"{text_row(own)}-name": "Their knee to chest"})

    reports = [load_content(read_content()), load_content(read_content())]

    assert [report.kept for report in reports] == [["exercise knee-to-chest"]] * 2
    assert own.texts.get(language="en").name == "Our knee to chest"
    assert the_exercise().texts.get(language="en").name == "Their knee to chest"
    assert own in Exercise.objects.of_practice(practice.pk)


def test_an_edit_of_a_protocols_numbers_survives_loading_the_source_files_twice() -> None:
    practice = make_practice()
    own = own_protocol(practice)
    rules = own.rules | {"default_weeks": 8}
    change(signed_in(make_staff(practice)), page_of(own), rules=json.dumps(rules))

    assert load_content(read_content()).kept == []
    assert load_content(read_content()).kept == []

    assert Protocol.objects.visible_to(make_user(practice)).get().rules["default_weeks"] == 8


# Finding.


@pytest.mark.parametrize("words", ["knee-to-chest", "KNEE to", "knieën", "Knieen borst"])
def test_search_goes_by_code_and_by_words_of_any_language(words: str) -> None:
    client = signed_in(make_staff(make_practice()))

    found = {exercise.code for exercise in listed(client, EXERCISES, q=words)}

    assert "double-knee-to-chest" in found
    assert "wall-sit" not in found


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ({"group": "back-care/basic"}, "straight-leg-raise", "wall-sit"),
        ({"group": "no-such/group"}, None, "wall-sit"),
        ({"effects__effect__exact": "relaxes"}, "prone-lying", "wall-sit"),
        ({"start_position__exact": "prone"}, "prone-lying", "wall-sit"),
        ({"side__exact": "alternating"}, "bird-dog", "wall-sit"),
        ({"avoid__exact": "1"}, "full-sit-up", "wall-sit"),
        ({"withdrawn": "no"}, "wall-sit", None),
        ({"withdrawn": "yes"}, None, "wall-sit"),
        ({"missing": "nl"}, None, "wall-sit"),
        ({"owner": "global"}, "wall-sit", None),
        ({"owner": "own"}, None, "wall-sit"),
    ],
)
def test_filters_narrow_the_list(query: dict[str, str], shown: str | None, hidden: str | None) -> None:
    client = signed_in(make_staff(make_practice()))

    found = {exercise.code for exercise in listed(client, EXERCISES, **query)}

    assert shown is None or shown in found
    assert hidden is None or hidden not in found


def test_a_filter_finds_what_lacks_words_in_a_language() -> None:
    the_exercise("wall-sit").texts.get(language="de").delete()

    found = listed(signed_in(make_staff(make_practice())), EXERCISES, missing="de")

    assert [exercise.code for exercise in found] == ["wall-sit"]


def test_the_list_tells_own_from_global_and_what_a_copy_stands_in_for() -> None:
    practice = make_practice("Practice Example Street")
    own = own_exercise(practice)
    client = signed_in(make_staff(practice))

    assert listed(client, EXERCISES, owner="own") == [own]
    html = client.get(list_page(EXERCISES), {"q": "knee-to-chest"}).content.decode()
    assert "Practice Example Street</td>" in html
    assert "Global (you use your own copy)" in html


def test_the_list_takes_as_many_queries_for_many_exercises_as_for_few(django_assert_max_num_queries: Any) -> None:
    client = signed_in(make_staff(make_practice()))
    client.get(list_page(EXERCISES))

    with django_assert_max_num_queries(12):
        assert len(listed(client, EXERCISES)) > 40


def test_the_groups_of_a_strangers_protocol_are_not_listed() -> None:
    practice, stranger = make_practice("Own"), make_practice("Stranger")
    own_protocol(stranger).groups.filter(code="basic").update(code="secret-group")
    client = signed_in(make_staff(practice))

    assert "secret-group" not in client.get(list_page(EXERCISES)).content.decode()
    assert "secret-group" not in client.get(page_of(the_exercise())).content.decode()
    assert listed(client, EXERCISES, group="back-care/secret-group") == []
    assert "secret-group" not in client.get(list_page("catalogue_group")).content.decode()


# Copying.


def test_the_button_copies_a_global_exercise_and_opens_the_copy() -> None:
    practice = make_practice()
    client = signed_in(make_staff(practice))
    assert copy_url(the_exercise()) in client.get(page_of(the_exercise())).content.decode()

    answer = client.post(copy_url(the_exercise()), follow=True)

    own = Exercise.objects.get(practice=practice)
    assert answer.redirect_chain == [(page_of(own), 302)]
    assert "has its own knee-to-chest" in messages_on(answer)
    page = client.get(page_of(the_exercise())).content.decode()
    assert copy_url(the_exercise()) not in page
    assert page_of(own) in page


def test_copying_twice_tells_that_there_is_a_copy() -> None:
    practice = make_practice()
    own_exercise(practice)

    answer = signed_in(make_staff(practice)).post(copy_url(the_exercise()), follow=True)

    assert "already" in messages_on(answer)
    assert Exercise.objects.filter(practice=practice).count() == 1


def test_copying_changes_something_so_it_is_never_done_by_following_a_link() -> None:
    answer = signed_in(make_staff(make_practice())).get(copy_url(the_exercise()))

    assert answer.status_code == 405


def test_who_may_not_write_may_not_copy() -> None:
    practice = make_practice()
    assistant, nobody = signed_in(make_staff(practice, Role.ASSISTANT)), signed_in(make_staff(None))

    assert assistant.post(copy_url(the_exercise())).status_code == 403
    assert nobody.post(copy_url(the_exercise())).status_code == 404
    assert copy_url(the_exercise()) not in assistant.get(page_of(the_exercise())).content.decode()
    assert not Exercise.objects.exclude(practice=None).exists()


def test_a_strangers_exercise_cannot_be_copied_and_does_not_show() -> None:
    hidden = own_exercise(make_practice("Stranger"))

    answer = signed_in(make_staff(make_practice("Own"))).post(copy_url(hidden))

    assert answer.status_code == 404


def test_the_action_copies_what_is_ticked_and_tells_what_it_could_not() -> None:
    practice = make_practice()
    own_exercise(practice)
    ticked = [the_exercise().pk, the_exercise("wall-sit").pk]

    answer = signed_in(make_staff(practice)).post(
        list_page(EXERCISES), {"action": "copy_to_practice", "_selected_action": ticked}, follow=True
    )

    assert {one.code for one in Exercise.objects.filter(practice=practice)} == {"knee-to-chest", "wall-sit"}
    assert "already" in messages_on(answer)


def test_an_assistant_is_offered_no_actions() -> None:
    page = signed_in(make_staff(make_practice(), Role.ASSISTANT)).get(list_page(EXERCISES))

    assert page.context["action_form"] is None


# Deleting.


def test_a_practice_deletes_its_own_exercise_and_works_with_the_global_one_again() -> None:
    practice = make_practice()
    own = own_exercise(practice)

    answer = signed_in(make_staff(practice)).post(page_of(own).replace("change", "delete"), {"post": "yes"})

    assert answer.status_code == 302
    assert list(Exercise.objects.of_practice(practice.pk).filter(code="knee-to-chest")) == [the_exercise()]


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_exercise_that_a_plan_names_is_kept_and_withdrawing_is_offered(method: str) -> None:
    practice = make_practice()
    own = own_exercise(practice)
    make_plan_with(own, practice)
    client = signed_in(make_staff(practice))

    answer = getattr(client, method)(page_of(own).replace("change", "delete"), {"post": "yes"}, follow=True)

    assert answer.redirect_chain == [(page_of(own), 302)]
    assert "Withdraw it instead" in messages_on(answer)
    assert Exercise.objects.filter(pk=own.pk).exists()


def test_a_protocol_that_a_plan_names_is_kept() -> None:
    practice = make_practice()
    make_plan_with(the_exercise(), practice)

    answer = signed_in(make_superuser()).post(
        page_of(the_protocol()).replace("change", "delete"), {"post": "yes"}, follow=True
    )

    assert "A plan names it" in messages_on(answer)
    assert the_protocol()


def test_deleting_a_global_exercise_counts_the_version_of_its_protocol_up() -> None:
    before = the_protocol().version

    signed_in(make_superuser()).post(page_of(the_exercise("wall-sit")).replace("change", "delete"), {"post": "yes"})

    assert the_protocol().version == before + 1


# Places in protocols.


def test_a_place_shows_its_phases_as_lines() -> None:
    page = signed_in(make_superuser()).get(page_of(the_exercise("straight-leg-raise")))

    assert "acute: never\npost_acute: indicated\nchronic: indicated\nprevention: indicated" in page.content.decode()


def test_phases_and_dose_of_a_place_are_changed() -> None:
    practice = make_practice()
    own = own_exercise(practice)
    place = {"placements-0-phases": "acute: never\nchronic: caution", "placements-0-dose": '{"default": {"sets": 2}}'}

    change(signed_in(make_staff(practice)), page_of(own), **place)

    said = placement_content(own.placements.get())
    assert said["phases"] == {
        "acute": "never",
        "post_acute": "indicated",
        "chronic": "caution",
        "prevention": "indicated",
    }
    assert said["dose"] == {"default": {"sets": 2}, "source": "house"}


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("phases", "sub_acute: caution", "back-care has no phase sub_acute. It has: acute, post_acute"),
        ("phases", "acute: maybe", "“acute: maybe”: write it as “acute: caution”"),
        ("phases", "acute", "“acute”: write it as"),
        ("dose", '{"default": {"reps": 5}}', "default.reps: is not known here"),
        ("dose", '{"ranges": {"sets": {"min": 5, "max": 2}}}', "ranges.sets: min 5 is above max 2"),
        ("dose", "five times", "Enter a valid JSON"),
    ],
)
def test_a_mistake_in_a_place_is_told_with_what_is_wrong(field: str, value: str, told: str) -> None:
    practice = make_practice()

    answer = change(
        signed_in(make_staff(practice)), page_of(own_exercise(practice)), **{f"placements-0-{field}": value}
    )

    assert told in errors_on(answer)


def test_a_practice_changes_the_dose_of_a_global_exercise_in_its_own_protocol() -> None:
    practice = make_practice()
    own = own_protocol(practice)
    group = own.groups.get(code="basic")
    client = signed_in(make_staff(practice))
    assert page_of(group) in client.get(page_of(own)).content.decode()
    place = Placement.objects.get(group=group, exercise=the_exercise())
    row = in_row(Placement, "placements", filled_in(client.get(page_of(group))), place.pk)

    change(client, page_of(group), **{f"{row}-dose": '{"default": {"sets": 3}}'})

    place.refresh_from_db()
    assert place.dose == {"default": {"sets": 3}, "source": "house"}
    assert the_exercise().placements.get(group__protocol=the_protocol()).dose != place.dose
    assert Protocol.objects.get(pk=own.pk).version == 2


def test_a_group_of_a_global_protocol_is_for_reading_and_a_strangers_is_hidden() -> None:
    stranger = make_practice("Stranger")
    hidden = own_protocol(stranger).groups.get(code="basic")
    placed = own_exercise(stranger, "wall-sit").placements.get(group__protocol=the_protocol())
    client = signed_in(make_staff(make_practice("Own")))
    group = Group.objects.get(protocol=the_protocol(), code="extra")

    page = client.get(page_of(group))

    assert page.context["has_change_permission"] is False
    assert client.post(page_of(group), {"position": "5"}).status_code == 403
    assert client.get(page_of(hidden)).status_code == 302
    [inline] = page.context["inline_admin_formsets"]
    assert placed not in inline.formset.get_queryset()
    assert inline.formset.get_queryset().count() == 3


# Protocols.


def test_a_copied_protocol_with_changed_numbers_is_what_the_practice_works_with() -> None:
    practice, stranger = make_practice("Own"), make_practice("Stranger")
    client = signed_in(make_staff(practice))
    client.post(copy_url(the_protocol()))
    own = Protocol.objects.get(practice=practice)
    rules = json.loads(filled_in(client.get(page_of(own)))["rules"])
    rules["burden"]["exercises"] = 4

    answer = change(client, page_of(own), rules=json.dumps(rules))

    assert answer.status_code == 302
    [seen] = Protocol.objects.visible_to(make_user(practice))
    assert seen == own
    assert seen.rules["burden"]["exercises"] == 4
    assert seen.version == 2
    [strangers] = Protocol.objects.visible_to(make_user(stranger))
    assert strangers.rules["burden"]["exercises"] == 6


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("burden", "exercises"), "many", "burden.exercises: must be a whole number"),
        (("frequency", "days_per_week"), {"min": 6, "max": 2}, "frequency.days_per_week: min 6 is above"),
        (("phases", 0), {"name": "acute"}, "phases.0.code: is missing"),
        (("timing", "coffee"), 5, "timing.coffee: is not known here"),
    ],
)
def test_a_mistake_in_the_rules_is_told_at_the_field_with_its_entry(path: Any, value: Any, told: str) -> None:
    practice = make_practice()
    own = own_protocol(practice)
    rules = json.loads(json.dumps(own.rules))
    rules[path[0]][path[1]] = value

    answer = change(signed_in(make_staff(practice)), page_of(own), rules=json.dumps(rules))

    assert told in str(answer.context["adminform"].form.errors["rules"])
    own.refresh_from_db()
    assert own.rules == the_protocol().rules


@pytest.mark.parametrize("rules", ["{not json", "", "[]", "null", '"back-care"', '{"phases": "\\u0000"}'])
def test_rules_that_are_no_rules_are_refused(rules: str) -> None:
    practice = make_practice()

    answer = change(signed_in(make_staff(practice)), page_of(own_protocol(practice)), rules=rules)

    assert answer.context["adminform"].form.errors["rules"]


def test_saving_a_protocol_without_a_change_changes_nothing() -> None:
    before = the_protocol()

    answer = change(signed_in(make_superuser()), page_of(before))

    assert answer.status_code == 302
    assert the_protocol().version == before.version
    assert the_protocol().body_regions == before.body_regions
    assert load_content(read_content()).kept == []


def test_a_mistake_in_a_protocols_words_names_the_entry() -> None:
    practice = make_practice()
    words = the_protocol().texts.get(language="en").words
    words["advice"].pop("pain")

    answer = change(
        signed_in(make_staff(practice)), page_of(own_protocol(practice)), **{"texts-0-words": json.dumps(words)}
    )

    assert "advice: pain: is missing" in errors_on(answer)


def test_a_new_phase_without_words_is_saved_and_told() -> None:
    practice = make_practice()
    own = own_protocol(practice)
    rules = own.rules | {"phases": [*own.rules["phases"], {"code": "return_to_sport"}]}
    client = signed_in(make_staff(practice))

    change(client, page_of(own), rules=json.dumps(rules))

    told = messages_on(client.get(page_of(own)))
    assert "The words in nl lack phases: return_to_sport." in told
    assert "The words in en lack phases: return_to_sport." in told


def test_a_practice_adds_a_group_to_its_own_protocol() -> None:
    practice = make_practice()
    own = own_protocol(practice)
    client = signed_in(make_staff(practice))
    count = filled_in(client.get(page_of(own)))["groups-TOTAL_FORMS"]
    row = {"code": "hands", "role": "further", "position": "20", "dose": "{}"}

    change(
        client,
        page_of(own),
        **{"groups-TOTAL_FORMS": count + 1} | {f"groups-{count}-{name}": value for name, value in row.items()},
    )

    assert own.groups.get(code="hands").role == "further"


@pytest.mark.parametrize("role", [Role.OWNER, Role.CLINICIAN, Role.ASSISTANT])
def test_nobody_of_a_practice_changes_a_global_or_a_strangers_protocol(role: str) -> None:
    hidden = own_protocol(make_practice("Stranger"))
    client = signed_in(make_staff(make_practice("Own"), role))

    assert listed(client, PROTOCOLS) == [the_protocol()]
    assert client.post(page_of(the_protocol()), {"section": "Mine"}).status_code == 403
    assert client.get(page_of(hidden)).status_code == 302
    assert "pelvic-tilt" in client.get(page_of(the_protocol())).content.decode()


# The rest of the catalogue.


def test_an_article_is_copied_and_edited_as_plain_text() -> None:
    practice = make_practice()
    article = Article.objects.get(code="core-stability", practice=None)
    client = signed_in(make_staff(practice))
    client.post(copy_url(article))
    own = Article.objects.get(practice=practice)

    sections = "# Why\r\n\r\nBecause.\r\n\r\nReally.\r\n\r\n# How\r\n\r\nSo."
    change(client, page_of(own), **{f"{text_row(own)}-sections": sections})

    assert own.texts.get(language="en").sections == [
        {"heading": "Why", "paragraphs": ["Because.", "Really."]},
        {"heading": "How", "paragraphs": ["So."]},
    ]
    own.refresh_from_db()
    assert own.version == 2


def test_saving_an_article_without_a_change_changes_nothing() -> None:
    article = Article.objects.get(code="core-stability")

    answer = change(signed_in(make_superuser()), page_of(article))

    article.refresh_from_db()
    assert answer.status_code == 302
    assert article.version == 1
    assert load_content(read_content()).kept == []


def test_an_article_starts_with_a_heading() -> None:
    page = page_of(Article.objects.get(code="core-stability"))

    answer = change(signed_in(make_superuser()), page, **{"texts-0-sections": "No heading here."})

    assert "Start with a heading" in errors_on(answer)


@pytest.mark.parametrize("model", [Citation, Muscle, Term])
def test_what_all_practices_share_is_read_by_members_and_changed_by_the_superuser(model: Any) -> None:
    record, name = model.objects.first(), f"catalogue_{model._meta.model_name}"
    member, nobody = signed_in(make_staff(make_practice())), signed_in(make_staff(None))

    assert record in listed(member, name)
    assert member.get(page_of(record)).context["has_change_permission"] is False
    assert member.post(page_of(record), {}).status_code == 403
    assert member.get(add_page(name)).status_code == 403
    assert nobody.get(page_of(record)).status_code == 403
    assert change(signed_in(make_superuser()), page_of(record)).status_code == 302


def test_a_changed_term_counts_up_and_is_kept_by_a_load() -> None:
    term = Term.objects.get(kind="effects", code="stretches", language="en")

    change(signed_in(make_superuser()), page_of(term), name="lengthens", code="other")

    term.refresh_from_db()
    assert (term.name, term.code, term.version) == ("lengthens", "stretches", 2)
    assert load_content(read_content()).kept == ["term effects stretches en"]


def test_terms_are_found_by_kind_language_and_word() -> None:
    client = signed_in(make_staff(make_practice()))

    found = listed(client, "catalogue_term", kind__exact="equipment", language="nl", q="stool")

    assert [(term.code, term.language) for term in found] == [("stool", "nl")]


def test_loads_are_for_reading_only() -> None:
    load, client = CatalogueLoad.objects.latest(), signed_in(make_superuser())

    assert load in listed(client, "catalogue_catalogueload")
    assert client.get(add_page("catalogue_catalogueload")).status_code == 403
    assert client.post(page_of(load), {"digest": "x"}).status_code == 403
    assert client.post(page_of(load).replace("change", "delete"), {"post": "yes"}).status_code == 403
