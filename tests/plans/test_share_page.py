"""What a share link opens: one programme, for whoever has the link, as long as it works; and nothing else."""

from __future__ import annotations

import base64
import datetime
import json
import logging
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from catalogue.models import Exercise, Photo
from config.logs import JsonLines, PlainLines
from config.settings import base
from patients.models import AccessEvent, Patient
from plans import words
from plans.models import Plan, Revision, ShareLink
from plans.pdf import LAYOUTS
from plans.web.limits import Visits
from tests.factories import (
    ISSUABLE,
    make_client,
    make_episode,
    make_patient,
    make_plan,
    make_practice,
    make_share_link,
    make_user,
)
from tests.plans.issued import issue
from tests.plans.reading import text_of
from tests.plans.test_pdfua import make_nasty_revision

pytestmark = pytest.mark.django_db

UNKNOWN = "a" * 32
MALFORMED = ("a", "a" * 33, "A" * 32, "é", "%00", "a%0Ab", "a/b", "..%2F..", "a" * 3000, "<script>", "%F0%9F%98%80")


def make_shared(*codes: str, **fields: Any) -> tuple[Revision, str]:
    """A revision, and the token of a link to it."""
    user = make_user(make_practice())
    episode = make_episode(make_patient(user.acting_practice))
    revision = issue(user, make_plan(episode, *codes, author=user, **fields))
    return revision, make_share_link(revision)[1]


def visit(token: str, rest: str = "", **headers: str) -> Any:
    return APIClient().get(f"/s/{token}/{rest}", headers=headers)


def newest_event() -> AccessEvent:
    return AccessEvent.objects.order_by("-pk")[0]


