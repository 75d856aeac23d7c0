"""A practice copies a protocol and changes its numbers in the admin: every check follows, revisions keep what they had."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from catalogue.models import Group, Placement, Protocol
from patients.models import Practice
from plans.models import Plan
from tests.catalogue.admin_pages import change, filled_in, in_row, make_staff, page_of, signed_in
from tests.factories import make_client, make_episode, make_patient, make_plan, make_practice, make_revision

pytestmark = pytest.mark.django_db

COMPOSED = ("protocol", "phase", "language", "weeks", "frequency", "items", "criteria", "episode")


@pytest.fixture
def plan(practice: Practice) -> Plan:
    """Composed before the practice has a protocol of its own; with advice at most."""
    return make_plan(make_episode(make_patient(practice)))


def copied(practice: Practice) -> Protocol:
    shared = Protocol.objects.get(code="back-care", practice=None)
    signed_in(make_staff(practice)).post(reverse("admin:catalogue_protocol_copy", args=[shared.pk]))
    return Protocol.objects.get(code="back-care", practice=practice)


def set_number(own: Protocol, path: tuple[str, ...], value: Any) -> None:
    """Change one number as somebody of the practice does it in the admin."""
    admin = signed_in(make_staff(own.practice))
    rules = json.loads(filled_in(admin.get(page_of(own)))["rules"])
    part = rules
    for name in path[:-1]:
        part = part[name]
    part[path[-1]] = value
    assert change(admin, page_of(own), rules=json.dumps(rules)).status_code == 302


def stored(client: APIClient, plan: Plan) -> dict[str, Any]:
    said = client.get(f"/api/v1/plans/{plan.pk}/findings/").json()
    return {name: said[name] for name in ("findings", "balance", "burden")}


def validated(client: APIClient, plan: Plan) -> dict[str, Any]:
    composed = client.get(f"/api/v1/plans/{plan.pk}/").json()
    answer = client.post("/api/v1/validate/", {name: composed[name] for name in COMPOSED}, format="json")
    assert answer.status_code == 200, answer.content
    return answer.json()


def ids(check: dict[str, Any]) -> set[str]:
    return {finding["id"] for finding in check["findings"]}


@pytest.mark.parametrize(
    ("path", "value", "finding"),
    [
        (("burden", "exercises"), 2, "burden.exercises"),
        (("burden", "minutes_per_session"), 3, "burden.minutes"),
        (("balance", "minimum_muscle_groups"), 12, "balance.muscle-groups"),
        (("balance", "required_categories"), ["stabilisation"], "balance.category-missing"),
        (("balance", "maximum_share_percent"), 10, "balance.share"),
        (("dose", "ranges", "sets"), {"min": 2, "max": 3}, "dose.range"),
        (("dose", "start", "repetitions"), {"min": 1, "max": 4}, "dose.start-low"),
        (("limits", "repetitions"), 4, "dose.impossible"),
        (("jump", "days_per_week"), 0, "dose.jump"),
        (("frequency", "days_per_week"), {"min": 1, "max": 2}, "frequency.range"),
        (("frequency", "start_days_max"), 2, "frequency.start"),
        (("timing", "position_change"), 1800, "burden.minutes"),
    ],
)
def test_a_changed_number_is_what_every_check_follows(
    client: APIClient, practice: Practice, plan: Plan, path: tuple[str, ...], value: Any, finding: str
):
    own = copied(practice)
    before = [stored(client, plan), validated(client, plan)]

    set_number(own, path, value)

    after = [stored(client, plan), validated(client, plan)]
    assert before[0] == before[1]
    assert after[0] == after[1]
    # One share is above 60 % as it is: that advice has other words then.
    assert finding == "balance.share" or finding not in ids(before[0])
    assert finding in ids(after[0])
    assert after[0] != before[0]


def test_a_changed_range_of_one_exercise_is_followed_too(client: APIClient, practice: Practice, plan: Plan):
    own = copied(practice)
    group = Group.objects.get(protocol=own, code="basic")
    place = Placement.objects.get(group=group, exercise__code="knee-to-chest")
    admin = signed_in(make_staff(practice))
    row = in_row(Placement, "placements", filled_in(admin.get(page_of(group))), place.pk)

    change(admin, page_of(group), **{f"{row}-dose": '{"ranges": {"hold_seconds": {"min": 8, "max": 9}}}'})

    ranges = [one for one in stored(client, plan)["findings"] if one["id"] == "dose.range"]
    assert [one["where"] for one in ranges] == ["/items/2/dose/hold_seconds"]
    assert stored(client, plan) == validated(client, plan)


def test_another_practice_goes_on_with_the_shared_protocol(practice: Practice):
    elsewhere = make_practice("Elsewhere")
    plan = make_plan(make_episode(make_patient(elsewhere)))
    before = stored(make_client(elsewhere), plan)

    set_number(copied(practice), ("burden", "exercises"), 2)

    assert stored(make_client(elsewhere), plan) == before


def test_a_revision_keeps_the_version_and_the_numbers_that_it_was_checked_against(
    client: APIClient, practice: Practice, plan: Plan
):
    first = make_revision(plan)
    own = copied(practice)
    set_number(own, ("burden", "exercises"), 2)
    tag = client.get(f"/api/v1/plans/{plan.pk}/")["ETag"]
    client.patch(f"/api/v1/plans/{plan.pk}/", {"title": "New"}, format="json", headers={"If-Match": tag})

    second = make_revision(plan)

    first.refresh_from_db()
    kept = [one.document["record"]["protocol"] for one in (first, second)]
    assert [one["rules"]["burden"]["exercises"] for one in kept] == [6, 2]
    assert [one["version"] for one in kept] == [1, 2]
    assert kept[0]["digest"] != kept[1]["digest"]
    assert "burden.exercises" in {one["id"] for one in second.document["record"]["findings"]}
    assert "burden.exercises" not in {one["id"] for one in first.document["record"]["findings"]}


def test_an_unedited_plan_is_issued_anew_under_the_practices_own_protocol(practice: Practice, plan: Plan):
    own = copied(practice)
    set_number(own, ("burden", "exercises"), 2)

    revision = make_revision(plan)

    assert revision.document["record"]["protocol"]["rules"]["burden"]["exercises"] == 2
    assert revision.document["record"]["protocol"]["version"] == 2
