"""The form of a plan in requests: every field checked, every error at its field, before a rule looks at it.

What makes no sense as data is refused here; what a physiotherapist should hear is a finding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from catalogue.models import Article, Protocol
from patients.models import Episode
from patients.vocabulary import Language
from plans.api.fields import Choice, Number, Strict, Text
from plans.api.shapes import CriteriaShape, Items, PlanFrequencyShape, Shaped
from plans.checking import catalogue_of, programme_of
from plans.composer.doses import blank_programme, composed_item
from plans.forms import programme_data, programme_from
from plans.models import MAXIMUM_WEEKS, Plan
from plans.values import Exercise as ExerciseValue
from plans.values import PatientFacts, Programme
from plans.values import Protocol as ProtocolValue


class ProgrammeForm(Strict):
    """Everything that a clinician composes. What is left out comes from the protocol."""

    protocol = Text(max_length=60)
    phase = Text(max_length=40)
    language = Choice(choices=Language.choices, required=False)
    weeks = Number(min_value=1, max_value=MAXIMUM_WEEKS, required=False)
    title = Text(max_length=200, required=False, allow_blank=True)
    goal = Text(max_length=500, required=False, allow_blank=True, help_text="In the patient's own words.")
    note = Text(max_length=2000, required=False, allow_blank=True)
    starts_on = serializers.DateField(required=False, allow_null=True)
    review_on = serializers.DateField(required=False, allow_null=True)
    frequency = Shaped(PlanFrequencyShape, required=False)
    items = Shaped(Items, required=False)
    criteria = Shaped(CriteriaShape, required=False)
    articles = serializers.ListField(child=Text(max_length=60), required=False, max_length=10)

    def validate_protocol(self, code: str) -> Protocol:
        protocol = Protocol.objects.seen_as(code, self.context["request"].user)
        if protocol is None:
            raise serializers.ValidationError(f"{code} is not in the catalogue.", code="unknown")
        return protocol

    def validate_articles(self, codes: list[str]) -> list[str]:
        if not codes:
            return []
        known = set(
            Article.objects.visible_to(self.context["request"].user)
            .filter(code__in=codes)
            .values_list("code", flat=True)
        )
        errors = {
            str(number): ["This article is not in the catalogue."]
            for number, code in enumerate(codes)
            if code not in known
        }
        if errors:
            raise serializers.ValidationError(errors, code="unknown")
        return list(dict.fromkeys(codes))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        errors: dict[str, Any] = {}
        protocol = attrs["protocol"]
        phases = [phase["code"] for phase in protocol.rules["phases"]]
        if attrs["phase"] not in phases:
            message = f"{attrs['phase']} is not a phase of this protocol. Its phases: {', '.join(phases)}."
            errors["phase"] = [serializers.ErrorDetail(message, code="unknown")]
        if attrs.get("starts_on") and attrs.get("review_on") and attrs["review_on"] < attrs["starts_on"]:
            errors["review_on"] = [serializers.ErrorDetail("The review comes before the start.", code="order")]
        weeks = attrs.setdefault("weeks", protocol.rules["default_weeks"])
        if found := _weeks_beyond(attrs.get("frequency", {}).get("weeks", []), weeks):
            errors["frequency"] = {"weeks": found}
        attrs["catalogue"] = catalogue_of(self.context["request"].user.acting_practice.pk, protocol)
        known = attrs["catalogue"][1]
        found = {str(number): _errors_of(item, known, weeks) for number, item in enumerate(attrs.get("items", []))}
        if any(found.values()):
            errors["items"] = {number: wrong for number, wrong in found.items() if wrong}
        if errors:
            raise serializers.ValidationError(errors)
        return attrs


def _errors_of(item: dict[str, Any], known: Mapping[str, Any], weeks: int) -> dict[str, Any]:
    errors: dict[str, Any] = {}
    if item["exercise"] not in known:
        errors["exercise"] = [serializers.ErrorDetail(f"{item['exercise']} is not in the catalogue.", code="unknown")]
    first, last = item.get("from_week", 1), item.get("to_week")
    if first > weeks:
        errors["from_week"] = [_beyond(weeks)]
    if last is not None and last > weeks:
        errors["to_week"] = [_beyond(weeks)]
    elif last is not None and last < first:
        errors["to_week"] = [serializers.ErrorDetail("Ends before it starts.", code="order")]
    if found := _weeks_beyond(item.get("weeks", []), weeks):
        errors["weeks"] = found
    return errors


def _weeks_beyond(rows: list[dict[str, Any]], weeks: int) -> dict[str, Any]:
    """Weeks fixed by hand that the plan does not have, or that are fixed twice."""
    errors: dict[str, Any] = {}
    seen: set[int] = set()
    for number, row in enumerate(rows):
        if row["week"] > weeks:
            errors[str(number)] = {"week": [_beyond(weeks)]}
        elif row["week"] in seen:
            errors[str(number)] = {"week": [serializers.ErrorDetail("This week stands here twice.", code="twice")]}
        seen.add(row["week"])
    return errors


def _beyond(weeks: int) -> serializers.ErrorDetail:
    return serializers.ErrorDetail(f"Beyond the plan: it has {weeks} weeks.", code="beyond")


def completed(attrs: Mapping[str, Any], language: str) -> Programme:
    """A programme from validated values, with what was left out filled in from the protocol."""
    protocol, exercises = attrs["catalogue"]
    usual = blank_programme(protocol, PatientFacts(), attrs["phase"], attrs.get("language") or language, attrs["weeks"])
    items = [_completed_item(item, exercises[item["exercise"]], usual, protocol) for item in attrs.get("items", [])]
    known = {"protocol": protocol.code, "language": usual.language, "items": items}
    return programme_from({**programme_data(usual), **attrs, **known})


def _completed_item(
    item: Mapping[str, Any], exercise: ExerciseValue, programme: Programme, protocol: ProtocolValue
) -> dict[str, Any]:
    """An item without a dose gets the protocol's, with a goal that these weeks can reach."""
    usual = composed_item(exercise, programme, protocol, PatientFacts())
    if "dose" not in item:
        return {"goal": asdict(usual.goal), **item, "dose": asdict(usual.dose)}
    given = item["dose"]
    filled = {"side": exercise.side}
    if given.get("repetitions") is not None and given.get("duration_seconds") is None:
        # So often, and nothing else said: held and paused as usual.
        filled |= {name: getattr(usual.dose, name) for name in ("sets", "hold_seconds", "rest_seconds")}
    return {**item, "dose": filled | given}


