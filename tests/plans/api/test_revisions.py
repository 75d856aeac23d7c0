from __future__ import annotations

import hashlib
import json
import uuid

import jsonschema
import pytest
from django.db import DatabaseError, connection, transaction

from catalogue.models import Exercise, ExerciseText, Protocol, ProtocolText, Term
from patients.models import AppendOnlyError, Patient, Practice, Role
from plans.models import Plan, Revision
from plans.pictures import digests_in
from tests.factories import make_client, make_episode, make_patient, make_plan, make_practice, make_revision

pytestmark = pytest.mark.django_db

REVISIONS = "/api/v1/revisions/"


@pytest.fixture
def revision(practice):
    return make_revision(make_plan(make_episode(make_patient(practice))))


def test_a_revision_says_what_was_issued_and_where_the_whole_is(client, revision):
    answer = client.get(f"{REVISIONS}{revision.pk}/")

    said = answer.json()
    assert (said["id"], said["number"], said["digest"]) == (str(revision.pk), 1, revision.digest)
    assert said["exercises"] == ["warm-up-walk", "pelvic-tilt", "knee-to-chest", "back-rotation", "prone-lying"]
    assert (said["language"], said["phase"], said["weeks"]) == ("nl", "post_acute", 6)
    assert answer["ETag"] == f'"{revision.digest}"'
    assert client.get(said["programme_json"]).status_code == 200


def test_the_list_is_newest_first_and_filters_by_patient_and_episode(client, practice, revision):
    other = make_revision(make_plan(make_episode(make_patient(practice))))

    def found(**query):
        return [one["id"] for one in client.get(REVISIONS, query).json()["results"]]

    assert found() == [str(other.pk), str(revision.pk)]
    assert found(patient=revision.patient_id) == [str(revision.pk)]
    assert found(episode=other.episode_id) == [str(other.pk)]
    assert "count" not in client.get(REVISIONS).json()


@pytest.mark.parametrize("parameter", ["patient", "episode"])
def test_a_filter_of_revisions_never_tells_whether_a_stranger_has_something(revision, parameter):
    stranger = make_client(make_practice("There"))
    theirs = {"patient": revision.patient_id, "episode": revision.episode_id}

    hidden = stranger.get(REVISIONS, {parameter: theirs[parameter]})
    missing = stranger.get(REVISIONS, {parameter: uuid.uuid4()})

    assert (hidden.status_code, hidden.content) == (400, missing.content)


def test_a_stranger_finds_no_revision_in_any_form(client, revision):
    stranger = make_client(make_practice("There"))
    path = f"{REVISIONS}{revision.pk}/"

    for hidden in (
        path,
        f"{path}programme.json",
        f"{path}programme.pdf",
        f"/api/v1/plans/{revision.plan_id}/revisions/",
    ):
        assert client.get(hidden).status_code == 200
        answer = stranger.get(hidden)
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"
    assert stranger.get(REVISIONS).json()["results"] == []


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
@pytest.mark.parametrize("role", [Role.OWNER, Role.CLINICIAN])
def test_no_route_changes_a_revision(practice, revision, method, role):
    client = make_client(practice, role)
    said = client.get(f"{REVISIONS}{revision.pk}/").json()

    answer = getattr(client, method)(f"{REVISIONS}{revision.pk}/", said, format="json", headers={"If-Match": "*"})

    assert answer.status_code == 405
    assert answer["Content-Type"] == "application/problem+json"
    assert Revision.objects.get().document == revision.document


def test_a_revision_cannot_be_changed_by_the_orm_nor_by_sql(revision):
    revision.number = 7
    with pytest.raises(AppendOnlyError):
        revision.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        Revision.objects.update(number=7)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE plans_revision SET number = 7")

    assert Revision.objects.get().number == 1


def test_programme_json_is_the_stored_document_by_the_published_schema(client, revision):
    answer = client.get(f"{REVISIONS}{revision.pk}/programme.json")
    schema = client.get("/api/programme.schema.json")

    assert answer["Content-Type"] == "application/json"
    assert answer["ETag"] == f'"{revision.digest}"'
    document = answer.json()
    assert document == Revision.objects.get().complete_document()
    assert (document["id"], document["number"]) == (str(revision.pk), 1)
    assert schema["Content-Type"] == "application/schema+json"
    jsonschema.Draft202012Validator(
        schema.json(), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    ).validate(document)


def test_the_digest_is_that_of_the_document(client, revision):
    document = client.get(f"{REVISIONS}{revision.pk}/programme.json").json()

    pictures = document.pop("pictures")  # named by their own digests within the document
    canonical = json.dumps(document, sort_keys=True, ensure_ascii=False).encode()

    assert hashlib.sha256(canonical).hexdigest() == revision.digest
    assert digests_in(document) == set(pictures)
    for digest, picture in pictures.items():
        assert hashlib.sha256(picture["content"].encode()).hexdigest().startswith(digest)


def test_what_was_issued_stays_as_it_was_whatever_changes_afterwards(client, revision):
    path = f"{REVISIONS}{revision.pk}/"
    names = ("", "programme.json", "programme.pdf?language=nl")
    before = [client.get(f"{path}{name}").content for name in names]

    ExerciseText.objects.update(name="Iets anders", steps=["Doe iets anders."])
    Exercise.objects.update(start_position="standing", moments=["start"])
    ProtocolText.objects.update(name="Iets anders", words={})
    protocol = Protocol.objects.get(code="back-care")
    protocol.rules = {**protocol.rules, "default_weeks": 2}
    protocol.save()
    Term.objects.update(name="iets anders")
    Practice.objects.update(name="Iets anders")
    Patient.objects.update(given_name="Iemand", family_name="Anders")
    Plan.objects.update(title="Iets anders", phase="chronic")

    assert [client.get(f"{path}{name}").content for name in names] == before


def test_a_plan_is_issued_again_when_its_words_changed(client, revision):
    path = f"/api/v1/plans/{revision.plan_id}/"
    assert client.post(f"{path}issue/", {}, format="json").status_code == 409

    ExerciseText.objects.filter(exercise__code="pelvic-tilt", language="nl").update(name="Iets anders")

    assert client.post(f"{path}issue/", {}, format="json").json()["number"] == 2
    first, second = Revision.objects.order_by("number")
    assert "Iets anders" in json.dumps(second.document)
    assert "Iets anders" not in json.dumps(first.document)
