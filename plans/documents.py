"""An issued plan as plain JSON-safe values: the single source of PDF, page, JSON and FHIR.

`patient_part` holds what a patient gets, in every language that there are words for; `pictures` what it shows, by digest
(stored apart: revisions share them); `record` what the practice keeps: findings, overrides and the versions of everything
the plan was checked against. `programme.schema.json` describes it.
"""

from __future__ import annotations

import base64
import copy
import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from catalogue.models import Article, CatalogueLoad, Citation, ExerciseText
from catalogue.models import Exercise as ExerciseRecord
from catalogue.models import Protocol as ProtocolRecord
from catalogue.records import digest, equipment_of, protocol_content, words_of
from patients.models import Practice, User
from plans import words
from plans.checking import protocol_of, terms
from plans.forms import frequency_data, programme_data
from plans.models import Plan
from plans.pictures import Album, Picture, look_of, pictures_of
from plans.progression import dose_in_week, frequency_in_week, last_week
from plans.rules import RULES_VERSION, texts
from plans.rules.case import Case
from plans.session import balance, burden, session_seconds
from plans.values import Dose, Finding, Item

SCHEMA = "urn:home-exercise-programme:1"
"""Names the form of the document; rises with every change that a reader could trip over."""

Json = dict[str, Any]


@dataclass(frozen=True)
class Override:
    """A clinician's recorded reason for issuing despite a finding."""

    finding: str
    where: str
    reason: str


def document_of(
    plan: Plan,
    case: Case,
    findings: Iterable[Finding],
    *,
    clinician: User,
    issued_at: datetime.datetime,
    number: int | None = None,
    revision_id: str | None = None,
    overrides: Iterable[Override] = (),
) -> Json:
    """The complete document of a plan, with its pictures. Without a number it is a draft's."""
    languages = sorted(words.LANGUAGES)
    records, protocol, album = _records(plan, case), protocol_of(plan), Album()
    return {
        "schema": SCHEMA,
        "id": revision_id,
        "number": number,
        "language": plan.language,
        "languages": languages,
        "patient_part": _patient_part(plan, case, records, protocol, album, languages, clinician, issued_at),
        "pictures": album.data(),
        "record": _record(plan, case, records, protocol, list(findings), list(overrides), clinician, issued_at),
    }


def content_digest(document: Json) -> str:
    """What a document says, without what differs at each issue: same digest, nothing changed."""
    patient_part = copy.deepcopy(document["patient_part"])
    for name in ("issued_on", "clinician", "changes"):
        patient_part.pop(name, None)
    return digest({"patient_part": patient_part, "plan": document["record"]["plan"]})


def _records(plan: Plan, case: Case) -> Mapping[str, ExerciseRecord]:
    seen = ExerciseRecord.objects.of_practice(plan.practice_id).filter(code__in=case.codes).complete()
    return {record.code: record for record in seen}


def _patient_part(
    plan: Plan,
    case: Case,
    records: Mapping[str, ExerciseRecord],
    protocol: ProtocolRecord,
    album: Album,
    languages: list[str],
    clinician: User,
    issued_at: datetime.datetime,
) -> Json:
    practice, patient = plan.practice, plan.episode.patient
    protocol_words = {text.language: text.words for text in protocol.texts.all()}
    return {
        "practice": {
            "name": practice.name,
            "telephone": practice.telephone,
            "logo_png": base64.b64encode(bytes(practice.logo_png)).decode() or None,
        },
        "clinician": {"name": clinician.name},
        "patient": {"name": patient.name, "initials": _initials(patient.given_name, patient.family_name)},
        "issued_on": issued_at.date().isoformat(),
        "starts_on": plan.starts_on.isoformat() if plan.starts_on else None,
        "review_on": plan.review_on.isoformat() if plan.review_on else None,
        "title": plan.title,
        "goal": plan.goal,
        "note": plan.note,
        "phase": {
            "code": plan.phase,
            "words": {
                language: text["phases"][plan.phase]
                for language, text in protocol_words.items()
                if plan.phase in text["phases"]
            },
        },
        "advice": {language: text["advice"] for language, text in protocol_words.items()},
        "groups": _groups(protocol_words),
        "frequency": {language: words.say_frequency(language, case.frequencies[0]) for language in languages},
        "weeks": [_week(case, week) for week in range(1, plan.weeks + 1)],
        "items": [
            {
                **_item(number, item, case, records[item.exercise], languages),
                "pictures": album.add(_pictures(item, records[item.exercise], practice, languages)),
            }
            for number, item in enumerate(case.programme.items, 1)
        ],
        "criteria": {
            kind: [{language: words.say_criterion(language, kind, one) for language in languages} for one in criteria]
            for kind, criteria in case.programme.criteria
        },
        "articles": _articles(plan),
        "changes": {},
    }


def _groups(protocol_words: Mapping[str, Json]) -> Json:
    """The names of the protocol's groups, by code and language."""
    names: Json = {}
    for language, text in protocol_words.items():
        for code, group in text["groups"].items():
            names.setdefault(code, {})[language] = group["name"]
    return names


def _initials(*names: str) -> str:
    return "".join(f"{part[0]}." for name in names for part in name.split())


def _week(case: Case, week: int) -> Json:
    return {
        "week": week,
        **frequency_data(frequency_in_week(case.programme, week)),
        "session_seconds": session_seconds(
            case.programme, case.exercises, week, case.protocol.rules.timing, case.schedule
        ),
    }


