"""Fills the database from the source files. Idempotent; edits made in the admin are kept and reported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from catalogue.figures.editing import figure_data
from catalogue.models import (
    Article,
    CatalogueLoad,
    Citation,
    Exercise,
    ExerciseEffect,
    ExerciseEquipment,
    ExercisePrecaution,
    ExerciseText,
    Group,
    Loaded,
    Muscle,
    PhaseSuitability,
    Placement,
    Protocol,
    Term,
)
from catalogue.records import article_content, digest, exercise_content, protocol_content
from catalogue.source import Content, ExerciseFacts, GroupFacts, PlacementFacts, ProtocolFacts
from catalogue.vocabulary import Suitability


@dataclass
class Report:
    """What a load did, each a list of names like `exercise pelvic-tilt`."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


@dataclass
class _Sync:
    """Brings one record to the wanted content, unless somebody edited it since it was loaded."""

    overwrite: bool
    report: Report

    def __call__(
        self, label: str, row: Loaded | None, current: Any, wanted: Any, write: Callable[[], Loaded], version: int = 1
    ) -> None:
        if row is not None and digest(current) == digest(wanted):
            self.report.unchanged.append(label)
            if row.loaded_digest != digest(wanted):
                type(row)._default_manager.filter(pk=row.pk).update(loaded_digest=digest(wanted))
            return
        if row is not None and digest(current) != row.loaded_digest and not self.overwrite:
            self.report.kept.append(label)
            _add_languages(row, current, wanted)
            return
        written = write()
        new_version = version if row is None else max(version, row.version + 1)
        type(written)._default_manager.filter(pk=written.pk).update(loaded_digest=digest(wanted), version=new_version)
        (self.report.created if row is None else self.report.updated).append(label)


def _add_languages(row: Any, current: Any, wanted: Any) -> None:
    """An edited record keeps its words, and gets those of a language that it doesn't have yet."""
    if not isinstance(wanted.get("texts"), dict):
        return
    for language in wanted["texts"].keys() - current["texts"].keys():
        text = wanted["texts"][language]
        if len(text.get("steps", ())) == len(current["facts"].get("steps", ())):
            row.texts.create(language=language, **text)


@transaction.atomic
def load_content(content: Content, *, overwrite: bool = False) -> Report:
    """Load checked content as global records. `overwrite` also replaces records that were edited since.

    Nothing is ever deleted: a record that left the files stays as it is.
    """
    sync = _Sync(overwrite, Report())
    _load_plain(content, sync)
    _load_exercises(content, sync)
    _load_protocols(content, sync)
    _load_articles(content, sync)
    state = digest(_state_of(content))
    if not CatalogueLoad.objects.exists() or CatalogueLoad.objects.latest().digest != state:
        CatalogueLoad.objects.create(digest=state)
    return sync.report


def _state_of(content: Content) -> list[Any]:
    return [
        {code: value.model_dump(mode="json") for code, value in part.items()}
        for part in (
            content.citations,
            content.muscles,
            content.exercises,
            content.figures,
            content.protocols,
            content.articles,
        )
    ] + [
        {
            language: {code: words.model_dump(mode="json") for code, words in by_code.items()}
            for language, by_code in part.items()
        }
        for part in (content.exercise_words, content.protocol_words, content.article_words)
    ]


def _load_plain(content: Content, sync: _Sync) -> None:
    """Records of one row each: citations, muscle groups and terms."""
    for citation in content.citations.values():
        _load_row(
            sync, "citation", Citation, {"code": citation.code}, citation.model_dump(mode="json", exclude={"code"})
        )
    for muscle in content.muscles.values():
        _load_row(sync, "muscle", Muscle, {"code": muscle.code}, muscle.model_dump(mode="json", exclude={"code"}))
    rows = {(term.kind, term.code, term.language): term for term in Term.objects.all()}
    for language, vocabulary in content.vocabulary.items():
        for kind, names in vocabulary.items():
            for code, name in names.items():
                key = {"kind": kind.value, "code": code, "language": language}
                _load_row(
                    sync, "term", Term, key, {"name": name}, known=rows.get((kind.value, code, language)), look=False
                )