class Page(HTMLParser):
    """What a browser makes of a page: its elements, and the words between them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def page_of(answer: Any) -> Page:
    assert answer.status_code == 200
    return Page(answer.content.decode())


# What is on it.


def test_a_patient_reads_the_whole_programme():
    revision, token = make_shared(note="Take your time.", goal="To walk the dog.", articles=["core-stability"])
    part = revision.document["patient_part"]

    page = page_of(visit(token))

    for said in ("Thuisprogramma voor Testina Voorbeeld", "Clara Clinician", "Take your time.", "To walk the dog."):
        assert said in page.text
    for item in part["items"]:
        text = item["texts"]["nl"]
        for said in (text["name"], text["purpose"], text["start_position"], item["doses"][0]["sentences"]["nl"]):
            assert " ".join(said.split()) in page.text
        assert all(step in page.text for step in text["steps"])
    assert words.say("nl", "page.stop") in page.text
    assert {"href": "tel:+31200000000"} in page.all("a")
    assert part["articles"][0]["texts"]["nl"]["title"] in page.text


def test_each_picture_stands_in_the_page_and_says_what_it_shows():
    revision, token = make_shared()

    pictures = [one for one in page_of(visit(token)).all("img") if one.get("class") == "picture"]

    shown = [moments for item in revision.document["patient_part"]["items"] for moments in item["pictures"]]
    assert len(pictures) == len(shown) > 5
    assert all(str(one["src"]).startswith("data:image/svg+xml;base64,") for one in pictures)
    assert all(one["alt"] for one in pictures)


def test_the_practices_logo_and_photographs_stand_in_the_page_too():
    revision, _ = make_shared("bridge", "pelvic-tilt")
    bridge = Exercise.objects.get(code="bridge", practice=None)
    Photo.objects.create(exercise=bridge, moment="start", jpeg=b"a photograph", width=4, height=3, digest="0" * 64)
    type(revision.practice).objects.update(logo_png=b"a logo")
    newer = issue(revision.issued_by, make_plan(revision.episode, "bridge", "pelvic-tilt", author=revision.issued_by))

    sources = {one["src"] for one in page_of(visit(make_share_link(newer)[1])).all("img")}

    assert "data:image/jpeg;base64," + base64.b64encode(b"a photograph").decode() in sources
    assert "data:image/png;base64," + base64.b64encode(b"a logo").decode() in sources


def test_the_page_needs_nothing_but_its_stylesheet():
    _, token = make_shared()
    answer = visit(token)
    html = answer.content.decode()
    page = page_of(answer)

    loaded = [one["href"] for one in page.all("link")] + [one["src"] for one in page.all("img")]
    assert [one for one in loaded if not str(one).startswith("data:")] == ["/static/plans/share.css"]
    assert not {"script", "iframe", "form", "object", "style"} & {tag for tag, _ in page.elements}
    assert not re.search(r"\sstyle=|\son[a-z]+=|javascript:|//[a-z]", re.sub(r"data:[^\"]*", "", html))
    assert finders.find("plans/share.css")


def test_the_page_comes_from_the_stored_document_alone():
    revision, token = make_shared()
    before = visit(token).content

    Patient.objects.update(given_name="Changed", language="fr")
    type(revision.practice).objects.update(name="Changed", telephone="0")
    revision.plan.items.all().delete()

    assert visit(token).content == before


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_page_can_be_read_in_each_language(language: str):
    revision, token = make_shared()

    answer = visit(token, f"?language={language}")

    page = page_of(answer)
    assert (page.all("html")[0]["lang"], answer["Content-Language"]) == (language, language)
    for key in ("page.stop", "page.exercises", "link.print", "link.secret"):
        assert words.say(language, key) in page.text
    assert " ".join(revision.document["patient_part"]["items"][0]["texts"][language]["name"].split()) in page.text
    [current] = [one for one in page.all("a") if one.get("aria-current")]
    assert current["href"] == f"/s/{token}/?language={language}"
    assert [f"?layout={layout}&language={language}" in str(page.all("a")) for layout in LAYOUTS] == [True] * 3


@pytest.mark.parametrize("asked", ["", "?language=", "?language=xx", "?language=<b>"])
def test_without_a_language_that_it_has_the_page_is_in_the_patients(asked: str):
    _, token = make_shared(language="fr")

    answer = visit(token, asked, **{"Accept-Language": "de"})

    assert page_of(answer).all("html")[0]["lang"] == "fr"


def test_an_address_without_its_last_stroke_opens_the_page_too():
    _, token = make_shared()

    assert APIClient().get(f"/s/{token}").content == visit(token).content


def test_what_people_wrote_is_words_and_nothing_else():
    revision = make_nasty_revision()
    _, token = make_share_link(revision)

    page = page_of(visit(token))

    assert not {"script", "style", "iframe"} & {tag for tag, _ in page.elements}
    assert not [one for _, attributes in page.elements for one in attributes if one.startswith("on") or one == "style"]
    assert [one["src"] for one in page.all("img") if not str(one["src"]).startswith("data:")] == []
    for said in (
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(2)>",
        "{{ x }} {% y %}",
        "👩‍👩‍👧",
        "اشرب الماء",
    ):
        assert said in page.text


def test_what_turns_the_direction_of_writing_ends_with_its_paragraph():
    turned = "turned\u202eround"
    _, token = make_shared(note=turned, goal=turned, title=turned)

    html = visit(token).content.decode()

    for opening in ('<p dir="auto">', '<dd dir="auto">'):
        assert f"{opening}{turned}</" in html


# The PDF.


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_patient_gets_the_pdf_that_the_practice_has(layout: str):
    revision, token = make_shared()
    query = f"?layout={layout}&language=en"
    practices = make_client(revision.practice).get(f"/api/v1/revisions/{revision.pk}/programme.pdf{query}")

    answer = visit(token, f"programme.pdf{query}")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content == practices.content
    assert answer["Content-Disposition"] == 'inline; filename="programme-en.pdf"'


def test_without_a_layout_and_language_that_there_are_the_pdf_is_the_patients():
    _, token = make_shared(language="de")

    answer = visit(token, "programme.pdf?layout=huge&language=xx")

    assert "Übungsprogramm für Testina Voorbeeld" in text_of(answer.content)


# Who doesn't get in.


def dead_tokens() -> dict[str, str]:
    """By what is wrong with it."""
    revision, _ = make_shared()
    now = timezone.now()
    _, expired = make_share_link(revision, expires_at=now)
    _, revoked = make_share_link(revision, revoked_at=now, revoked_by=revision.issued_by)
    return {"unknown": UNKNOWN, "expired": expired, "revoked": revoked}


@pytest.mark.parametrize("rest", ["", "programme.pdf", "programme.pdf?layout=compact", "?language=fr"])
def test_a_link_that_does_not_work_gets_the_same_page_whatever_is_wrong_with_it(rest: str):
    answers = {why: visit(token, rest) for why, token in dead_tokens().items()}
    answers |= {token: visit(token, rest) for token in MALFORMED}
    answers |= {"none": APIClient().get("/s/"), "longer": visit(UNKNOWN, "programme.pdf/more")}

    first = answers["unknown"]
    assert first.status_code == 404
    for why, answer in answers.items():
        assert (why, answer.status_code, answer.content) == (why, 404, first.content)
        assert facts(answer) == facts(first), why


def facts(answer: Any) -> dict[str, str]:
    return {name: value for name, value in answer.items() if name != "X-Request-ID"}


def test_the_page_of_a_link_that_does_not_work_is_in_every_language_whoever_asks():
    page = Page(visit(UNKNOWN, **{"Accept-Language": "fr"}).content.decode())

    assert [one["lang"] for one in page.all("section")] == list(words.LANGUAGES)
    for language in words.LANGUAGES:
        assert words.say(language, "link.gone") in page.text
        assert words.say(language, "link.gone_why") in page.text


def test_a_link_that_does_not_work_costs_the_same_whatever_is_wrong_with_it():
    costs = {}
    for why, token in dead_tokens().items():
        with CaptureQueriesContext(connection) as captured:
            visit(token)
        costs[why] = [re.sub(r"'[^']*'|\[[^]]*\]|NULL", "", one["sql"])[:60] for one in captured]

    assert len(costs["unknown"]) == 2
    assert costs["unknown"] == costs["expired"] == costs["revoked"]


def test_a_link_works_until_the_second_in_which_it_expires(monkeypatch):
    revision, _ = make_shared()
    end = timezone.now().replace(microsecond=0) + datetime.timedelta(days=90)
    _, token = make_share_link(revision, expires_at=end)

    for moment, status in ((end - datetime.timedelta(seconds=1), 200), (end, 404)):
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)

        assert (visit(token).status_code, visit(token, "programme.pdf").status_code) == (status, status)


def test_a_link_is_revoked_at_the_next_request():
    revision, token = make_shared()
    assert visit(token).status_code == 200

    ShareLink.objects.update(revoked_at=timezone.now(), revoked_by=revision.issued_by)

    assert visit(token).status_code == 404


def test_a_link_opens_its_own_revision_and_no_other():
    _, mine = make_shared(goal="To walk the dog.")
    _, others = make_shared(goal="To swim again.")

    assert "To walk the dog." in page_of(visit(mine)).text
    assert "To swim again." not in page_of(visit(mine)).text
    assert "To swim again." in page_of(visit(others)).text


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_a_link_is_only_read(method: str):
    _, token = make_shared()

    for path in (f"/s/{token}/", f"/s/{token}/programme.pdf"):
        answer = getattr(APIClient(), method)(path)

        assert (answer.status_code, answer.content) == (405, b"")


# An older programme.


def test_the_link_of_an_older_programme_says_that_there_is_a_newer_one_and_not_what_is_in_it():
    revision, token = make_shared(goal="To walk the dog.")
    said = words.say("nl", "link.newer")
    assert said not in page_of(visit(token)).text
    user, plan = revision.issued_by, revision.plan
    Plan.objects.filter(pk=plan.pk).update(goal="To swim again.")

    newer = issue(user, plan)

    page = page_of(visit(token))
    assert said in page.text
    assert "To walk the dog." in page.text
    assert "To swim again." not in page.text
    assert str(newer.pk) not in visit(token).content.decode()
    assert said not in page_of(visit(make_share_link(newer)[1])).text


def test_a_programme_of_another_plan_for_the_same_complaint_is_a_newer_one_and_for_another_complaint_is_none():
    revision, token = make_shared()
    user, said = revision.issued_by, words.say("nl", "link.newer")

    issue(user, make_plan(make_episode(revision.patient), author=user))
    assert said not in page_of(visit(token)).text

    issue(user, make_plan(revision.episode, author=user))
    assert said in page_of(visit(token)).text


# What browsers and machines are told.


@pytest.mark.parametrize("rest", ["", "programme.pdf"])
@pytest.mark.parametrize("kind", ["working", "unknown"])
def test_nobody_keeps_it_indexes_it_or_tells_where_it_came_from(rest: str, kind: str):
    _, token = make_shared()

    answer = visit(token if kind == "working" else UNKNOWN, rest)

    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Frame-Options"] == "DENY"
    policy = answer["Content-Security-Policy"].split("; ")
    assert policy == [
        *("default-src 'none'", "style-src 'self'", "img-src data:"),
        *("form-action 'none'", "base-uri 'none'", "frame-ancestors 'none'"),
    ]
    assert "Set-Cookie" not in answer
    assert not answer.cookies


def test_who_is_signed_in_sees_the_same_gets_no_cookie_and_is_not_named_in_the_log():
    revision, token = make_shared()
    browser = APIClient()
    browser.force_login(make_user(revision.practice))

    answer = browser.get(f"/s/{token}/")

    assert answer.content == visit(token).content
    assert not answer.cookies
    assert set(AccessEvent.objects.filter(role="share_link").values_list("user_id", flat=True)) == {None}


def test_search_engines_are_asked_to_stay_away():
    answer = APIClient().get("/robots.txt")

    assert (answer["Content-Type"], answer.content) == ("text/plain", b"User-agent: *\nDisallow: /\n")


def test_the_page_takes_as_many_queries_for_many_exercises_as_for_few():
    few, many = make_shared(*ISSUABLE[:2])[1], make_shared(*ISSUABLE, "bridge", "wall-sit", "half-sit-up")[1]
    counts = []

    for token in (few, many):
        with CaptureQueriesContext(connection) as captured:
            visit(token)
        counts.append(len(captured))

    assert counts == [5, 5]


# The access log.


@pytest.mark.parametrize(("rest", "action"), [("", "R"), ("programme.pdf", "E")])
def test_a_visit_is_an_event_of_the_practice_about_the_patient_by_somebody_with_the_link(rest: str, action: str):
    revision, token = make_shared()

    answer = visit(token, rest)

    event = newest_event()
    assert (event.action, event.object_type, event.outcome) == (action, "share_link", "ok")
    assert event.object_ids == [str(revision.share_links.get().pk)]
    assert (event.practice_id, event.patient_id) == (revision.practice_id, revision.patient_id)
    assert (event.user_id, event.role) == (None, "share_link")
    assert (event.address, event.request_id) == ("127.0.0.1", answer["X-Request-ID"])


@pytest.mark.parametrize("why", ["expired", "revoked"])
def test_a_visit_with_a_link_that_no_longer_works_is_in_the_practices_log(why: str):
    token = dead_tokens()[why]
    link = ShareLink.objects.of_token(token)

    visit(token)

    event = newest_event()
    assert (event.outcome, event.object_ids, event.role) == ("not_found", [str(link.pk)], "share_link")
    assert (event.practice_id, event.patient_id) == (link.practice_id, link.revision.patient_id)


def test_a_visit_with_a_link_that_nobody_made_is_in_the_log_of_no_practice():
    visit(UNKNOWN)

    event = newest_event()
    assert (event.outcome, event.object_ids, event.practice_id, event.patient_id) == ("not_found", [], None, None)
    assert UNKNOWN not in json.dumps(list(AccessEvent.objects.values()), default=str)


def test_the_patients_own_log_tells_of_visits_in_plain_words():
    revision, token = make_shared()
    visit(token)
    visit(token, "programme.pdf")
    client = make_client(revision.practice)

    text = text_of(client.get(f"/api/v1/patients/{revision.patient_id}/access-log.pdf?language=en").content)

    assert "Somebody with your link Read Your programme, by its link" in text
    assert "Somebody with your link Used Your programme, by its link" in text


# Nobody reads a token in the logs.


class Lines(logging.Handler):
    """Everything that is logged, as production and as development write it."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.written: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        plain = PlainLines("{message} {args}", style="{")
        self.written += [JsonLines().format(record), plain.format(record)]


@pytest.fixture
def lines() -> Iterator[Lines]:
    handler = Lines()
    listening = [logging.root, *(logging.getLogger(name) for name in ("django.request", "django.server"))]
    levels = [logger.level for logger in listening]
    for logger in listening:
        logger.setLevel(logging.DEBUG)
        logger.addHandler(handler)
    yield handler
    for logger, level in zip(listening, levels, strict=True):
        logger.removeHandler(handler)
        logger.setLevel(level)


def test_no_token_is_logged_whatever_comes_of_it(lines: Lines, monkeypatch):
    revision, token = make_shared()
    made = make_client(revision.practice).post(f"/api/v1/revisions/{revision.pk}/share-links/", {}, format="json")
    tokens = [token, UNKNOWN, made.json()["url"].split("/")[-2]]

    for one in tokens:
        for rest in ("", "programme.pdf", "more"):
            visit(one, rest)
            APIClient().post(f"/s/{one}/{rest}")
    monkeypatch.setattr("plans.web.sharing.handout_of", lambda *said: 1 / 0)
    failed = APIClient(raise_request_exception=False).get(f"/s/{token}/")

    assert failed.status_code == 500
    assert token not in failed.content.decode()
    assert any('"status": 500' in line for line in lines.written)
    assert any("s/<str:token>/" in line for line in lines.written)
    for line in lines.written:
        assert not [one for one in tokens if one in line], line


@pytest.mark.parametrize(
    "said",
    [
        '"GET /s/{token}/?language=nl HTTP/1.1" 200 1234',
        "Not Found: /s/{token}",
        "https://programmes.example/s/{token}/programme.pdf",
    ],
)
def test_where_others_write_a_path_the_token_is_taken_out(lines: Lines, said: str):
    logging.getLogger("django.server").info(said.format(token=UNKNOWN))

    assert lines.written
    assert UNKNOWN not in "".join(lines.written)
    assert all("/s/" in line for line in lines.written)


def test_every_handler_of_the_service_writes_lines_without_tokens():
    formatters = {
        settings.LOGGING["formatters"][one["formatter"]]["()"] for one in settings.LOGGING["handlers"].values()
    }

    assert formatters <= {"config.logs.PlainLines", "config.logs.JsonLines"}
    assert settings.LOGGING["loggers"]["django.server"]["handlers"] == ["console"]


# Not too often.


@pytest.fixture
def limits(monkeypatch) -> Iterator[None]:
    """4 visits a minute, of which 2 may be misses."""
    monkeypatch.setitem(Visits.THROTTLE_RATES, "share_visit", "4/min")
    monkeypatch.setitem(Visits.THROTTLE_RATES, "share_miss", "2/min")
    cache.clear()
    yield
    cache.clear()


def test_too_many_visits_from_an_address_are_asked_to_wait_in_plain_words(limits: None):
    _, token = make_shared()
    assert [visit(token, rest).status_code for rest in ("", "programme.pdf", "", "")] == [200] * 4
    before = AccessEvent.objects.count()

    answer = visit(token)

    page = Page(answer.content.decode())
    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 61
    for language in words.LANGUAGES:
        assert words.say(language, "link.busy") in page.text
    assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert AccessEvent.objects.count() == before
    assert APIClient(REMOTE_ADDR="192.0.2.7").get(f"/s/{token}/").status_code == 200


def test_an_address_with_too_many_wrong_links_is_stopped_sooner_and_with_right_ones_too(limits: None):
    _, token = make_shared()

    assert [visit(one).status_code for one in (UNKNOWN, token, "b" * 32)] == [404, 200, 404]
    assert [visit(one).status_code for one in (UNKNOWN, token)] == [429, 429]
    assert visit(UNKNOWN).content == visit(token).content


def test_right_links_are_no_misses(limits: None):
    _, token = make_shared()

    assert [visit(token).status_code for _ in range(3)] == [200] * 3


def test_the_service_counts_visits_and_wrong_links_more_strictly():
    rates = base.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
    visits, misses = (int(rates[scope].removesuffix("/min")) for scope in ("share_visit", "share_miss"))
    assert misses < visits


def test_a_link_of_somebody_who_is_erased_while_it_is_read_is_one_that_does_not_work(monkeypatch):
    _, token = make_shared()

    def gone(revision: Revision) -> None:
        raise Revision.DoesNotExist

    monkeypatch.setattr(Revision, "complete_document", gone)

    answer = visit(token)

    assert (answer.status_code, answer.content) == (404, visit("a" * 32).content)