def _item(number: int, item: Item, case: Case, record: ExerciseRecord, languages: list[str]) -> Json:
    weekly = [(week, dose_in_week(item, week, case.programme)) for week in case.weeks_of(item)]
    return {
        "number": number,
        "exercise": record.code,
        "version": record.version,
        "group": case.exercises[record.code].group,
        "posture": case.exercises[record.code].posture,
        "categories": sorted(case.exercises[record.code].categories),
        "from_week": item.from_week,
        "to_week": last_week(item, case.programme),
        "texts": {text.language: _patient_words(text) for text in record.texts.all()},
        "moments": record.moments,
        "step_moments": record.step_moments,
        "stop_at_pain": record.stop_at_pain,
        "equipment": _equipment(record, languages),
        "frequency": _own_frequency(item, languages),
        "doses": _doses(weekly, languages),
        "weekly": {language: words.say_weekly(language, weekly) for language in languages},
        "note": item.note,
    }


def _pictures(
    item: Item, record: ExerciseRecord, practice: Practice, languages: list[str]
) -> Iterator[tuple[str, str, Picture]]:
    """The pictures of an item on the side that it is prescribed for."""
    looks = {language: look_of(practice, language, side=item.dose.side) for language in languages}
    return pictures_of(record, looks)


def _patient_words(text: ExerciseText) -> Json:
    return {name: value for name, value in words_of(text).items() if name not in {"aliases", "avoid_reason"}}


def _equipment(record: ExerciseRecord, languages: list[str]) -> list[Json]:
    """Each need with its alternatives, named in each language."""
    named = terms()
    needs = [need if isinstance(need, list) else [need] for need in equipment_of(record)]
    return [
        {
            "any_of": need,
            "names": {
                language: [named.get(language, {}).get("equipment", {}).get(one, one) for one in need]
                for language in languages
            },
        }
        for need in needs
    ]


def _own_frequency(item: Item, languages: list[str]) -> Json | None:
    if item.frequency is None:
        return None
    sentences = {language: words.say_frequency(language, item.frequency) for language in languages}
    return {**frequency_data(item.frequency), "sentences": sentences}


def _doses(weekly: list[tuple[int, Dose]], languages: list[str]) -> list[Json]:
    """The doses from the first week to the last: weeks with the same dose together, each as numbers and as sentences."""
    spans: list[Json] = []
    for dose, same in groupby(weekly, key=lambda pair: pair[1]):
        weeks = [week for week, _ in same]
        spans.append(
            {
                "from_week": weeks[0],
                "to_week": weeks[-1],
                "dose": _dose_data(dose),
                "sentences": {language: words.say_dose(language, dose) for language in languages},
                "changes": {language: words.say_rising(language, dose, weekly[0][1]) for language in languages},
            }
        )
    return spans


def _dose_data(dose: Dose) -> Json:
    return {
        "sets": dose.sets,
        "repetitions": dose.repetitions,
        "hold_seconds": dose.hold_seconds,
        "duration_seconds": dose.duration_seconds,
        "rest_seconds": dose.rest_seconds,
        "side": dose.side,
        "load": dose.load,
        "intensity": dose.intensity,
    }


def _articles(plan: Plan) -> list[Json]:
    seen = Article.objects.of_practice(plan.practice_id).filter(code__in=plan.articles).prefetch_related("texts")
    by_code = {article.code: article for article in seen}
    return [
        {
            "code": code,
            "texts": {
                text.language: {"title": text.title, "sections": text.sections} for text in by_code[code].texts.all()
            },
        }
        for code in plan.articles
        if code in by_code
    ]


def _record(
    plan: Plan,
    case: Case,
    records: Mapping[str, ExerciseRecord],
    protocol: ProtocolRecord,
    findings: list[Finding],
    overrides: list[Override],
    clinician: User,
    issued_at: datetime.datetime,
) -> Json:
    loaded = CatalogueLoad.objects.order_by("-loaded_at").first()
    timing = case.protocol.rules.timing
    return {
        "practice": str(plan.practice_id),
        "patient": str(plan.episode.patient_id),
        "episode": str(plan.episode_id),
        "plan_id": str(plan.pk),
        "clinician": str(clinician.pk),
        "issued_at": issued_at.isoformat(),
        "plan": programme_data(case.programme),
        "findings": [_finding(finding, case) for finding in findings],
        "overrides": [
            {
                "finding": one.finding,
                "where": one.where,
                "reason": one.reason,
                "clinician": str(clinician.pk),
                "at": issued_at.isoformat(),
            }
            for one in overrides
        ],
        "balance": vars(balance(case.programme, case.exercises, timing, case.schedule)),
        "burden": vars(burden(case.programme, case.exercises, timing, case.schedule)),
        "rules_version": RULES_VERSION,
        "protocol": _protocol(protocol),
        "catalogue": {
            "digest": loaded.digest if loaded else None,
            "exercises": {code: record.version for code, record in sorted(records.items())},
        },
        "citations": _citations(records),
    }


def _finding(finding: Finding, case: Case) -> Json:
    """A finding in every language that findings have words in; the English words are also its own."""
    written = {language: texts.Writer(case, terms(), language).finding(finding) for language in texts.LANGUAGES}
    return {
        **{name: written["en"][name] for name in ("id", "severity", "where", "source")},
        "message": {language: one["message"] for language, one in written.items()},
    }


def _protocol(protocol: ProtocolRecord) -> Json:
    content = protocol_content(protocol)
    facts = {name: content["facts"][name] for name in ("code", "source", "rules")}
    return {**facts, "version": protocol.version, "digest": digest(content)}


def _citations(records: Mapping[str, ExerciseRecord]) -> list[Json]:
    codes = {record.source for record in records.values()}
    return [
        {"code": one.code, "title": one.title, "authors": one.authors, "year": one.year, "doi": one.doi}
        for one in Citation.objects.filter(code__in=codes)
    ]
