"""Plain makers of made-up people and plans. What a test is about, it says itself; the rest is literal."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone
from rest_framework.test import APIClient

from catalogue.copying import copy_exercise
from catalogue.models import Article, ArticleText, Exercise, ExerciseText, Group, Protocol, ProtocolText
from patients.integrations import create_integration
from patients.members import digest_of
from patients.models import (
    AuthToken,
    Clearance,
    Episode,
    Integration,
    Invitation,
    Membership,
    Patient,
    PatientIdentifier,
    PhaseAssessment,
    Practice,
    Role,
    User,
)
from plans import services
from plans.api.plan_forms import completed
from plans.checking import catalogue_of
from plans.models import Plan, Revision, ShareLink
from plans.sharing import new_token

PASSWORD = "a long and made-up password"

ISSUABLE = ("warm-up-walk", "pelvic-tilt", "knee-to-chest", "back-rotation", "prone-lying")
"""A plan of these, for an episode as `make_episode` makes it, brings no more than advice."""

WITH_WARNING = ISSUABLE[:-1]
"""Without the last one, nothing relaxes: the warning `balance.category-missing` at `/items`."""


def make_practice(name: str = "Practice Example Street", **fields: Any) -> Practice:
    return Practice.objects.create(**{"name": name, "telephone": "+31 20 000 0000", "language": "nl"} | fields)


def make_user(practice: Practice | None = None, role: str = Role.CLINICIAN, **fields: Any) -> User:
    """A member of the practice who acts for it; without a practice, an account that belongs nowhere."""
    email = fields.pop("email", f"member-{User.objects.count() + 1}@practice.example")
    user = User.objects.create_user(email, PASSWORD, **{"name": "Clara Clinician"} | fields)
    if practice is not None:
        Membership.objects.create(user=user, practice=practice, role=role)
        user.act_for(practice.pk)
    return user


def token_for(user: User, practice: Practice) -> APIClient:
    """A client that sends a real token with each request."""
    _, secret = AuthToken.objects.create(user, practice=practice)
    return sending(secret)


def make_client(practice: Practice, role: str = Role.CLINICIAN) -> APIClient:
    """A client with a real token of a new member of the practice."""
    return token_for(make_user(practice, role), practice)


def make_invitation(practice: Practice, secret: str, **fields: Any) -> Invitation:
    """An open invitation by an owner of the practice, as if mailed."""
    owner = fields.pop("invited_by", None) or make_user(practice, Role.OWNER)
    expires_at = timezone.now() + datetime.timedelta(days=7)
    values = {"email": "nora@practice.example", "role": Role.CLINICIAN, "expires_at": expires_at, "is_mailed": True}
    return Invitation.objects.create(practice=practice, invited_by=owner, digest=digest_of(secret), **values | fields)


def make_integration(practice: Practice, *scopes: str, **fields: Any) -> tuple[Integration, APIClient]:
    """Another system of the practice, for which a new clinician answers; and a client that sends its secret."""
    if "responsible" not in fields:
        fields["responsible"] = make_user(practice, name="Rosa Responsible").membership
    name = fields.pop("name", f"Records {Integration.objects.count() + 1}")
    owner = make_user(practice, Role.OWNER)
    integration, secret = create_integration(user=owner, name=name, scopes=list(scopes), **fields)
    return integration, sending(secret)


def sending(secret: str) -> APIClient:
    """A client that sends this secret with each request."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    return client


def make_patient(practice: Practice, **fields: Any) -> Patient:
    identifiers = fields.pop("identifiers", [])
    values = {"given_name": "Testina", "family_name": "Voorbeeld", "birth_date": datetime.date(1970, 2, 28)}
    patient = Patient.objects.create(practice=practice, **values | {"language": "nl"} | fields)
    for system, value in identifiers:
        PatientIdentifier.objects.create(patient=patient, practice=practice, system=system, value=value)
    return patient


