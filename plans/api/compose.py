"""POST compose/: the best plan for an episode, or for facts that are given. Nothing is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalogue.models import Muscle, Protocol
from catalogue.vocabulary import Effect
from patients.access import Action, record_access
from patients.models import Episode
from patients.vocabulary import Language
from plans.api.checks import BALANCE, BURDEN, CHECK_FIELDS, EITHER, check_data
from plans.api.facts import FactsForm, facts_from
from plans.api.fields import Choice, ChoiceList, Number, Strict, Text, listed
from plans.api.plan_forms import episode_of
from plans.api.requests import language_of, member
from plans.api.schema import LANGUAGE
from plans.checking import catalogue_of, facts_of, terms
from plans.composer import Focus, Proposal, Wishes, compose
from plans.composer.doses import blank_programme
from plans.composer.texts import UnmetWriter
from plans.forms import programme_data
from plans.models import MAXIMUM_WEEKS
from plans.rules import RULES
from plans.rules.case import Case
from plans.rules.texts import Writer, language_for
from plans.values import PatientFacts, Severity

ACCEPTABLE = [rule.id for rule in RULES if rule.severity is Severity.WARNING]
MOST_KEPT = 12
MOST_AVOIDED = 500


class FocusForm(Strict):
    """A muscle group, an effect, or that effect on that muscle group."""

    fewest = 1
    muscle = Text(max_length=60, required=False)
    effect = Choice(choices=Effect.choices, required=False)

    def validate_muscle(self, code: str) -> str:
        if not Muscle.objects.filter(code=code).exists():
            raise serializers.ValidationError(f"{code} is not in the catalogue.", code="unknown")
        return code

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs:
            raise serializers.ValidationError("Give a muscle, an effect, or both.", code="required")
        return attrs


class ComposeForm(Strict):
    """What is asked of a plan. What is left out is as the protocol, the episode or the facts have it."""

    protocol = Text(max_length=60)
    phase = Text(max_length=40)
    language = Choice(choices=Language.choices, required=False)
    weeks = Number(min_value=1, max_value=MAXIMUM_WEEKS, required=False)
    episode = serializers.UUIDField(required=False, help_text="Facts come from this episode.")
    facts = FactsForm(required=False, help_text="Instead of an episode.")
    minutes = Number(min_value=1, max_value=240, required=False, help_text="A session; beside the patient's own.")
    count = Number(
        min_value=1, max_value=12, required=False, help_text="Exercises beyond warm-up and opening; 4 unless given."
    )
    focus = listed(FocusForm, 10)
    keep = serializers.ListField(child=Text(max_length=60), required=False, max_length=MOST_KEPT)
    avoid = serializers.ListField(child=Text(max_length=60), required=False, max_length=MOST_AVOIDED)
    accept = ChoiceList(choices=ACCEPTABLE, required=False, help_text="Warnings that the plan may have.")

    def validate_protocol(self, code: str) -> Protocol:
        protocol = Protocol.objects.visible_to(self.context["request"].user).filter(code=code).first()
        if protocol is None:
            raise serializers.ValidationError(f"{code} is not in the catalogue.", code="unknown")
        return protocol

    def validate_episode(self, value: Any) -> Episode:
        return episode_of(self.context["request"], value)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "episode" in attrs and "facts" in attrs:
            raise serializers.ValidationError({"facts": [EITHER]})
        protocol, exercises = catalogue_of(member(self.context["request"]).acting_practice.pk, attrs["protocol"])
        errors: dict[str, Any] = {name: _unknown(attrs.get(name, ()), exercises) for name in ("keep", "avoid")}
        if earlier := _unknown(attrs.get("facts", {}).get("earlier_exercises", ()), exercises):
            errors["facts"] = {"earlier_exercises": earlier}
        if attrs["phase"] not in protocol.phases:
            known = ", ".join(protocol.phases)
            message = f"{attrs['phase']} is not a phase of this protocol. Its phases: {known}."
            errors["phase"] = [serializers.ErrorDetail(message, code="unknown")]
        if any(errors.values()):
            raise serializers.ValidationError({name: found for name, found in errors.items() if found})
        return attrs | {"catalogue": (protocol, exercises)}


def _unknown(codes: Iterable[str], known: Mapping[str, Any]) -> dict[str, Any]:
    """An error for each code that the catalogue doesn't have, by its place."""
    return {
        str(number): [serializers.ErrorDetail(f"{code} is not in the catalogue.", code="unknown")]
        for number, code in enumerate(codes)
        if code not in known
    }


