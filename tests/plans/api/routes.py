"""Every route by every method: how to call it so that it succeeds, and what the access log then holds.

`routes` reads the URL configuration; `CALLS` is written by hand, but for the pages of the admin site and of accounts, which
`pages.py` finds; who gets which answer stands in `docs/access.md`.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from allauth.mfa.models import Authenticator
from django.http import HttpResponse
from django.urls import URLResolver, get_resolver, reverse
from rest_framework.test import APIClient

from catalogue.models import Article, CatalogueLoad, Citation, Exercise, Group, Muscle, Photo, Protocol, Term
from patients.access import record_access
from patients.models import (
    AccessEvent,
    Episode,
    Integration,
    Invitation,
    Membership,
    Patient,
    Practice,
    Role,
    User,
)
from plans.models import Plan, Revision, ShareLink
from tests.factories import (
    PASSWORD,
    WITH_WARNING,
    make_episode,
    make_integration,
    make_invitation,
    make_own_article,
    make_own_exercise,
    make_own_protocol,
    make_patient,
    make_plan,
    make_practice,
    make_revision,
    make_share_link,
    make_user,
    plan_body,
)
from tests.plans.api.pages import pages

Key = tuple[str, str]
"""The name of a URL, or its path where it has none, and a method."""

METHODS = ("get", "post", "put", "patch", "delete")
OVERRIDE = {"finding": "balance.category-missing", "where": "/items", "reason": "Relaxes at the pool."}
FIX = {"finding": "balance.category-missing", "where": "/items", "fix": "insert-prone-lying"}
PATIENT = {"given_name": "Fictio", "family_name": "Placeholder"}
NEW_ACCOUNT = {"name": "Nora Newcomer", "password": PASSWORD, "again": PASSWORD}
INVITED = {"email": "nora@practice.example", "role": "clinician", "by": "link"}
INTEGRATION = {"name": "Reports", "scopes": ["plans:read"]}
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
EPISODE = {"complaint": "Neck pain (made up)", "body_region": "neck"}


@dataclass(frozen=True)
class World:
    """A practice with one of everything: a draft, and a revision of another plan, with a link to it and the link's token.

    Of the catalogue it has one of each that is its own, and what is the same for all is there too.
    """

    practice: Practice
    patient: Patient
    episode: Episode
    plan: Plan
    revision: Revision
    colleague: User
    invitation: Invitation
    integration: Integration
    share_link: ShareLink
    token: str
    secret: str
    factor: Authenticator
    event: AccessEvent
    exercise: Exercise
    protocol: Protocol
    group: Group
    article: Article

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(str(getattr(self, name).pk) for name in WORLD)

    @property
    def patients_ids(self) -> tuple[str, ...]:
        """Those that tell of a patient."""
        return tuple(
            str(getattr(self, name).pk)
            for name in WORLD
            if name not in {"practice", "colleague", "invitation", "integration"}
        )

    @property
    def administrator(self) -> User:
        return User.objects.filter(is_superuser=True).latest("created_at")

    @property
    def membership(self) -> Membership:
        return self.colleague.memberships.get()

    @property
    def citation(self) -> Citation:
        return Citation.objects.all()[0]

    @property
    def muscle(self) -> Muscle:
        return Muscle.objects.all()[0]

    @property
    def term(self) -> Term:
        return Term.objects.all()[0]

    @property
    def load(self) -> CatalogueLoad:
        return CatalogueLoad.objects.earliest("pk")


WORLD = ("practice", "patient", "episode", "plan", "revision", "colleague", "invitation", "integration", "share_link")
NUMBERED = (
    *("factor", "event", "membership", "exercise", "protocol", "group"),
    *("article", "citation", "muscle", "term", "load"),
)
"""What the pages of the admin show, by a small number."""


def make_world() -> World:
    practice = make_practice(logo_png=base64.b64decode(PIXEL))
    bridge = Exercise.objects.get(code="bridge", practice=None)
    photo = {"jpeg": b"a photograph", "width": 1, "height": 1, "digest": "0" * 64}
    Photo.objects.get_or_create(exercise=bridge, moment="start", defaults=photo)
    patient = make_patient(practice)
    episode = make_episode(patient)
    plan, revision = make_plan(episode, *WITH_WARNING), make_revision(make_plan(episode))
    secret = uuid4().hex
    invitation = make_invitation(practice, secret=secret)
    integration, _ = make_integration(practice, "catalogue:read")
    link, token = make_share_link(revision)
    colleague = make_user(practice)
    protocol = make_own_protocol(practice)
    exercise = make_own_exercise(practice)
    Photo.objects.create(exercise=exercise, moment="start", **photo)
    make_user(is_staff=True, is_superuser=True)
    return World(
        practice=practice,
        patient=patient,
        episode=episode,
        plan=plan,
        revision=revision,
        colleague=colleague,
        invitation=invitation,
        integration=integration,
        share_link=link,
        token=token,
        secret=secret,
        factor=Authenticator.objects.create(
            user=colleague, type=Authenticator.Type.WEBAUTHN, data={"name": "house-key"}
        ),
        event=record_access(colleague, AccessEvent.Action.READ, "phase", [], practice_id=practice.pk),
        exercise=exercise,
        protocol=protocol,
        group=protocol.groups.get(),
        article=make_own_article(practice),
    )


def make_nowhere(world: World) -> Any:
    """What looks like this world and was never made: every id is random."""
    things = {name: SimpleNamespace(pk=uuid4(), version=1) for name in WORLD}
    numbered = {name: SimpleNamespace(pk=10**9) for name in NUMBERED}
    return SimpleNamespace(**things, **numbered, administrator=world.administrator)


@dataclass(frozen=True)
class Call:
    """A request that succeeds for a colleague in a `role`. `log`: what the access log then holds, as action and kind.

    `path` is of a page that may have no name.
    """

    log: tuple[str, str] | None = None
    kwargs: dict[str, str] = field(default_factory=dict)
    body: Any = None
    role: str = Role.CLINICIAN
    path: str = ""

    def url(self, name: str, world: World) -> str:
        """The address for the world's object: `{"pk": "plan"}` is the plan's id, `{"code": "=bridge"}` is `bridge`."""
        named = {
            key: value[1:] if value.startswith("=") else getattr(world, value) for key, value in self.kwargs.items()
        }
        said = {key: getattr(value, "pk", value) for key, value in named.items()}
        return self.path.format(**said) if self.path else reverse(name, kwargs=said)

    def json(self, world: World) -> Any:
        return self.body(world) if callable(self.body) else self.body


def call(body: Any = None, **kwargs: str) -> Call:
    """Shows nothing of patients."""
    return Call(kwargs=kwargs, body=body)


def patients(action: str, kind: str, body: Any = None, **kwargs: str) -> Call:
    """Shows or changes something of patients."""
    return Call((action, kind), kwargs, body)


def by_owner(one: Call) -> Call:
    return replace(one, role=Role.OWNER)


def erasure(world: World) -> dict[str, Any]:
    return {"reason": "patients_request", "confirm": str(world.patient.pk), "before_retention_end": True}


def whole_plan(world: World) -> dict[str, Any]:
    return plan_body(world.episode)


def wishes(world: World) -> dict[str, Any]:
    return {"protocol": "back-care", "phase": "post_acute", "episode": str(world.episode.pk)}


def routes() -> Iterator[tuple[str, str]]:
    """Each URL that the service answers, as `/api/v1/plans/{id}/`, and its name; the path again where it has none."""
    yield from _walked(get_resolver().url_patterns, "/", "")


def _walked(patterns: list[Any], prefix: str, namespace: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inside = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walked(pattern.url_patterns, path, inside)
        else:
            readable = _readable(path)
            yield readable, namespace + pattern.name if pattern.name else readable


def _readable(path: str) -> str:
    """`<uuid:pk>` as `{id}`, as the OpenAPI description has it; so too `^(?P<key>.+)$`, as older patterns are."""
    plain = re.sub(r"\(\?P(<\w+>)[^)]*\)|[$^]", r"\1", path)
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", plain).replace("{pk}", "{id}")


CALLS: dict[Key, Call] = {
    ("home", "get"): call(),
    ("healthz", "get"): call(),
    ("readyz", "get"): call(),
    ("robots", "get"): call(),
    ("share-page", "get"): call(token="token"),
    ("share-page-mistyped", "get"): call(token="token"),
    ("share-programme", "get"): call(token="token"),
    ("invitation", "get"): call(secret="secret"),
    ("invitation", "post"): call(NEW_ACCOUNT, secret="secret"),
    ("schema", "get"): call(),
    ("docs", "get"): call(),
    ("programme-schema", "get"): call(),
    ("login", "post"): call({"email": "nobody@practice.example", "password": "wrong"}),
    ("logout", "post"): call(),
    ("practice", "get"): call(),
    ("practice", "patch"): call({"demand_mfa": False}),
    ("practice-changes", "get"): by_owner(call()),
    ("member-list", "get"): call(),
    ("member-detail", "get"): call(pk="colleague"),
    ("member-detail", "patch"): call({"role": "assistant"}, pk="colleague"),
    ("member-detail", "delete"): call(pk="colleague"),
    ("invitation-list", "get"): call(),
    ("invitation-list", "post"): call(INVITED),
    ("invitation-detail", "delete"): call(pk="invitation"),
    ("logout-all", "post"): call(),
    ("token-list", "get"): call(),
    ("token-detail", "delete"): call(prefix="=hep_00000000000"),
    ("integration-list", "get"): call(),
    ("integration-list", "post"): call(INTEGRATION),
    ("integration-detail", "get"): call(pk="integration"),
    ("integration-detail", "patch"): call({"responsible": None}, pk="integration"),
    ("integration-detail", "delete"): call(pk="integration"),
    ("integration-rotate", "post"): call({}, pk="integration"),
    ("exercise-list", "get"): call(),
    ("exercise-detail", "get"): call(code="=bridge"),
    ("exercise-figure", "get"): call(code="=bridge"),
    ("exercise-photo", "get"): call(code="=bridge"),
    ("group-list", "get"): call(),
    ("muscle-list", "get"): call(),
    ("equipment-list", "get"): call(),
    ("article-list", "get"): call(),
    ("article-detail", "get"): call(code="=core-stability"),
    ("protocol-list", "get"): call(),
    ("protocol-detail", "get"): call(code="=back-care"),
    ("rule-list", "get"): call(),
    ("patient-list", "get"): patients("R", "patient"),
    ("patient-list", "post"): patients("C", "patient", PATIENT),
    ("patient-search", "post"): patients("R", "patient", {"name": "Testina"}),
    ("patient-detail", "get"): patients("R", "patient", pk="patient"),
    ("patient-detail", "put"): patients("U", "patient", PATIENT, pk="patient"),
    ("patient-detail", "patch"): patients("U", "patient", {"language": "en"}, pk="patient"),
    ("patient-episode-list", "get"): patients("R", "episode", patient_id="patient"),
    ("patient-episode-list", "post"): patients("C", "episode", EPISODE, patient_id="patient"),
    ("patient-changes", "get"): patients("R", "changes", patient_id="patient"),
    ("access-log", "get"): patients("R", "access_log", patient_id="patient"),
    ("access-log-pdf", "get"): patients("E", "access_log.pdf", patient_id="patient"),
    ("patient-export", "get"): patients("E", "export", patient_id="patient"),
    ("patient-erasure", "post"): by_owner(patients("D", "erasure", erasure, patient_id="patient")),
    ("episode-list", "get"): patients("R", "episode"),
    ("episode-detail", "get"): patients("R", "episode", pk="episode"),
    ("episode-detail", "put"): patients("U", "episode", EPISODE, pk="episode"),
    ("episode-detail", "patch"): patients("U", "episode", {"goals": []}, pk="episode"),
    ("episode-phases", "get"): patients("R", "phase", pk="episode"),
    ("episode-phases", "post"): patients("C", "phase", {"phase": "chronic"}, pk="episode"),
    ("episode-clearances", "get"): patients("R", "clearance", pk="episode"),
    ("episode-clearances", "post"): patients("C", "clearance", {}, pk="episode"),
    ("plan-list", "get"): patients("R", "plan"),
    ("plan-list", "post"): patients("C", "plan", whole_plan),
    ("plan-detail", "get"): patients("R", "plan", pk="plan"),
    ("plan-detail", "put"): patients("U", "plan", whole_plan, pk="plan"),
    ("plan-detail", "patch"): patients("U", "plan", {"title": "New"}, pk="plan"),
    ("plan-detail", "delete"): patients("D", "plan", pk="plan"),
    ("plan-findings", "get"): patients("R", "plan", pk="plan"),
    ("plan-fixes", "post"): patients("U", "plan", FIX, pk="plan"),
    ("plan-preview", "get"): patients("E", "preview", pk="plan"),
    ("plan-issue", "post"): patients("C", "revision", {"overrides": [OVERRIDE]}, pk="plan"),
    ("plan-revision-list", "get"): patients("R", "revision", plan_id="plan"),
    ("revision-list", "get"): patients("R", "revision"),
    ("revision-detail", "get"): patients("R", "revision", pk="revision"),
    ("cert", "get"): patients("R", "revision", pk="revision"),
    ("diff", "get"): patients("R", "revision", pk="revision"),
    ("programme-pdf", "get"): patients("E", "programme.pdf", pk="revision"),
    ("programme-json", "get"): patients("E", "programme.json", pk="revision"),
    ("revision-share-link-list", "get"): patients("R", "share_link", revision_id="revision"),
    ("revision-share-link-list", "post"): patients("C", "share_link", {}, revision_id="revision"),
    ("share-link-list", "get"): patients("R", "share_link"),
    ("share-link-detail", "delete"): patients("D", "share_link", pk="share_link"),
    ("compose", "post"): patients("E", "compose", wishes),
    ("validate", "post"): patients("E", "validate", whole_plan),
    **{("unknown-api-path", method): call(unknown="=v1/no-such-thing/") for method in METHODS},
    **{key: Call(path=path, kwargs=kwargs, body=body) for key, path, kwargs, body in pages(routes())},
}

BY_LINK = {"share-page", "share-page-mistyped", "share-programme"}
"""Shown to whoever has the link. Its visits have tests of their own, `tests/plans/test_share_page.py`."""


def ask(client: APIClient, key: Key, world: World) -> Any:
    """The request, in the form in which it succeeds for a colleague."""
    name, method = key
    wanted = CALLS[key]
    body = wanted.json(world)
    headers = {"If-Match": f'"{world.plan.pk}.{world.plan.version}"'} if name in {"plan-detail", "plan-fixes"} else {}
    url = wanted.url(name, world)
    form = "json" if url.startswith("/api/") else "multipart"
    return whole(getattr(client, method)(url, body, format=form, headers=headers))


def whole(answer: Any) -> Any:
    """An answer that comes in pieces, as one; any other as it is."""
    if not answer.streaming:
        return answer
    return HttpResponse(b"".join(answer.streaming_content), status=answer.status_code, headers=answer.headers)
