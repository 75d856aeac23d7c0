"""What a check says, as an answer: findings in words, balance and burden; and the check of a plan that is not stored."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from patients.access import Action, record_access
from patients.models import Episode
from plans.api.facts import FactsForm, facts_from
from plans.api.plan_forms import ProgrammeForm, completed, episode_of
from plans.api.requests import language_of, member
from plans.api.schema import LANGUAGE
from plans.checking import facts_of, terms
from plans.rules import check
from plans.rules.case import Case
from plans.rules.texts import Writer, language_for
from plans.session import balance, burden
from plans.values import Finding

FINDING: dict[str, Any] = {
    "id": serializers.CharField(),
    "severity": serializers.ChoiceField(choices=["error", "warning", "advice"]),
    "message": serializers.CharField(),
    "where": serializers.CharField(help_text="JSON Pointer into the plan."),
    "source": serializers.CharField(),
    "hint": serializers.CharField(),
    "fixes": serializers.ListField(child=serializers.DictField(), help_text="Each with id, label and changes."),
}

BALANCE = "Working seconds of a session and shares, by category and muscle group."
BURDEN = "Seconds a session and minutes a week by week; exercises; changes; equipment."
CHECK_FIELDS: dict[str, Any] = {
    "findings": inline_serializer("Finding", FINDING, many=True),
    "balance": serializers.DictField(help_text=BALANCE),
    "burden": serializers.DictField(help_text=BURDEN),
}

EITHER = serializers.ErrorDetail("Give either an episode or facts.", code="either")


def written(case: Case, findings: Iterable[Finding], language: str) -> list[dict[str, Any]]:
    """Findings in words."""
    writer = Writer(case, terms(), language_for(language))
    return [writer.finding(finding) for finding in findings]


def check_data(case: Case, language: str) -> dict[str, Any]:
    """What a check says: findings, balance and burden."""
    timing = case.protocol.rules.timing
    return {
        "findings": written(case, check(case), language),
        "balance": vars(balance(case.programme, case.exercises, timing, case.schedule)),
        "burden": vars(burden(case.programme, case.exercises, timing, case.schedule)),
    }


class ValidateForm(ProgrammeForm):
    """A plan to be checked for an episode, or for facts that are given, or for a patient of whom nothing is known."""

    episode = serializers.UUIDField(required=False, help_text="Facts come from this episode.")
    facts = FactsForm(required=False, help_text="Instead of an episode.")

    def validate_episode(self, value: Any) -> Episode:
        return episode_of(self.context["request"], value)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "episode" in attrs and "facts" in attrs:
            raise serializers.ValidationError({"facts": [EITHER]})
        return super().validate(attrs)


class ValidateView(APIView):
    """The check of a plan in the request body. Nothing is stored."""

    queryset = Episode.objects.none()  # what it reads
    reading_actions = ("post",)

    @extend_schema(
        request=ValidateForm, parameters=[LANGUAGE], responses=inline_serializer("Validation", dict(CHECK_FIELDS))
    )
    def post(self, request: Request) -> Response:
        form = ValidateForm(data=request.data, context={"request": request})
        form.is_valid(raise_exception=True)
        return Response(check_data(_case(request, form.validated_data), language_of(request)))


def _case(request: Request, attrs: dict[str, Any]) -> Case:
    user, today = member(request), timezone.localdate()
    episode: Episode | None = attrs.get("episode")
    if episode is not None:
        record_access(user, Action.EXECUTE, "validate", [episode.pk], patient_id=episode.patient_id)
        facts = facts_of(episode)
    else:
        facts = facts_from(attrs.get("facts"), attrs["phase"], today)
    language = episode.patient.language if episode else user.acting_practice.language
    protocol, exercises = attrs["catalogue"]
    return Case(completed(attrs, language), protocol, exercises, facts, today)