def episode_of(request: Request, pk: Any) -> Episode:
    """The practice's episode; another practice's is as unknown as none."""
    episode = Episode.objects.visible_to(request.user).select_related("patient").filter(pk=pk).first()
    if episode is None:
        raise serializers.ValidationError("There is no such episode.", code="unknown")
    return episode


class PlanForm(ProgrammeForm):
    """A plan for an episode."""

    id = serializers.UUIDField(read_only=True)
    episode = serializers.UUIDField(help_text="Cannot be changed later.")
    patient = serializers.UUIDField(source="episode.patient_id", read_only=True)
    author = serializers.UUIDField(source="author_id", read_only=True)
    status = serializers.ChoiceField(choices=Plan.Status.choices, read_only=True)
    version = serializers.IntegerField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)

    def validate_episode(self, value: Any) -> Episode:
        episode = episode_of(self.context["request"], value)
        if self.instance is not None and self.instance.episode_id != episode.pk:
            raise serializers.ValidationError("A plan stays with its episode.", code="unchangeable")
        return episode

    def to_representation(self, instance: Plan) -> dict[str, Any]:
        return {
            "id": str(instance.pk),
            "episode": str(instance.episode_id),
            "patient": str(instance.episode.patient_id),
            "author": str(instance.author_id),
            "status": instance.status,
            "version": instance.version,
            **programme_data(programme_of(instance)),
            "created_at": self.fields["created_at"].to_representation(instance.created_at),
            "updated_at": self.fields["updated_at"].to_representation(instance.updated_at),
        }
