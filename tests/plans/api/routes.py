"""Every route of the API by every method: how to call it well, and what each person may expect of it.

`api_routes` reads the URL configuration; `EXPECTED` is written by hand. A route without an entry fails its tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from patients.models import Episode, Patient, Practice
from plans.models import Plan, Revision
from tests.factories import WITH_WARNING, make_episode, make_patient, make_plan, make_practice, make_revision, plan_body

Key = tuple[str, str]
"""The name of a URL, and a method."""

METHODS = ("get", "post", "put", "patch", "delete")
OVERRIDE = {"finding": "balance.category-missing", "where": "/items", "reason": "Relaxes at the pool."}
FIX = {"finding": "balance.category-missing", "where": "/items", "fix": "insert-prone-lying"}
PATIENT = {"given_name": "Fictio", "family_name": "Placeholder"}
EPISODE = {"complaint": "Neck pain (made up)", "body_region": "neck"}


@dataclass(frozen=True)
class World:
    """A practice with one of everything: a draft, and a revision of another plan."""

    practice: Practice
    patient: Patient
    episode: Episode
    plan: Plan
    revision: Revision

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(str(one.pk) for one in (self.patient, self.episode, self.plan, self.revision))


def make_world() -> World:
    practice = make_practice()
    patient = make_patient(practice)
    episode = make_episode(patient)
    return World(practice, patient, episode, make_plan(episode, *WITH_WARNING), make_revision(make_plan(episode)))


@dataclass(frozen=True)
class Expected:
    """The status that each person gets. `log`: what the access log then holds, as action and kind of object."""

    colleague: int
    assistant: int
    stranger: int
    anonymous: int = 401
    log: tuple[str, str] | None = None
    kwargs: dict[str, str] = field(default_factory=dict)
    body: Any = None

    def url(self, name: str, world: World) -> str:
        """The address for the world's object: `{"pk": "plan"}` is the plan's id, `{"code": "=bridge"}` is `bridge`."""
        named = {
            key: value[1:] if value.startswith("=") else getattr(world, value).pk for key, value in self.kwargs.items()
        }
        return reverse(name, kwargs=named)

    def json(self, world: World) -> Any:
        return self.body(world) if callable(self.body) else self.body


def catalogue(**kwargs: str) -> Expected:
    return Expected(200, 200, 200, kwargs=kwargs)


def public(body: Any = None, status: int = 200) -> Expected:
    return Expected(status, status, status, anonymous=status, body=body)


def listing(kind: str) -> Expected:
    """A stranger gets a list as well: without anything of ours."""
    return Expected(200, 200, 200, log=("R", kind))


def reading(action: str, kind: str, **kwargs: str) -> Expected:
    return Expected(200, 200, 404, log=(action, kind), kwargs=kwargs)


def writing(action: str, kind: str, body: Any, status: int = 200, stranger: int = 404, **kwargs: str) -> Expected:
    return Expected(status, 403, stranger, log=(action, kind), kwargs=kwargs, body=body)


def whole_plan(world: World) -> dict[str, Any]:
    return plan_body(world.episode)


def wishes(world: World) -> dict[str, Any]:
    return {"protocol": "back-care", "phase": "post_acute", "episode": str(world.episode.pk)}


EXPECTED: dict[Key, Expected] = {
    ("schema", "get"): public(),
    ("docs", "get"): public(),
    ("programme-schema", "get"): public(),
    ("login", "post"): public({"email": "nobody@practice.example", "password": "wrong"}, 401),
    ("logout", "post"): Expected(204, 204, 204),
    ("exercise-list", "get"): catalogue(),
    ("exercise-detail", "get"): catalogue(code="=bridge"),
    ("exercise-figure", "get"): catalogue(code="=bridge"),
    ("exercise-photo", "get"): Expected(404, 404, 404, kwargs={"code": "=bridge"}),
    ("group-list", "get"): catalogue(),
    ("muscle-list", "get"): catalogue(),
    ("equipment-list", "get"): catalogue(),
    ("article-list", "get"): catalogue(),
    ("article-detail", "get"): catalogue(code="=core-stability"),
    ("protocol-list", "get"): catalogue(),
    ("protocol-detail", "get"): catalogue(code="=back-care"),
    ("rule-list", "get"): catalogue(),
    ("patient-list", "get"): listing("patient"),
    ("patient-list", "post"): writing("C", "patient", PATIENT, 201, stranger=201),
    ("patient-search", "post"): Expected(200, 200, 200, log=("R", "patient"), body={"name": "Testina"}),
    ("patient-detail", "get"): reading("R", "patient", pk="patient"),
    ("patient-detail", "put"): writing("U", "patient", PATIENT, pk="patient"),
    ("patient-detail", "patch"): writing("U", "patient", {"language": "en"}, pk="patient"),
    ("patient-episode-list", "get"): reading("R", "episode", patient_id="patient"),
    ("patient-episode-list", "post"): writing("C", "episode", EPISODE, 201, patient_id="patient"),
    ("access-log", "get"): Expected(200, 403, 404, log=("R", "access_log"), kwargs={"patient_id": "patient"}),
    ("access-log-pdf", "get"): Expected(200, 403, 404, log=("E", "access_log.pdf"), kwargs={"patient_id": "patient"}),
    ("episode-list", "get"): listing("episode"),
    ("episode-detail", "get"): reading("R", "episode", pk="episode"),
    ("episode-detail", "put"): writing("U", "episode", EPISODE, pk="episode"),
    ("episode-detail", "patch"): writing("U", "episode", {"goals": []}, pk="episode"),
    ("episode-phases", "get"): reading("R", "phase", pk="episode"),
    ("episode-phases", "post"): writing("C", "phase", {"phase": "chronic"}, 201, pk="episode"),
    ("episode-clearances", "get"): reading("R", "clearance", pk="episode"),
    ("episode-clearances", "post"): writing("C", "clearance", {}, 201, pk="episode"),
    ("plan-list", "get"): listing("plan"),
    ("plan-list", "post"): writing("C", "plan", whole_plan, 201, stranger=400),
    ("plan-detail", "get"): reading("R", "plan", pk="plan"),
    ("plan-detail", "put"): writing("U", "plan", whole_plan, pk="plan"),
    ("plan-detail", "patch"): writing("U", "plan", {"title": "New"}, pk="plan"),
    ("plan-detail", "delete"): writing("D", "plan", None, 204, pk="plan"),
    ("plan-findings", "get"): reading("R", "plan", pk="plan"),
    ("plan-fixes", "post"): writing("U", "plan", FIX, pk="plan"),
    ("plan-preview", "get"): reading("E", "preview", pk="plan"),
    ("plan-issue", "post"): writing("C", "revision", {"overrides": [OVERRIDE]}, 201, pk="plan"),
    ("plan-revision-list", "get"): reading("R", "revision", plan_id="plan"),
    ("revision-list", "get"): listing("revision"),
    ("revision-detail", "get"): reading("R", "revision", pk="revision"),
    ("cert", "get"): reading("R", "revision", pk="revision"),
    ("diff", "get"): reading("R", "revision", pk="revision"),
    ("programme-pdf", "get"): reading("E", "programme.pdf", pk="revision"),
    ("programme-json", "get"): reading("E", "programme.json", pk="revision"),
    ("compose", "post"): Expected(200, 200, 400, log=("E", "compose"), body=wishes),
    ("validate", "post"): Expected(200, 200, 400, log=("E", "validate"), body=whole_plan),
}


def api_routes() -> Iterator[Key]:
    """Each named URL under `/api/`, by each method that it answers."""
    for path, pattern in _walked(get_resolver().url_patterns, ""):
        if path.startswith("api/") and pattern.name:
            for method in _methods(pattern.callback):
                yield pattern.name, method


def _walked(patterns: list[Any], prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walked(pattern.url_patterns, path)
        else:
            yield path, pattern


def _methods(view: Any) -> list[str]:
    """Of a viewset the methods it was routed for, of a class those that it has, of a function `get`."""
    if actions := getattr(view, "actions", None):
        return [method for method in METHODS if method in actions]
    if cls := getattr(view, "cls", None):
        return [method for method in METHODS if hasattr(cls, method)]
    return ["get"]
