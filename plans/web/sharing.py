"""What a patient sees who opens a share link: the programme as a page, and to print. No account, no cookie, no script."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from math import ceil
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.http import require_safe

from patients.access import Action
from plans import words
from plans.api.rendering import answer_bytes
from plans.assets import assets_of
from plans.handout import direction_of, handout_of
from plans.models import Revision, ShareLink
from plans.pdf import LAYOUTS
from plans.programmes import stored_programme
from plans.sharing import has_newer, open_share_link
from plans.web.limits import Misses, Visits

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}

Shown = Callable[[HttpRequest, str, ShareLink], HttpResponse]


def opened_by_link(action: Action) -> Callable[[Shown], Callable[..., HttpResponse]]:
    """A view of what a link opens. Expired, revoked, unknown and malformed ones get the same page, after the same work."""

    def decorated(show: Shown) -> Callable[..., HttpResponse]:
        @require_safe
        @wraps(show)
        def view(request: HttpRequest, token: str) -> HttpResponse:
            misses = Misses()
            for limit in (Visits(), misses):
                if not limit.allow_request(request, None):  # type: ignore[arg-type]
                    return _too_many(limit.wait() or 0)
            link = open_share_link(token=token, action=action)
            if link is None:
                return no_such_link()
            misses.forget()
            try:
                return _closed(show(request, token, link))
            except Revision.DoesNotExist:  # of somebody who was just erased
                return no_such_link()

        return view

    return decorated


@opened_by_link(Action.READ)
def page(request: HttpRequest, token: str, link: ShareLink) -> HttpResponse:
    """The programme to read on a phone, from the stored document alone."""
    revision = Revision.objects.get(pk=link.revision_id)
    document = revision.complete_document()
    handout = handout_of(document, _language(request, document["languages"], document["language"]))
    shown = {
        **handout,
        "token": token,
        "assets": assets_of(document, handout),
        "languages": [(code, NAMES.get(code, code)) for code in document["languages"] if code in words.LANGUAGES],
        "layouts": [(layout, words.say(handout["language"], f"link.layout.{layout}")) for layout in LAYOUTS],
        "until": link.expires_at,
        "has_newer": has_newer(revision),
    }
    return _page("plans/shared_programme.html", shown, handout["language"])


@opened_by_link(Action.EXECUTE)
def programme_pdf(request: HttpRequest, token: str, link: ShareLink) -> HttpResponse:
    """The stored PDF, as the practice has it."""
    revision: Any = Revision.objects.without_document().get(pk=link.revision_id)
    language = _language(request, words.LANGUAGES, revision.patients_language)
    layout = request.GET.get("layout")
    layout = layout if layout in LAYOUTS else LAYOUTS[0]
    pdf, etag = stored_programme(revision.pk, layout, language)
    return answer_bytes(request, pdf, kind="application/pdf", etag=etag, name=f"programme-{language}.pdf")


def no_such_link() -> HttpResponse:
    """In every language: nobody knows who asks."""
    return _notice("gone", 404)


def _too_many(seconds: float) -> HttpResponse:
    wait = ceil(seconds) + 1
    answer = _notice("busy", 429, wait)
    answer["Retry-After"] = str(wait)
    return answer


def _notice(kind: str, status: int, seconds: int = 0) -> HttpResponse:
    said = [
        {
            "language": language,
            "direction": direction_of(language),
            "title": words.say(language, f"link.{kind}"),
            "why": words.say(language, f"link.{kind}_why", time=words.say_time(language, seconds)),
        }
        for language in words.LANGUAGES
    ]
    return _closed(_page("plans/link_notice.html", {"said": said}, "en", status))


def _page(template: str, shown: dict[str, Any], language: str, status: int = 200) -> HttpResponse:
    with translation.override(language):
        body = render_to_string(template, shown)
    return HttpResponse(body, status=status, headers={"Content-Language": language})


def _closed(answer: HttpResponse) -> HttpResponse:
    for name, value in HEADERS.items():
        answer[name] = value
    return answer


def _language(request: HttpRequest, known: Any, otherwise: str) -> str:
    """`?language=` if the programme is there in it, else the patient's."""
    asked = request.GET.get("language", "")
    return asked if asked in known else otherwise


NAMES = dict(settings.LANGUAGES)
