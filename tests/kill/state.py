"""What the database of a killed server holds, looked at from within the service's own settings."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.core.management import call_command

from catalogue.records import digest
from patients.models import AccessEvent, AuthToken
from plans.models import IdempotencyKey, IssuedPicture, Plan, Revision
from plans.pictures import digests_in
from tests.factories import ISSUABLE, make_episode, make_patient, make_plan, make_practice, make_user

PRACTICES, PLANS = 2, 30


def fill() -> list[dict[str, str]]:
    """Plans of several practices, each with a token of somebody who may issue it."""
    made = []
    for number in range(PRACTICES):
        practice = make_practice(f"Practice {number}")
        user = make_user(practice)
        token = AuthToken.objects.create(user, practice=practice)[1]
        for _ in range(PLANS):
            made.append({"plan": str(make_plan(make_episode(make_patient(practice)), author=user).pk), "token": token})
    return made


def faults(issued: list[Any], edited: list[Any]) -> list[str]:
    """Everything that is wrong, given the revisions (plan, id, number) and the edits (plan, version, title) that were
    acknowledged."""
    return [*_of_revisions(), *_of_plans(), *_of_the_log(), *_of_issued(issued), *_of_edited(edited), *_of_commands()]


def _of_revisions() -> Iterator[str]:
    for one in Revision.objects.select_related("plan__episode"):
        if digest(one.document) != one.digest:
            yield f"{one}: its document is not what was issued"
        if [item["exercise"] for item in one.document["record"]["plan"]["items"]] != [*ISSUABLE]:
            yield f"{one}: it lacks items"
        if (one.patient_id, one.episode_id) != (one.plan.episode.patient_id, one.plan.episode_id):
            yield f"{one}: it is of somebody else"
        shown = digests_in(one.document)
        if IssuedPicture.objects.filter(digest__in=shown).count() != len(shown):
            yield f"{one}: it lacks pictures"
    made = Counter(IdempotencyKey.objects.values_list("object_id", flat=True))
    if made != Counter(str(pk) for pk in Revision.objects.values_list("pk", flat=True)):
        yield "not every request made one revision"


def _of_plans() -> Iterator[str]:
    for plan in Plan.objects.prefetch_related("items", "revisions"):
        if [item.position for item in plan.items.all()] != [*range(len(ISSUABLE))]:
            yield f"{plan}: it lacks items"
        numbers = [one.number for one in plan.revisions.all()]
        if numbers != [*range(1, len(numbers) + 1)]:
            yield f"{plan}: its revisions are numbered {numbers}"
        if plan.version != 1 + _edits(plan.pk) + len(numbers):
            yield f"{plan}: version {plan.version}, {_edits(plan.pk)} edits and {len(numbers)} revisions"


def _edits(plan_id: Any) -> int:
    """As the access log tells."""
    return AccessEvent.objects.filter(action="U", object_type="plan", object_ids=[str(plan_id)]).count()


def _of_the_log() -> Iterator[str]:
    """A revision and the event that tells of it are stored together, or neither is."""
    told = AccessEvent.objects.filter(action="C", object_type="revision").values_list("object_ids", flat=True)
    if Counter(pk for (pk,) in told) != Counter(str(pk) for pk in Revision.objects.values_list("pk", flat=True)):
        yield "the access log tells of other revisions than there are"


def _of_issued(issued: list[Any]) -> Iterator[str]:
    for plan, pk, number in issued:
        if not Revision.objects.filter(pk=pk, plan=plan, number=number).exists():
            yield f"revision {number} of plan {plan} was acknowledged, and lost"


def _of_edited(edited: list[Any]) -> Iterator[str]:
    plans = {str(plan.pk): plan for plan in Plan.objects.all()}
    for plan, version, title in edited:
        now = plans[plan]
        if now.version < version or (now.version == version and now.title != title):
            yield f"version {version} of plan {plan} was acknowledged, and lost"
    for plan, count in Counter(plan for plan, _, _ in edited).items():
        if _edits(plan) < count:
            yield f"{count} edits of plan {plan} were acknowledged, and the log tells of {_edits(plan)}"


def _of_commands() -> Iterator[str]:
    """The log is whole after what was half sealed is sealed to its end; every row has its file."""
    call_command("seal_log", stdout=io.StringIO())
    for command, options in (("verify_log", {}), ("sweep_files", {"check": True})):
        said = io.StringIO()
        try:
            call_command(command, stdout=said, **options)
        except Exception as error:
            yield f"{command}: {error} {said.getvalue()}"
        if command == "verify_log" and said.getvalue().count(" 0 not yet sealed") != PRACTICES:
            yield f"verify_log: {said.getvalue()}"
