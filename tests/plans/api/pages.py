"""The pages of the admin site and of accounts, by both methods, as the URL configuration has them: nobody lists them.

What a page is about is a thing of the world, by the model that stands in its path; what is sent, by what the page does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.urls import reverse
from rest_framework.test import APIClient

from patients.models import User
from tests.catalogue.admin_pages import filled_in
from tests.factories import PASSWORD

CHANGED = {"name": "Taken over", "role": "assistant"}
PAGES = ("/admin/", "/account/")

THINGS = {
    "accessevent": "event",
    "authenticator": "factor",
    "catalogueload": "load",
    "keys": "factor",
    "user": "colleague",
    "{content_type_id}": "practice",
}
"""The thing of the world by what stands before its id, where it has another name."""

SAID = {
    "app_label": "=patients",
    "content_type_id": "=1",
    "key": "=made-up",
    "moment": "=start",
    "uidb36": "=1",
    "url": "=no-such-page",
}

NEW = {"password1": "another long and made-up one", "password2": "another long and made-up one"}
CHOICE = {"app_label": "catalogue", "model_name": "placement", "field_name": "exercise"}
SENT: dict[tuple[str, str], Any] = {
    ("account_change_password", "post"): {"oldpassword": PASSWORD, **NEW},
    ("account_login", "post"): {"login": "nobody@practice.example", "password": "wrong"},
    ("account_reauthenticate", "post"): {"password": PASSWORD},
    ("account_reset_password", "post"): {"email": "nobody@practice.example"},
    ("admin:auth_user_password_change", "post"): {"usable_password": "true", **NEW},
    ("admin:autocomplete", "get"): CHOICE,
    ("admin:catalogue_exercise_figure", "post"): {"figure": "", "side": "each_side"},
}


def pages(routes: Iterable[tuple[str, str]]) -> Iterator[tuple[tuple[str, str], str, dict[str, str], Any]]:
    """The key of each, its path, what stands in that, and what is sent."""
    for path, name in routes:
        if path.startswith(PAGES):
            kwargs = dict(_kwargs_of(path))
            for method in ("get", "post"):
                sent = _sent(name, kwargs) if method == "post" else None
                yield (name, method), path, kwargs, SENT.get((name, method), sent)


def _kwargs_of(path: str) -> Iterator[tuple[str, str]]:
    for before, part in pairwise(path.split("/")):
        for name in re.findall(r"{(\w+)}", part):
            yield name, SAID.get(name) or THINGS.get(before, before)


def _sent(name: str, kwargs: dict[str, str]) -> Any:
    """What a page of the admin does with its form: saves it, deletes, or does something to what is ticked."""
    if name.endswith("_delete"):
        return {"post": "yes"}
    if name.endswith("_change") and "object_id" in kwargs:
        thing = kwargs["object_id"]
        return lambda world: _filled_in(reverse(name, args=[getattr(world, thing).pk]), world.administrator)
    if name.endswith("_changelist"):
        return lambda world: _ticked(name, world)
    return {}


@cache
def _filled_in(address: str, superuser: User) -> dict[str, Any]:
    """The form as the superuser gets it, with every field there is, and something changed where it is of a practice."""
    client = APIClient()
    client.force_login(superuser)
    page = client.get(address)
    has_form = page.status_code == 200 and page.context["has_change_permission"]
    data = filled_in(page) if has_form else {}
    changed = CHANGED if address.startswith("/admin/patients/") else {}
    return data | {name: value for name, value in changed.items() if name in data}


def _ticked(name: str, world: Any) -> dict[str, Any]:
    """The list's own action, else deleting, done to what is the world's."""
    app, model = name.removeprefix("admin:").removesuffix("_changelist").split("_")
    actions = admin.site._registry[apps.get_model(app, model)].actions or ("delete_selected",)
    ticked = str(getattr(world, THINGS.get(model, model)).pk)
    return {"action": actions[0], "_selected_action": [ticked], "index": "0", "post": "yes"}
