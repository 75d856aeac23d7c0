"""Using the admin as people do: sign in, open a page, change what it shows, send it."""

from __future__ import annotations

from typing import Any

from django.forms import CheckboxInput, CheckboxSelectMultiple
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from patients.models import Practice, Role, User
from tests.factories import make_user


def make_staff(practice: Practice | None, role: str = Role.OWNER) -> User:
    """Somebody who may use the admin, without any of Django's model permissions."""
    user = make_user(practice, role)
    user.is_staff = True
    user.save()
    return user


def make_superuser() -> User:
    return User.objects.create_superuser("admin@service.example", "a long and made-up password", name="Ada Admin")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def list_page(model: str) -> str:
    return reverse(f"admin:{model}_changelist")


def add_page(model: str) -> str:
    return reverse(f"admin:{model}_add")


def page_of(record: Any) -> str:
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])


def listed(client: Client, model: str, **query: str) -> list[Any]:
    """The records that a list shows."""
    answer = client.get(list_page(model), query)
    assert answer.status_code == 200, answer
    return list(answer.context["cl"].result_list)


def filled_in(page: HttpResponse) -> dict[str, Any]:
    """What a browser would send if the page's form were sent as it stands."""
    context: Any = page.context  # type: ignore[attr-defined]
    formsets = [inline.formset for inline in context["inline_admin_formsets"]]
    forms = [context["adminform"].form]
    forms += [form for formset in formsets for form in (formset.management_form, *formset.forms)]
    return {field.html_name: value for form in forms for field in form if (value := _sent(field)) is not None}


def _sent(field: Any) -> Any:
    value = field.value()
    if isinstance(field.field.widget, CheckboxInput):
        return "on" if value else None
    if isinstance(field.field.widget, CheckboxSelectMultiple):
        return [code for code, _ in field.field.choices if code in (value or [])]
    return "" if value is None else value


def in_row(model: type, prefix: str, data: dict[str, Any], pk: int) -> str:
    """The prefix of the form in which an inline shows the row with this key."""
    [row] = [name.removesuffix("-id") for name, value in data.items() if name.endswith("-id") and value == pk]
    assert row.startswith(prefix), model
    return row


def change(client: Client, page: str, **changes: Any) -> HttpResponse:
    """Open a page, change some fields, save. A change of None leaves the field out."""
    data = filled_in(client.get(page)) | changes
    return client.post(page, {name: value for name, value in data.items() if value is not None})


def errors_on(answer: HttpResponse) -> str:
    """Every error that a page shows, as one text; it must show at least one."""
    context: Any = answer.context  # type: ignore[attr-defined]
    assert answer.status_code == 200, "the form was accepted"
    said = " ".join(str(error) for error in context["errors"])
    assert said
    return said


def messages_on(answer: HttpResponse) -> str:
    """What an answer tells, after following its redirects."""
    return " ".join(str(message) for message in answer.context["messages"])  # type: ignore[attr-defined]
