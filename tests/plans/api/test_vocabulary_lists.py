from __future__ import annotations

import pytest

from catalogue.copying import copy_article, copy_protocol
from catalogue.models import Article, ArticleText, Group, Muscle, Placement, Protocol
from patients.models import Role
from patients.vocabulary import Equipment
from plans.rules import RULES
from tests.factories import make_client, make_own_exercise, make_practice

pytestmark = pytest.mark.django_db

GROUPS = [
    "warm_up",
    "opening",
    "basic",
    "stretching",
    "abdominal",
    "back_extension",
    "mobilisation",
    "extra",
    "core_balance",
]


@pytest.fixture
def client():
    return make_client(make_practice(), Role.ASSISTANT)


def test_groups_stand_in_the_order_of_the_protocol_with_their_exercises_and_names(client):
    groups = client.get("/api/v1/groups/?language=nl").json()["results"]

    assert [group["code"] for group in groups] == GROUPS
    assert {group["protocol"] for group in groups} == {"back-care"}
    opening = groups[1]
    assert (opening["role"], opening["exercises"]) == ("opening", ["pelvic-tilt"])
    in_english = client.get("/api/v1/groups/?language=en").json()["results"]
    assert opening["name"] != in_english[1]["name"] != "opening"


def test_another_practices_exercise_in_a_shared_group_is_not_shown(client):
    there = make_practice("There")
    own = make_own_exercise(there)
    Placement.objects.create(group=Group.objects.get(code="opening"), exercise=own, position=9)

    seen_here = client.get("/api/v1/groups/").json()["results"][1]
    seen_there = make_client(there).get("/api/v1/groups/").json()["results"][1]

    assert seen_here["exercises"] == ["pelvic-tilt"]
    assert seen_there["exercises"] == ["pelvic-tilt", own.code]


def test_muscles_have_names_and_say_how_they_move_the_trunk(client):
    answer = client.get("/api/v1/muscles/?language=nl&page_size=100").json()

    muscles = {one["code"]: one for one in answer["results"]}
    assert answer["count"] == len(muscles) == Muscle.objects.count()
    assert muscles["abdominals"]["name"] == "buikspieren"
    assert muscles["abdominals"]["trunk"] == "flexor"
    assert muscles["abdominals"]["region"] == "front"


def test_every_piece_of_equipment_is_named(client):
    in_dutch = client.get("/api/v1/equipment/?language=nl").json()["results"]
    in_english = client.get("/api/v1/equipment/?language=en").json()["results"]

    assert [one["code"] for one in in_dutch] == Equipment.values
    assert {"code": "towel", "name": "towel"} in in_english
    assert {"code": "towel", "name": "handdoek"} in in_dutch


def test_an_article_can_be_read_in_full(client):
    listed = client.get("/api/v1/articles/?language=nl").json()["results"]
    article = client.get("/api/v1/articles/core-stability/?language=nl").json()

    assert listed == [article]
    assert article["language"] == "nl"
    assert article["title"]
    assert all(section["paragraphs"] for section in article["sections"])
    assert client.get("/api/v1/articles/no-such-article/").status_code == 404


def test_an_article_that_a_practice_copied_is_its_own():
    here, there = make_practice("Here"), make_practice("There")
    copy = copy_article(article=Article.objects.get(code="core-stability"), practice=here)
    copy.texts.filter(language="nl").update(title="Onze rompstabiliteit")

    seen_here, seen_there = (
        make_client(one).get("/api/v1/articles/?language=nl").json()["results"] for one in (here, there)
    )

    assert [one["title"] for one in seen_here] == ["Onze rompstabiliteit"]
    assert [one["title"] for one in seen_there] == [
        ArticleText.objects.get(article__practice=None, language="nl").title
    ]


def test_a_protocol_names_its_phases_groups_and_rules(client):
    listed = client.get("/api/v1/protocols/?language=nl").json()["results"]
    protocol = client.get("/api/v1/protocols/back-care/?language=nl").json()

    assert listed == [protocol]
    assert [phase["code"] for phase in protocol["phases"]] == ["acute", "post_acute", "chronic", "prevention"]
    assert all(phase["name"] != phase["code"] for phase in protocol["phases"])
    assert protocol["groups"] == GROUPS
    assert protocol["rules"]["default_weeks"] == 6
    assert protocol["advice"]
    assert client.get("/api/v1/protocols/no-such-protocol/").status_code == 404


def test_a_protocol_that_a_practice_copied_is_its_own():
    here, there = make_practice("Here"), make_practice("There")
    copy = copy_protocol(protocol=Protocol.objects.get(code="back-care"), practice=here)
    copy.texts.filter(language="nl").update(name="Onze rugzorg")

    seen_here, seen_there = (
        make_client(one).get("/api/v1/protocols/?language=nl").json()["results"] for one in (here, there)
    )

    assert [(one["own"], one["name"]) for one in seen_here] == [(True, "Onze rugzorg")]
    assert [one["own"] for one in seen_there] == [False]
    assert [one["code"] for one in make_client(here).get("/api/v1/groups/").json()["results"]] == GROUPS


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_finding_id_is_explained_with_its_source(client, language):
    rules = client.get(f"/api/v1/rules/?language={language}&page_size=100").json()["results"]

    assert [rule["id"] for rule in rules] == [rule.id for rule in RULES]
    assert all(rule["title"] and rule["source"] for rule in rules)
    assert not any("{" in rule["hint"] for rule in rules)


def test_rules_are_explained_in_the_asked_language(client):
    titles = {
        language: client.get("/api/v1/rules/", headers={"Accept-Language": language}).json()["results"][0]["title"]
        for language in ("nl", "en", "fr")
    }

    assert titles["nl"] != titles["en"] == titles["fr"]


@pytest.mark.parametrize("name", ["groups", "muscles", "equipment", "articles", "protocols", "rules"])
def test_a_list_refuses_a_language_that_it_does_not_know(client, name):
    answer = client.get(f"/api/v1/{name}/?language=tlh")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "language"


@pytest.mark.parametrize("name", ["exercises", "groups", "muscles", "equipment", "articles", "protocols", "rules"])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_catalogue_is_only_read_here(name, method):
    owner = make_client(make_practice(), Role.OWNER)

    answer = getattr(owner, method)(f"/api/v1/{name}/", {}, format="json")

    assert answer.status_code == 405
    assert answer["Content-Type"] == "application/problem+json"
