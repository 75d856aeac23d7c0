from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from catalogue.models import Protocol
from patients.models import AccessEvent
from plans import services
from plans.checking import catalogue_of, last_doses, programme_of
from plans.documents import Override
from plans.models import Plan, PlanItem, Revision
from plans.values import Programme
from tests.factories import (
    WITH_WARNING,
    make_copy,
    make_episode,
    make_own_exercise,
    make_patient,
    make_plan,
    make_practice,
    make_user,
)

pytestmark = pytest.mark.django_db

OVERRIDE = Override("balance.category-missing", "/items", "Relaxes at the pool.")


@pytest.fixture
def user(practice):
    return make_user(practice)


@pytest.fixture
def episode(practice):
    return make_episode(make_patient(practice))


def programme(plan: Plan) -> Programme:
    return programme_of(Plan.objects.complete().get(pk=plan.pk))


def rewrite(plan: Plan, user, version: int | None = None, **changes) -> Plan:
    return services.replace_plan(
        user=user,
        plan_id=plan.pk,
        version=plan.version if version is None else version,
        protocol=plan.protocol,
        programme=replace(programme(plan), **changes),
    )


def test_what_is_created_is_read_back_as_it_was_given(user, episode):
    wanted = programme(make_plan(episode))

    plan = services.create_plan(
        user=user, episode=episode, protocol=Protocol.objects.get(code="back-care"), programme=wanted
    )

    assert programme(plan) == wanted
    assert (plan.author, plan.practice_id, plan.version, plan.status) == (user, episode.practice_id, 1, "draft")


def test_replacing_writes_every_item_anew_in_its_order(user, episode):
    plan = make_plan(episode)
    items = programme(plan).items

    changed = rewrite(plan, user, items=(items[2], items[0], items[2]), title="Turned round")

    assert [row.exercise.code for row in changed.items.all()] == ["knee-to-chest", "warm-up-walk", "knee-to-chest"]
    assert (changed.title, changed.version) == ("Turned round", 2)
    assert PlanItem.objects.count() == 3


def test_a_stale_version_is_refused_with_the_current_one(user, episode):
    plan = make_plan(episode)
    rewrite(plan, user, title="Newer")

    with pytest.raises(services.StaleVersion) as refused:
        rewrite(plan, user, version=1, title="Older")
    with pytest.raises(services.StaleVersion):
        services.delete_plan(user=user, plan_id=plan.pk, version=1)

    assert refused.value.current == 2
    assert Plan.objects.get().title == "Newer"


def test_to_a_stranger_there_is_no_such_plan(episode):
    plan = make_plan(episode)
    stranger = make_user(make_practice("There"))

    with pytest.raises(Plan.DoesNotExist):
        rewrite(plan, stranger)
    with pytest.raises(Plan.DoesNotExist):
        services.delete_plan(user=stranger, plan_id=plan.pk, version=1)
    with pytest.raises(Plan.DoesNotExist):
        services.issue_plan(user=stranger, plan_id=plan.pk)

    assert Plan.objects.get().version == 1


def test_issuing_takes_the_overrides_that_are_needed_and_no_others(user, episode):
    plan = make_plan(episode, *WITH_WARNING)
    unknown = Override("balance.muscle-groups", "/items", "Discussed with the patient.")

    with pytest.raises(services.NotIssuable) as standing:
        services.issue_plan(user=user, plan_id=plan.pk)
    with pytest.raises(services.UnknownOverride) as refused:
        services.issue_plan(user=user, plan_id=plan.pk, overrides=[OVERRIDE, unknown])

    assert [finding.id for finding in standing.value.findings] == ["balance.category-missing"]
    assert refused.value.index == 1
    assert not Revision.objects.exists()
    assert services.issue_plan(user=user, plan_id=plan.pk, overrides=[OVERRIDE]).number == 1


def test_advice_may_be_answered_and_does_not_stand_in_the_way(user, episode):
    plan = make_plan(episode)
    answer = Override("balance.share", "/items", "Stretching is what helped.")

    revision = services.issue_plan(user=user, plan_id=plan.pk, overrides=[answer])

    assert [one["finding"] for one in revision.document["record"]["overrides"]] == ["balance.share"]


def test_an_unchanged_plan_is_not_issued_by_anyone_or_for_another_reason(user, practice, episode):
    plan = make_plan(episode, *WITH_WARNING)
    services.issue_plan(user=user, plan_id=plan.pk, overrides=[OVERRIDE])
    otherwise = replace(OVERRIDE, reason="Relaxes in the sauna.")

    with pytest.raises(services.NothingChanged):
        services.issue_plan(user=make_user(practice, name="Anna"), plan_id=plan.pk, overrides=[otherwise])

    assert Revision.objects.count() == 1


def test_a_change_that_was_taken_back_is_no_change(user, episode):
    plan = make_plan(episode)
    services.issue_plan(user=user, plan_id=plan.pk)
    plan.refresh_from_db()

    rewrite(rewrite(plan, user, title="For a moment"), user, title="")

    with pytest.raises(services.NothingChanged):
        services.issue_plan(user=user, plan_id=plan.pk)


def test_a_plan_with_revisions_is_kept(user, episode):
    plan = make_plan(episode)
    services.issue_plan(user=user, plan_id=plan.pk)

    with pytest.raises(services.HasRevisions):
        services.delete_plan(user=user, plan_id=plan.pk, version=2)

    assert Plan.objects.exists()


def test_what_is_not_stored_is_not_logged_and_what_is_not_logged_is_not_stored(user, episode, monkeypatch):
    plan = make_plan(episode)
    before = AccessEvent.objects.count()

    with pytest.raises(Plan.DoesNotExist):
        services.delete_plan(user=user, plan_id=uuid.uuid4(), version=1)
    monkeypatch.setattr(AccessEvent.objects, "create", None)
    with pytest.raises(TypeError):
        rewrite(plan, user, title="Unlogged")

    assert AccessEvent.objects.count() == before
    plan.refresh_from_db()
    assert (plan.title, plan.version, plan.items.count()) == ("", 1, 5)


def test_the_practices_own_copy_is_what_is_prescribed(user, practice, episode):
    copy = make_copy("bridge", practice)

    plan = make_plan(episode, "bridge")

    assert plan.items.get().exercise == copy


@pytest.mark.parametrize("backwards", [False, True])
def test_what_was_asked_last_is_what_the_latest_week_asked_wherever_it_stands(episode, backwards):
    rows = [
        {"exercise": "knee-to-chest", "dose": {"repetitions": 4}, "to_week": 3},
        {"exercise": "knee-to-chest", "dose": {"repetitions": 8}, "from_week": 4},
    ]
    plan = make_plan(episode, items=rows[::-1] if backwards else rows)

    assert last_doses(programme(plan))["knee-to-chest"].dose.repetitions == 8


def test_the_kept_catalogue_follows_every_copy_that_comes_and_goes(practice):
    protocol = Protocol.objects.get(code="back-care")

    def bridge() -> str:
        return catalogue_of(practice.pk, protocol)[1]["bridge"].names["nl"]

    assert bridge() == "Bruggetje"
    copy = make_copy("bridge", practice)
    copy.texts.filter(language="nl").update(name="Onze brug")
    assert bridge() == "Onze brug"

    make_own_exercise(practice)
    assert "house-stretch" in catalogue_of(practice.pk, protocol)[1]
    copy.delete()

    assert bridge() == "Bruggetje"
