"""A catalogue record as plain values, in the form of the source files.

One form for three uses: telling whether a record was edited since it was loaded, copying it, and storing it in a revision.
"""

from __future__ import annotations

import hashlib
import json
from itertools import groupby
from typing import Any

from catalogue.models import Article, Exercise, ExerciseText, Placement, Protocol


def digest(content: Any) -> str:
    """The same values give the same digest, on any machine."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def words_of(text: ExerciseText) -> dict[str, Any]:
    """The words of one exercise in one language, as in `texts/<language>/exercises/`."""
    return {
        "name": text.name,
        "aliases": text.aliases,
        "purpose": text.purpose,
        "start_position": text.start_position,
        "steps": text.steps,
        "cautions": text.cautions,
        "easier": text.easier,
        "harder": text.harder,
        "avoid_reason": text.avoid_reason,
    }


def equipment_of(exercise: Exercise) -> list[str | list[str]]:
    """Each entry a thing, or a list of things of which one is enough."""
    needs = [[row.thing for row in rows] for _, rows in groupby(exercise.equipment.all(), key=lambda row: row.need)]
    return [things[0] if len(things) == 1 else things for things in needs]


def effects_of(exercise: Exercise) -> dict[str, list[str]]:
    effects: dict[str, list[str]] = {}
    for row in exercise.effects.all():
        effects.setdefault(row.effect, []).append(row.muscle.code)
    return effects


def exercise_content(exercise: Exercise) -> dict[str, Any]:
    """Facts and words of an exercise; give it one that was read with `complete()`."""
    withdrawn = None
    if exercise.withdrawn_on:
        replacement = exercise.replaced_by.code if exercise.replaced_by else None
        withdrawn = {"on": exercise.withdrawn_on.isoformat(), "replaced_by": replacement}
    facts = {
        "code": exercise.code,
        "source": exercise.source,
        "section": exercise.section,
        "start_position": exercise.start_position,
        "side": exercise.side,
        "effects": effects_of(exercise),
        "equipment": equipment_of(exercise),
        "precautions": {row.precaution: row.level for row in exercise.precautions.all()},
        "stop_at_pain": exercise.stop_at_pain,
        "progression_of": exercise.progression_of.code if exercise.progression_of else None,
        "moments": exercise.moments,
        "steps": exercise.step_moments,
        "house": exercise.house_facts,
        "avoid": exercise.avoid,
        "withdrawn": withdrawn,
        "authors": exercise.authors,
        "licence": exercise.licence,
    }
    return {
        "facts": facts,
        "figure": exercise.figure,
        "photos": {photo.moment: photo.digest for photo in exercise.photos.all()},
        "texts": {text.language: words_of(text) for text in exercise.texts.all()},
    }


def placement_content(placement: Placement) -> dict[str, Any]:
    return {
        "exercise": placement.exercise.code,
        "phases": {row.phase: row.level for row in placement.suitabilities.all()},
        "dose": placement.dose,
    }


def protocol_content(protocol: Protocol) -> dict[str, Any]:
    """Facts and words of a protocol with the placements of its own and of global exercises."""
    groups = [
        {
            "code": group.code,
            "role": group.role,
            "dose": group.dose,
            "exercises": [
                placement_content(placement)
                for placement in group.placements.all()
                if placement.exercise.practice_id in (None, protocol.practice_id)
            ],
        }
        for group in protocol.groups.all()
    ]
    facts = {
        "code": protocol.code,
        "source": protocol.source,
        "body_regions": protocol.body_regions,
        "rules": protocol.rules,
        "groups": groups,
    }
    texts = {text.language: {"name": text.name, "words": text.words} for text in protocol.texts.all()}
    return {"facts": facts, "texts": texts}


def article_content(article: Article) -> dict[str, Any]:
    texts = {text.language: {"title": text.title, "sections": text.sections} for text in article.texts.all()}
    return {"facts": {"code": article.code, "source": article.source, "section": article.section}, "texts": texts}
