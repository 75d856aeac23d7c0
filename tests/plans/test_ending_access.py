"""What an administrator ends from the command line: share links, of one or of all."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from patients.models import AccessEvent
from plans.models import ShareLink
from tests.factories import (
    make_client,
    make_episode,
    make_patient,
    make_plan,
    make_practice,
    make_revision,
    make_share_link,
    make_user,
)

pytestmark = pytest.mark.django_db


def revoke(**options: Any) -> str:
    out = StringIO()
    call_command("revoke_share_links", stdout=out, **options)
    return out.getvalue().strip()


def new_revision(practice: Any) -> Any:
    return make_revision(make_plan(make_episode(make_patient(practice))))


def opens(token: str) -> int:
    return APIClient().get(f"/s/{token}/").status_code


@pytest.fixture
def revision(practice):
    return new_revision(practice)


def test_the_links_that_somebody_made_are_revoked_and_those_of_others_stand(practice, revision):
    leaver = make_user(practice, email="leaver@practice.example")
    _, theirs = make_share_link(revision, created_by=leaver)
    _, others = make_share_link(revision)

    said = revoke(created_by="Leaver@practice.example")

    assert said == "1 share link revoked."
    assert (opens(theirs), opens(others)) == (404, 200)


def test_the_links_of_a_patient_of_a_practice_or_all_are_revoked(practice, revision):
    def tokens() -> list[str]:
        return [make_share_link(one)[1] for one in (revision, colleague, stranger)]

    colleague, stranger = new_revision(practice), new_revision(make_practice("There"))
    answers = {
        "of the patient": (tokens(), revoke(patient=revision.patient_id)),
        "of the practice": (tokens(), revoke(practice=practice.pk)),
        "all": (tokens(), revoke(all=True)),
    }

    assert [said for _, said in answers.values()] == [
        "1 share link revoked.",
        "3 share links revoked.",
        "5 share links revoked.",
    ]
    assert not [one for one in ShareLink.objects.all() if one.works]


def test_each_revocation_is_in_the_log_as_one_by_a_command(practice, revision):
    link, _ = make_share_link(revision)

    revoke(all=True)

    event = AccessEvent.objects.latest("pk")
    assert (event.action, event.object_type, event.object_ids) == ("D", "share_link", [str(link.pk)])
    assert (event.practice_id, event.patient_id) == (practice.pk, revision.patient_id)
    assert (event.client, event.user_id, event.outcome) == ("command", None, "ok")


def test_a_link_that_a_command_revoked_is_listed_as_revoked_by_nobody(practice, revision):
    make_share_link(revision)
    revoke(all=True)

    said = make_client(practice).get("/api/v1/share-links/").json()["results"][0]

    assert (said["works"], said["revoked_by"]) == (False, None)
    assert said["revoked_at"]


def test_what_opens_nothing_any_more_is_left_as_it_is(revision):
    expired, _ = make_share_link(revision, expires_at=timezone.now())
    make_share_link(revision, revoked_at=timezone.now(), revoked_by=revision.issued_by)

    assert revoke(all=True) == "0 share links revoked."
    expired.refresh_from_db()
    assert expired.revoked_at is None


def test_a_dry_run_says_how_many_and_revokes_none(revision):
    _, token = make_share_link(revision)
    events = AccessEvent.objects.count()

    assert revoke(all=True, dry_run=True) == "1 share link would be revoked."

    assert AccessEvent.objects.count() == events
    assert opens(token) == 200


@pytest.mark.parametrize(
    "said",
    [
        [],
        ["--all", "--created-by", "leaver@practice.example"],
        ["--created-by", ""],
        ["--created-by", "nobody@practice.example"],
        ["--patient", "00000000-0000-0000-0000-000000000001"],
        ["--practice", "00000000-0000-0000-0000-000000000001"],
    ],
)
def test_whose_links_is_said_once_and_a_mistaken_name_is_told(revision, said):
    _, token = make_share_link(revision)

    with pytest.raises(CommandError):
        call_command("revoke_share_links", *said)

    assert opens(token) == 200


def test_nobody_revokes_a_link_at_no_time(revision):
    link, _ = make_share_link(revision)

    with pytest.raises(IntegrityError), transaction.atomic():
        ShareLink.objects.filter(pk=link.pk).update(revoked_by=revision.issued_by)
