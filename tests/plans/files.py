"""A patient with something in every table, made over the API as far as it goes."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from rest_framework.test import APIClient

from patients.models import Patient, Practice
from patients.records import records_of
from plans.models import Revision
from tests.factories import (
    make_client,
    make_episode,
    make_patient,
    make_plan,
    make_revision,
    make_share_link,
    plan_body,
)

STAYING = {"patients_accessevent", "patients_erasure", "patients_logseal"}
NAMES = ("Zwanehilde", "Onvergetelijk", "1931-03-07", "number-471-of-hers", "Tilts when it rains")
REVISIONS = 3


@dataclass(frozen=True)
class Record:
    patient: Patient
    revisions: list[Revision]
    ids: list[str]


def make_record(practice: Practice, client: APIClient | None = None) -> Record:
    """Two episodes, a draft and two plans with three revisions, prints of one, and requests that can be repeated."""
    client = client or make_client(practice)
    patient = make_patient(
        practice,
        given_name="Zwanehilde",
        family_name="Onvergetelijk",
        birth_date="1931-03-07",
        identifiers=[("https://other.example", "number-471-of-hers")],
    )
    episodes = [make_episode(patient, complaint="Tilts when it rains"), make_episode(patient)]
    make_plan(episodes[0], note="Tilts when it rains")
    plan = make_plan(episodes[0], title="For Zwanehilde")
    revisions = [make_revision(plan), make_revision(make_plan(episodes[1]))]
    path = f"/api/v1/plans/{plan.pk}/"
    client.patch(path, {"title": "Again"}, format="json", headers={"If-Match": client.get(path)["ETag"]})
    revisions.append(make_revision(plan))
    for layout in ("standard", "compact"):
        assert client.get(f"/api/v1/revisions/{revisions[0].pk}/programme.pdf?layout={layout}").status_code == 200
    make_share_link(revisions[0])
    deleted = _made_and_deleted(client, plan_body(episodes[1]))
    ids = [str(row.pk) for _, rows in records_of(patient.pk) for row in rows if len(str(row.pk)) == 36]
    return Record(patient, revisions, [*ids, deleted])


def _made_and_deleted(client: APIClient, body: dict[str, object]) -> str:
    """The id of a plan that was made by a repeatable request, and is there no longer."""
    answer = client.post("/api/v1/plans/", body, format="json", headers={"Idempotency-Key": "one plan"})
    made: str = answer.json()["id"]
    client.delete(f"/api/v1/plans/{made}/", headers={"If-Match": answer["ETag"]})
    return made


def mentions(*what: str) -> list[str]:
    """The tables in which any of these stands in any row, an id in whichever form."""
    wanted = {one.lower() for name in what for one in (name, name.replace("-", ""))}
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            if any(one in str(row).lower() for row in cursor.fetchall() for one in wanted):
                found.append(table)
    return found