def make_episode(patient: Patient, *, phase: str | None = "post_acute", cleared: bool = True, **fields: Any) -> Episode:
    """An episode of low back pain; its phase was assessed and its basics were cleared today, unless told otherwise."""
    values = {"complaint": "Low back pain (made up)", "body_region": "low_back"}
    episode = Episode.objects.create(practice=patient.practice, patient=patient, **values | fields)
    made = {"practice": patient.practice, "episode": episode, "created_by": make_user(patient.practice)}
    if phase:
        PhaseAssessment.objects.create(phase=phase, assessed_on=timezone.localdate(), **made)
    if cleared:
        Clearance.objects.create(cleared_on=timezone.localdate(), **made)
    return episode


def plan_body(episode: Episode, *codes: str, **fields: Any) -> dict[str, Any]:
    """The body of a request that creates a plan, with the protocol's doses."""
    return {
        "episode": str(episode.pk),
        "protocol": "back-care",
        "phase": "post_acute",
        "items": [{"exercise": code} for code in codes or ISSUABLE],
        **fields,
    }


def make_plan(episode: Episode, *codes: str, author: User | None = None, **fields: Any) -> Plan:
    """A draft with the protocol's doses."""
    author = author or make_user(episode.practice)
    protocol = Protocol.objects.get(code="back-care", practice=None)
    said = {"phase": "post_acute", "weeks": 6, "items": [{"exercise": code} for code in codes or ISSUABLE]}
    catalogue = catalogue_of(episode.practice_id, protocol)
    programme = completed({"protocol": protocol, "catalogue": catalogue, **said, **fields}, "nl")
    return services.create_plan(user=author, episode=episode, protocol=protocol, programme=programme)


def make_revision(plan: Plan, user: User | None = None) -> Revision:
    return services.issue_plan(user=user or make_user(plan.practice), plan_id=plan.pk)


def make_share_link(revision: Revision, **fields: Any) -> tuple[ShareLink, str]:
    """A link that works, and its token."""
    token = new_token()
    made = {"digest": ShareLink.digest_of(token), "expires_at": timezone.now() + datetime.timedelta(days=1)}
    who = {"practice": revision.practice, "created_by": revision.issued_by}
    return ShareLink.objects.create(revision=revision, **made | who | fields), token


def make_copy(code: str, practice: Practice) -> Exercise:
    """The practice's own copy of a global exercise."""
    return copy_exercise(exercise=Exercise.objects.get(code=code, practice=None), practice=practice)


def make_own_exercise(practice: Practice, code: str = "house-stretch") -> Exercise:
    """An exercise that only this practice has."""
    exercise = Exercise.objects.create(
        practice=practice,
        code=code,
        start_position="standing",
        side="each_side",
        moments=["start"],
        step_moments=["start"],
    )
    ExerciseText.objects.create(
        exercise=exercise, language="nl", name="Huisoefening", purpose="Rekt.", start_position="Sta.", steps=["Rek."]
    )
    return exercise


def make_own_protocol(practice: Practice, code: str = "house-care") -> Protocol:
    """A protocol that only this practice has: the rules of another, and one group without exercises."""
    other = Protocol.objects.get(code="back-care", practice=None)
    words = other.texts.get(language="nl").words
    protocol = Protocol.objects.create(practice=practice, code=code, body_regions=["low_back"], rules=other.rules)
    ProtocolText.objects.create(protocol=protocol, language="nl", name="Huisprotocol", words=words)
    Group.objects.create(protocol=protocol, code="basic", role="basic")
    return protocol


def make_own_article(practice: Practice, code: str = "house-reading") -> Article:
    """An article that only this practice has."""
    article = Article.objects.create(practice=practice, code=code, source="house")
    sections = [{"heading": "Thuis", "paragraphs": ["Lees dit."]}]
    ArticleText.objects.create(article=article, language="nl", title="Huisartikel", sections=sections)
    return article