def _load_row(
    sync: _Sync,
    kind: str,
    model: type[Any],
    key: dict[str, str],
    values: dict[str, Any],
    *,
    known: Any = None,
    look: bool = True,
) -> None:
    row = model._default_manager.filter(**key).first() if look else known
    current = {name: getattr(row, name) for name in values} if row else None

    def write() -> Loaded:
        written, _ = model._default_manager.update_or_create(**key, defaults=values)
        return written

    sync(" ".join([kind, *key.values()]), row, current, values, write)


def _load_exercises(content: Content, sync: _Sync) -> None:
    rows = {row.code: row for row in Exercise.objects.filter(practice=None).complete()}
    muscles = dict(Muscle.objects.values_list("code", "pk"))
    for facts in content.exercises.values():
        rows.setdefault(facts.code, None)
    links: list[tuple[str, ExerciseFacts]] = []
    for facts in content.exercises.values():
        row = rows[facts.code]
        words = {
            language: by_code[facts.code].model_dump(mode="json")
            for language, by_code in content.exercise_words.items()
            if facts.code in by_code
        }
        figure = figure_data(content.figures.get(facts.code))
        # Photographs come from no file: those that there are stay, and are no edit.
        photos = {photo.moment: photo.digest for photo in row.photos.all()} if row else {}
        wanted = {"facts": facts.model_dump(mode="json"), "figure": figure, "photos": photos, "texts": words}

        def write(facts: ExerciseFacts = facts, figure: Any = figure, words: dict[str, Any] = words) -> Loaded:
            links.append((facts.code, facts))
            return write_exercise(facts, figure, words, muscles)

        sync(f"exercise {facts.code}", row, exercise_content(row) if row else None, wanted, write)
    _link_exercises(links)


def write_exercise(
    facts: ExerciseFacts, figure: dict[str, Any], words: dict[str, Any], muscles: dict[str, int]
) -> Exercise:
    """Create or replace a global exercise with its rows. Links to other exercises are set when all exist."""
    exercise, _ = Exercise.objects.update_or_create(
        code=facts.code,
        practice=None,
        defaults={
            "source": facts.source,
            "section": facts.section,
            "start_position": facts.start_position,
            "side": facts.side,
            "stop_at_pain": facts.stop_at_pain,
            "moments": list(facts.moments),
            "step_moments": list(facts.steps),
            "figure": figure,
            "house_facts": list(facts.house),
            "avoid": facts.avoid,
            "withdrawn_on": facts.withdrawn.on if facts.withdrawn else None,
            "authors": facts.authors,
            "licence": facts.licence,
        },
    )
    for rows in (exercise.texts, exercise.effects, exercise.equipment, exercise.precautions):
        rows.all().delete()
    for language, text in words.items():
        ExerciseText.objects.create(exercise=exercise, language=language, **text)
    ExerciseEffect.objects.bulk_create(
        ExerciseEffect(exercise=exercise, effect=effect, muscle_id=muscles[code])
        for effect, codes in facts.effects.items()
        for code in codes
    )
    ExerciseEquipment.objects.bulk_create(
        ExerciseEquipment(exercise=exercise, need=number, thing=thing)
        for number, need in enumerate(facts.equipment, 1)
        for thing in (need if isinstance(need, tuple) else (need,))
    )
    ExercisePrecaution.objects.bulk_create(
        ExercisePrecaution(exercise=exercise, precaution=precaution, level=level)
        for precaution, level in facts.precautions.items()
    )
    return exercise


def _link_exercises(links: list[tuple[str, ExerciseFacts]]) -> None:
    ids = dict(Exercise.objects.filter(practice=None).values_list("code", "pk"))
    for code, facts in links:
        replacement = facts.withdrawn.replaced_by if facts.withdrawn else None
        Exercise.objects.filter(pk=ids[code]).update(
            progression_of=ids.get(facts.progression_of or ""), replaced_by=ids.get(replacement or "")
        )


