"""The catalogue, for reading: exercises, groups, muscles, equipment, articles, protocols."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils.functional import cached_property
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import mixins, serializers, viewsets

from catalogue.models import (
    Article,
    Exercise,
    ExerciseEffect,
    ExerciseText,
    Group,
    Muscle,
    PhaseSuitability,
    Placement,
    Protocol,
)
from catalogue.records import effects_of, equipment_of, words_of
from catalogue.vocabulary import (
    CATEGORY_OF,
    EFFECT_OF,
    POSTURE_OF,
    Category,
    Effect,
    Laterality,
    Posture,
    StartPosition,
    Suitability,
)
from patients.vocabulary import Equipment
from plans.api.figures import pictures_data
from plans.api.problems import InvalidQuery
from plans.api.requests import language_of, member
from plans.api.schema import LANGUAGE
from plans.checking import terms
from plans.handout import in_language
from plans.values import Names

POSITIONS = {value: value for value in (*StartPosition.values, *Posture.values)}
MOST_SEARCHED = 200
"""Characters: each word is a condition of its own, and databases take so many."""
ORDERINGS = ("code", "name", "updated_at")


class ExerciseFilter(filters.FilterSet):
    """Narrows the catalogue. Filters about one protocol, or about one effect, must hold together."""

    group = filters.CharFilter(method="later", help_text="A group's code.")
    protocol = filters.CharFilter(method="later", help_text="Only exercises that this protocol places.")
    phase = filters.CharFilter(method="later", help_text="Only those indicated in this phase.")
    effect = filters.ChoiceFilter(choices=Effect.choices, method="later")
    category = filters.ChoiceFilter(choices=Category.choices, method="later")
    muscle = filters.CharFilter(method="later", help_text="A muscle group's code.")
    position = filters.ChoiceFilter(choices=list(POSITIONS.items()), method="by_position")
    equipment = filters.ChoiceFilter(choices=[*Equipment.choices, ("none", "none")], method="by_equipment")
    side = filters.ChoiceFilter(choices=Laterality.choices, field_name="side")
    search = filters.CharFilter(
        method="by_words", max_length=MOST_SEARCHED, help_text="Every word, blind to accents and case, in the language."
    )
    withdrawn = filters.ChoiceFilter(
        choices=[("true", "true"), ("false", "false")], method="later", help_text="Also those that were withdrawn."
    )
    ordering = filters.ChoiceFilter(
        choices=[(sign + name, sign + name) for name in ORDERINGS for sign in ("", "-")], method="by_order"
    )

    class Meta:
        model = Exercise
        fields: list[str] = []

    def later(self, queryset: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return queryset

    def by_position(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        wanted = [position for position, posture in POSTURE_OF.items() if value in (position, posture)]
        return queryset.filter(start_position__in=wanted)

    def by_equipment(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return (
            queryset.filter(equipment=None) if value == "none" else queryset.filter(equipment__thing=value).distinct()
        )

    @extend_schema_field({"type": "string", "maxLength": MOST_SEARCHED})
    def by_words(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.searched(value, language_of(self.request))

    def by_order(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        names = ExerciseText.objects.filter(exercise=OuterRef("pk"), language=language_of(self.request))
        field = value.removeprefix("-")
        if field == "name":
            queryset, field = queryset.annotate(in_language=Subquery(names.values("name")[:1])), "in_language"
        wanted = F(field).desc(nulls_last=True) if value.startswith("-") else F(field).asc(nulls_last=True)
        return queryset.order_by(wanted, "code", "pk")

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        queryset = super().filter_queryset(queryset)
        said = self.form.cleaned_data
        self._refuse_unknown_codes(said)
        if any(said[name] for name in ("group", "protocol", "phase")):
            queryset = queryset.filter(Exists(self._placements(said)))
        effects = {
            value for value in (said["effect"], said["category"] and EFFECT_OF[Category(said["category"])]) if value
        }
        if effects or said["muscle"]:
            queryset = queryset.filter(Exists(self._effects(effects, said["muscle"])))
        return queryset if said["withdrawn"] == "true" else queryset.filter(withdrawn_on=None)

    def _placements(self, said: dict[str, Any]) -> QuerySet[Any]:
        protocols = Protocol.objects.visible_to(self.request.user)
        if said["protocol"]:
            protocols = protocols.filter(code=said["protocol"])
        placements = Placement.objects.filter(exercise=OuterRef("pk"), group__protocol__in=protocols)
        if said["group"]:
            placements = placements.filter(group__code=said["group"])
        if said["phase"]:
            indicated = PhaseSuitability.objects.filter(
                placement=OuterRef("pk"), phase=said["phase"], level=Suitability.INDICATED
            )
            placements = placements.filter(Exists(indicated))
        return placements

    def _effects(self, effects: set[str], muscle: str) -> QuerySet[Any]:
        rows = ExerciseEffect.objects.filter(exercise=OuterRef("pk"))
        for effect in effects:
            rows = rows.filter(effect=effect)
        return rows.filter(muscle__code=muscle) if muscle else rows

    def _refuse_unknown_codes(self, said: dict[str, Any]) -> None:
        """A code that does not exist is a mistake, and no reason for an empty list."""
        visible = Protocol.objects.visible_to(self.request.user)
        known = {
            "protocol": lambda code: visible.filter(code=code).exists(),
            "group": lambda code: Group.objects.filter(protocol__in=visible, code=code).exists(),
            "muscle": lambda code: Muscle.objects.filter(code=code).exists(),
            "phase": lambda code: any(code in _phases(protocol) for protocol in visible),
        }
        for name, exists in known.items():
            if said[name] and not exists(said[name]):
                raise InvalidQuery({name: serializers.ErrorDetail(f"{said[name]} is not known.", code="unknown")})


def _phases(protocol: Protocol) -> list[str]:
    return [phase["code"] for phase in protocol.rules["phases"]]


class EffectSerializer(serializers.Serializer[Any]):
    effect = serializers.ChoiceField(choices=Effect.choices)
    category = serializers.ChoiceField(choices=Category.choices)
    muscle = serializers.CharField()
    muscle_name = serializers.CharField()


class PictureSerializer(serializers.Serializer[Any]):
    """One moment of an exercise to be seen. `url`: cacheable for ever, as long as it stands here."""

    moment = serializers.CharField()
    kind = serializers.ChoiceField(choices=["figure", "photo"])
    url = serializers.CharField()
    alternative = serializers.CharField(help_text="What it shows, in the exercise's own words.")


class PlacementSerializer(serializers.Serializer[Any]):
    protocol = serializers.CharField()
    group = serializers.CharField()
    position = serializers.IntegerField()
    phases = serializers.DictField(child=serializers.ChoiceField(choices=Suitability.choices))
    dose = serializers.DictField()


class ExerciseSerializer(serializers.ModelSerializer[Exercise]):
    """An exercise with its words in the asked language, or in English where it has none."""

    language = serializers.SerializerMethodField(help_text="The language of the words.")
    languages = serializers.SerializerMethodField(help_text="Every language it has words in.")
    name = serializers.SerializerMethodField()
    aliases = serializers.SerializerMethodField()
    purpose = serializers.SerializerMethodField()
    start = serializers.SerializerMethodField(help_text="How to get into the start position.")
    steps = serializers.SerializerMethodField()
    cautions = serializers.SerializerMethodField()
    easier = serializers.SerializerMethodField()
    harder = serializers.SerializerMethodField()
    avoid_reason = serializers.SerializerMethodField()
    posture = serializers.CharField()
    effects = serializers.SerializerMethodField()
    equipment = serializers.SerializerMethodField(help_text="Each need a list of things of which one is enough.")
    precautions = serializers.SerializerMethodField()
    progression_of = serializers.SlugRelatedField[Exercise](slug_field="code", read_only=True, allow_null=True)
    replaced_by = serializers.SlugRelatedField[Exercise](slug_field="code", read_only=True, allow_null=True)
    placements = serializers.SerializerMethodField()
    pictures = serializers.SerializerMethodField(help_text="What there is to see, moment by moment.")
    own = serializers.SerializerMethodField(help_text="Whether it belongs to the practice.")

    class Meta:
        model = Exercise
        fields = [
            "code",
            "version",
            "own",
            "language",
            "languages",
            "name",
            "aliases",
            "purpose",
            "start_position",
            "posture",
            "side",
            "start",
            "steps",
            "moments",
            "step_moments",
            "pictures",
            "cautions",
            "easier",
            "harder",
            "effects",
            "equipment",
            "precautions",
            "stop_at_pain",
            "progression_of",
            "placements",
            "avoid",
            "avoid_reason",
            "withdrawn_on",
            "replaced_by",
            "source",
            "section",
            "house_facts",
            "authors",
            "licence",
            "updated_at",
        ]

    @cached_property
    def _language(self) -> str:
        return language_of(self.context["request"])

    @cached_property
    def _muscle_names(self) -> Mapping[str, str]:
        return terms().get(self._language, {}).get("muscles", {})

    def _text(self, exercise: Exercise) -> ExerciseText | None:
        texts = {text.language: text for text in exercise.texts.all()}
        return in_language(texts, self._language)

    def _word(self, exercise: Exercise, name: str, otherwise: Any = "") -> Any:
        text = self._text(exercise)
        return getattr(text, name) if text else otherwise

    def get_language(self, exercise: Exercise) -> str:
        return str(self._word(exercise, "language"))

    def get_languages(self, exercise: Exercise) -> list[str]:
        return [text.language for text in exercise.texts.all()]

    def get_name(self, exercise: Exercise) -> str:
        return str(self._word(exercise, "name", exercise.code))

    def get_aliases(self, exercise: Exercise) -> list[str]:
        return list(self._word(exercise, "aliases", []))

    def get_purpose(self, exercise: Exercise) -> str:
        return str(self._word(exercise, "purpose"))

    def get_start(self, exercise: Exercise) -> str:
        return str(self._word(exercise, "start_position"))

    def get_steps(self, exercise: Exercise) -> list[str]:
        return list(self._word(exercise, "steps", []))

    def get_cautions(self, exercise: Exercise) -> list[str]:
        return list(self._word(exercise, "cautions", []))

    def get_easier(self, exercise: Exercise) -> str:
        return str(self._word(exercise, "easier"))

    def get_harder(self, exercise: Exercise) -> str:
        return str(self._word(exercise, "harder"))

    def get_avoid_reason(self, exercise: Exercise) -> str:
        return str(self._word(exercise, "avoid_reason"))

    def get_pictures(self, exercise: Exercise) -> list[dict[str, Any]]:
        practice = member(self.context["request"]).acting_practice
        text = self._text(exercise)
        return pictures_data(exercise, practice, self._language, words_of(text) if text else None)

    def get_effects(self, exercise: Exercise) -> list[dict[str, str]]:
        names = self._muscle_names
        return [
            {
                "effect": effect,
                "category": CATEGORY_OF[Effect(effect)].value,
                "muscle": muscle,
                "muscle_name": names.get(muscle, muscle),
            }
            for effect, muscles in effects_of(exercise).items()
            for muscle in muscles
        ]

    def get_equipment(self, exercise: Exercise) -> list[list[str]]:
        return [need if isinstance(need, list) else [need] for need in equipment_of(exercise)]

    def get_precautions(self, exercise: Exercise) -> dict[str, str]:
        return {row.precaution: row.level for row in exercise.precautions.all()}

    def get_placements(self, exercise: Exercise) -> list[dict[str, Any]]:
        practice = self.context["request"].user.membership.practice_id
        return [
            {
                "protocol": placement.group.protocol.code,
                "group": placement.group.code,
                "position": placement.position,
                "phases": {row.phase: row.level for row in placement.suitabilities.all()},
                "dose": placement.dose,
            }
            for placement in exercise.placements.all()
            if placement.group.protocol.practice_id in (None, practice)
        ]

    def get_own(self, exercise: Exercise) -> bool:
        return exercise.practice_id is not None


ExerciseSerializer.get_pictures = extend_schema(responses=PictureSerializer(many=True))(ExerciseSerializer.get_pictures)  # type: ignore[method-assign]
ExerciseSerializer.get_effects = extend_schema(responses=EffectSerializer(many=True))(ExerciseSerializer.get_effects)  # type: ignore[method-assign]


@extend_schema_view(list=extend_schema(parameters=[LANGUAGE]), retrieve=extend_schema(parameters=[LANGUAGE]))
class ExerciseViewSet(viewsets.ReadOnlyModelViewSet[Exercise]):
    """The catalogue as the practice sees it: its own copies and additions, and the global exercises."""

    serializer_class = ExerciseSerializer
    filterset_class = ExerciseFilter
    queryset = Exercise.objects.none()
    lookup_field = "code"
    lookup_value_converter = "slug"

    def get_queryset(self) -> Any:
        return Exercise.objects.visible_to(self.request.user).complete()


class GroupSerializer(serializers.ModelSerializer[Group]):
    protocol = serializers.CharField(source="protocol.code")
    name = serializers.SerializerMethodField()
    exercises = serializers.SerializerMethodField(help_text="Codes, in the protocol's order.")

    class Meta:
        model = Group
        fields = ["protocol", "code", "role", "position", "name", "dose", "exercises"]

    def get_name(self, group: Group) -> str:
        words = {text.language: text.words for text in group.protocol.texts.all()}
        found = in_language(words, language_of(self.context["request"])) or {}
        return str(found.get("groups", {}).get(group.code, {}).get("name", group.code))

    def get_exercises(self, group: Group) -> list[str]:
        practice = self.context["request"].user.membership.practice_id
        seen = (one.exercise for one in group.placements.all() if one.exercise.practice_id in (None, practice))
        return list(dict.fromkeys(exercise.code for exercise in seen))


@extend_schema_view(list=extend_schema(parameters=[LANGUAGE]))
class GroupViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Group]):
    """The chapters of every protocol, in order."""

    serializer_class = GroupSerializer
    queryset = Group.objects.none()

    def get_queryset(self) -> Any:
        visible = Protocol.objects.visible_to(self.request.user)
        return (
            Group.objects.filter(protocol__in=visible)
            .select_related("protocol")
            .prefetch_related("protocol__texts", "placements__exercise")
            .order_by("protocol__code", "position", "pk")
        )


class MuscleSerializer(serializers.ModelSerializer[Muscle]):
    name = serializers.SerializerMethodField()

    class Meta:
        model = Muscle
        fields = ["code", "name", "trunk", "region"]

    @cached_property
    def _terms(self) -> Names:
        return terms()

    def get_name(self, muscle: Muscle) -> str:
        names = {language: kinds.get("muscles", {}).get(muscle.code) for language, kinds in self._terms.items()}
        return str(in_language(names, language_of(self.context["request"])) or muscle.code)


@extend_schema_view(list=extend_schema(parameters=[LANGUAGE]))
class MuscleViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Muscle]):
    """The muscle groups that effects name."""

    serializer_class = MuscleSerializer
    queryset = Muscle.objects.order_by("code")


class EquipmentSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()


@extend_schema_view(list=extend_schema(parameters=[LANGUAGE], filters=False))
class EquipmentViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Any]):
    """The things that exercises need and patients may have."""

    serializer_class = EquipmentSerializer

    def get_queryset(self) -> Any:
        language = language_of(self.request)
        words = {one: kinds.get("equipment", {}) for one, kinds in terms().items()}
        names = {code: {one: known.get(code) for one, known in words.items()} for code in Equipment.values}
        return [{"code": code, "name": in_language(said, language) or code} for code, said in names.items()]


class ArticleSerializer(serializers.ModelSerializer[Article]):
    language = serializers.SerializerMethodField()
    title = serializers.SerializerMethodField()
    sections = serializers.SerializerMethodField()

    class Meta:
        model = Article
        fields = ["code", "version", "source", "section", "language", "title", "sections"]

    def _text(self, article: Article) -> Any:
        return in_language({text.language: text for text in article.texts.all()}, language_of(self.context["request"]))

    def get_language(self, article: Article) -> str | None:
        text = self._text(article)
        return text.language if text else None

    def get_title(self, article: Article) -> str:
        text = self._text(article)
        return text.title if text else article.code

    def get_sections(self, article: Article) -> list[dict[str, Any]]:
        text = self._text(article)
        return text.sections if text else []


@extend_schema_view(list=extend_schema(parameters=[LANGUAGE]), retrieve=extend_schema(parameters=[LANGUAGE]))
class ArticleViewSet(viewsets.ReadOnlyModelViewSet[Article]):
    """Texts that can be printed with a plan."""

    serializer_class = ArticleSerializer
    queryset = Article.objects.none()
    lookup_field = "code"
    lookup_value_converter = "slug"

    def get_queryset(self) -> Any:
        return Article.objects.visible_to(self.request.user).prefetch_related("texts").order_by("code", "pk")


class ProtocolSerializer(serializers.ModelSerializer[Protocol]):
    name = serializers.SerializerMethodField()
    own = serializers.SerializerMethodField()
    phases = serializers.SerializerMethodField()
    advice = serializers.SerializerMethodField()
    groups = serializers.SerializerMethodField(help_text="Codes, in order.")

    class Meta:
        model = Protocol
        fields = [
            "code",
            "version",
            "own",
            "source",
            "name",
            "body_regions",
            "phases",
            "groups",
            "advice",
            "rules",
            "updated_at",
        ]

    def _words(self, protocol: Protocol) -> dict[str, Any]:
        texts = {text.language: {"name": text.name, **text.words} for text in protocol.texts.all()}
        return in_language(texts, language_of(self.context["request"])) or {}

    def get_name(self, protocol: Protocol) -> str:
        return str(self._words(protocol).get("name", protocol.code))

    def get_own(self, protocol: Protocol) -> bool:
        return protocol.practice_id is not None

    def get_phases(self, protocol: Protocol) -> list[dict[str, Any]]:
        named = self._words(protocol).get("phases", {})
        return [{"code": code, **named.get(code, {"name": code, "plain": ""})} for code in _phases(protocol)]

    def get_advice(self, protocol: Protocol) -> dict[str, Any]:
        return dict(self._words(protocol).get("advice", {}))

    def get_groups(self, protocol: Protocol) -> list[str]:
        return [group.code for group in protocol.groups.all()]


@extend_schema_view(list=extend_schema(parameters=[LANGUAGE]), retrieve=extend_schema(parameters=[LANGUAGE]))
class ProtocolViewSet(viewsets.ReadOnlyModelViewSet[Protocol]):
    """The bodies of rules that plans are checked against, as data."""

    serializer_class = ProtocolSerializer
    queryset = Protocol.objects.none()
    lookup_field = "code"
    lookup_value_converter = "slug"

    def get_queryset(self) -> Any:
        return Protocol.objects.visible_to(self.request.user).complete().order_by("code", "pk")