UNMET: dict[str, Any] = {
    "wish": serializers.ChoiceField(choices=["plan", "keep", "focus", "count"]),
    "code": serializers.CharField(required=False, help_text="The exercise, or the entry of the focus."),
    "reason": serializers.CharField(help_text="A finding's id, or a reason of the composer's own."),
    "message": serializers.CharField(),
}

PROPOSAL = inline_serializer(
    "Proposal",
    {
        "plan": serializers.DictField(allow_null=True, help_text="In the form that plans are created with."),
        "findings": CHECK_FIELDS["findings"],
        "balance": serializers.DictField(allow_null=True, help_text=BALANCE),
        "burden": serializers.DictField(allow_null=True, help_text=BURDEN),
        "unmet": inline_serializer("Unmet", UNMET, many=True),
        "proved": serializers.BooleanField(
            help_text="False: the search had to stop before it knew that no better plan exists. Ask for less to be sure."
        ),
    },
)


class ComposeView(APIView):
    """The best plan that passes the checker, and which wishes it can't meet, with why."""

    queryset = Episode.objects.none()  # what it reads
    reading_actions = ("post",)

    @extend_schema(request=ComposeForm, parameters=[LANGUAGE], responses=PROPOSAL)
    def post(self, request: Request) -> Response:
        """Propose a plan: first what is kept, then how many exercises, then the focus, then the shortest session. Nothing
        is stored."""
        form = ComposeForm(data=request.data, context={"request": request})
        form.is_valid(raise_exception=True)
        attrs = form.validated_data
        language = language_of(request)
        case, proposal = _proposed(request, attrs, _facts(request, attrs))
        checked = (
            check_data(case, language) if proposal.programme else {"findings": [], "balance": None, "burden": None}
        )
        writer = UnmetWriter(Writer(case, terms(), language_for(language)))
        plan = programme_data(proposal.programme) if proposal.programme else None
        unmet = [writer.unmet(one) for one in proposal.unmet]
        return Response({"plan": plan, **checked, "unmet": unmet, "proved": proposal.is_proved})


def _facts(request: Request, attrs: dict[str, Any]) -> PatientFacts:
    episode: Episode | None = attrs.get("episode")
    if episode is None:
        return facts_from(attrs.get("facts"), attrs["phase"], timezone.localdate())
    record_access(member(request), Action.EXECUTE, "compose", [episode.pk], patient_id=episode.patient_id)
    return facts_of(episode)


def _proposed(request: Request, attrs: dict[str, Any], facts: PatientFacts) -> tuple[Case, Proposal]:
    """The proposal, and the case that its findings are about; without a plan, one without items."""
    episode: Episode | None = attrs.get("episode")
    usual = episode.patient.language if episode else member(request).acting_practice.language
    protocol, exercises = attrs["catalogue"]
    phase, language, today = attrs["phase"], attrs.get("language", usual), timezone.localdate()
    wishes = _wishes(attrs)
    proposal = compose(wishes, protocol, exercises, facts, phase=phase, language=language, checked_on=today)
    weeks = wishes.weeks or protocol.rules.default_weeks
    programme = proposal.programme or blank_programme(protocol, facts, phase, language, weeks)
    return Case(programme, protocol, exercises, facts, today), proposal


def _wishes(attrs: Mapping[str, Any]) -> Wishes:
    focus = (Focus(one.get("muscle"), one.get("effect")) for one in attrs.get("focus", ()))
    return Wishes(
        focus=tuple(dict.fromkeys(focus)),
        keep=tuple(dict.fromkeys(attrs.get("keep", ()))),
        avoid=frozenset(attrs.get("avoid", ())),
        count=attrs.get("count", 4),
        accept=frozenset(attrs.get("accept", ())),
        minutes=attrs.get("minutes"),
        weeks=attrs.get("weeks"),
    )