def _load_protocols(content: Content, sync: _Sync) -> None:
    rows = {row.code: row for row in Protocol.objects.filter(practice=None).complete()}
    exercises = dict(Exercise.objects.filter(practice=None).values_list("code", "pk"))
    for facts in content.protocols.values():
        row = rows.get(facts.code)
        words = {
            language: by_code[facts.code].model_dump(mode="json")
            for language, by_code in content.protocol_words.items()
            if facts.code in by_code
        }
        texts = {
            language: {"name": text["name"], "words": {key: value for key, value in text.items() if key != "name"}}
            for language, text in words.items()
        }
        wanted = {"facts": protocol_facts(facts), "texts": texts}

        def write(facts: ProtocolFacts = facts, texts: dict[str, Any] = texts) -> Loaded:
            return write_protocol(facts, texts, exercises)

        current = protocol_content(row) if row else None
        sync(f"protocol {facts.code}", row, current, wanted, write, version=facts.version)


def protocol_facts(facts: ProtocolFacts) -> dict[str, Any]:
    """A protocol's source facts in the form that `protocol_content` reads from the database."""
    return {
        "code": facts.code,
        "source": facts.source,
        "body_regions": list(facts.body_regions),
        "rules": facts.rules.model_dump(mode="json"),
        "groups": [
            {
                "code": group.code,
                "role": group.role,
                "dose": group.dose.data(),
                "exercises": [
                    {
                        "exercise": placement.exercise,
                        "phases": suitabilities(facts, group, placement),
                        "dose": placement.dose.data(),
                    }
                    for placement in group.exercises
                ],
            }
            for group in facts.groups
        ],
    }


def suitabilities(protocol: ProtocolFacts, group: GroupFacts, placement: PlacementFacts) -> dict[str, str]:
    """The exercise's own word for a phase, else its group's, else `indicated`."""
    said = {**group.phases, **placement.phases}
    return {phase.code: said.get(phase.code, Suitability.INDICATED.value) for phase in protocol.rules.phases}


def write_protocol(facts: ProtocolFacts, texts: dict[str, Any], exercises: dict[str, int]) -> Protocol:
    """Create or replace a global protocol. Placements of practices' own exercises in its groups stay."""
    protocol, _ = Protocol.objects.update_or_create(
        code=facts.code,
        practice=None,
        defaults={
            "source": facts.source,
            "body_regions": list(facts.body_regions),
            "rules": facts.rules.model_dump(mode="json"),
        },
    )
    protocol.texts.all().delete()
    for language, text in texts.items():
        protocol.texts.create(language=language, name=text["name"], words=text["words"])
    Placement.objects.filter(group__protocol=protocol, exercise__practice=None).delete()
    for position, group_facts in enumerate(facts.groups):
        group, _ = Group.objects.update_or_create(
            protocol=protocol,
            code=group_facts.code,
            defaults={
                "role": group_facts.role,
                "position": position,
                "dose": group_facts.dose.data(),
            },
        )
        for number, placement_facts in enumerate(group_facts.exercises):
            placement = Placement.objects.create(
                group=group,
                exercise_id=exercises[placement_facts.exercise],
                position=number,
                dose=placement_facts.dose.data(),
            )
            PhaseSuitability.objects.bulk_create(
                PhaseSuitability(placement=placement, phase=phase, level=level)
                for phase, level in suitabilities(facts, group_facts, placement_facts).items()
            )
    return protocol


def _load_articles(content: Content, sync: _Sync) -> None:
    rows = {row.code: row for row in Article.objects.filter(practice=None).prefetch_related("texts")}
    for facts in content.articles.values():
        row = rows.get(facts.code)
        texts = {
            language: by_code[facts.code].model_dump(mode="json")
            for language, by_code in content.article_words.items()
            if facts.code in by_code
        }
        wanted = {"facts": facts.model_dump(mode="json"), "texts": texts}

        def write(facts: Any = facts, texts: dict[str, Any] = texts) -> Loaded:
            article, _ = Article.objects.update_or_create(
                code=facts.code, practice=None, defaults={"source": facts.source, "section": facts.section}
            )
            article.texts.all().delete()
            for language, text in texts.items():
                article.texts.create(language=language, **text)
            return article

        sync(f"article {facts.code}", row, article_content(row) if row else None, wanted, write)
