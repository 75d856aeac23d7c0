"""Counts the versions of records that people change: compare what a record said before and after, and count up.

A load counts by itself, in `loading`. Neither touches the other's digest: that is how a load tells an edit.
"""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.utils import timezone

from catalogue.models import Article, Exercise, Loaded, Protocol
from catalogue.records import article_content, digest, exercise_content, placement_content, protocol_content

State = dict[tuple[type[Loaded], int], str]


def exercise_state(record: Any) -> State:
    """What an exercise says, as it is stored, and what each protocol that it is part of says about it."""
    exercise = Exercise.objects.filter(pk=record.pk).complete().first()
    if exercise is None:
        return {}
    placed: dict[int, list[Any]] = {}
    for placement in exercise.placements.all():
        protocol = placement.group.protocol
        # A practice's own exercise in a global protocol is no part of what the protocol says.
        if exercise.practice_id in (None, protocol.practice_id):
            said = [placement.group.code, placement.position, placement_content(placement)]
            placed.setdefault(protocol.pk, []).append(said)
    state: State = {(Exercise, exercise.pk): digest(exercise_content(exercise))}
    return state | {(Protocol, protocol): digest(said) for protocol, said in placed.items()}


def protocol_state(record: Any) -> State:
    protocol = Protocol.objects.filter(pk=record.pk).complete().first()
    return {(Protocol, protocol.pk): digest(protocol_content(protocol))} if protocol else {}


def article_state(record: Any) -> State:
    article = Article.objects.filter(pk=record.pk).prefetch_related("texts").first()
    return {(Article, article.pk): digest(article_content(article))} if article else {}


def count_up(before: State, after: State) -> None:
    """A new version of each record that says something else than before."""
    for model, pk in before.keys() | after.keys():
        if before.get((model, pk)) != after.get((model, pk)):
            row = model._default_manager.filter(pk=pk)
            row.update(version=F("version") + 1, updated_at=timezone.now())
