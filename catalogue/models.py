"""What can be prescribed. Records without a practice are global; a practice owns its copies and additions.

A practice's record shadows the global one of the same code: `visible_to(user)` gives each user one record a code.
"""

from __future__ import annotations

from typing import Any, Self, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from pydantic import BaseModel
from pydantic import ValidationError as FormError

from catalogue.figures.checking import faults
from catalogue.figures.editing import in_order
from catalogue.figures.pose import Figure
from catalogue.protocols import PlacementDose, ProtocolRules, problems_in
from catalogue.vocabulary import (
    EFFECT_OF,
    POSTURE_OF,
    BodyFace,
    Category,
    Effect,
    GroupRole,
    Laterality,
    Posture,
    PrecautionLevel,
    StartPosition,
    Suitability,
    TermKind,
    TrunkRole,
)
from patients.models import Practice
from patients.text import searchable
from patients.vocabulary import BodyRegion, Equipment, Precaution

HOUSE_FACTS = ("effects", "side", "equipment", "precautions", "progression_of", "start_position")

Form = TypeVar("Form", bound=BaseModel)

is_code = RegexValidator(r"^[a-z0-9]+(?:[-_][a-z0-9]+)*\Z", "Lower case letters and digits, joined by hyphens.")


class Loaded(models.Model):
    """A record that the source files fill. Edits made since are recognised by the digest and never overwritten."""

    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class ShadowedQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """One record a code: the practice's own, else the global one. The global ones for a user without a practice."""
        membership = getattr(user, "membership", None)
        return self.of_practice(membership.practice_id if membership else None)

    def seen_as(self, code: str, user: Any) -> Any:
        """The record that a user sees under a code: the practice's own, else the global one; None without either."""
        membership = getattr(user, "membership", None)
        practices = [membership.practice_id] if membership else []
        return (
            self.filter(Q(practice=None) | Q(practice__in=practices), code=code)
            .order_by(F("practice_id").asc(nulls_last=True))
            .first()
        )

    def of_practice(self, practice_id: Any) -> Self:
        if practice_id is None:
            return self.filter(practice=None)
        own = self.model._default_manager.filter(practice_id=practice_id, code=OuterRef("code"))
        return self.filter(Q(practice_id=practice_id) | Q(practice=None) & ~Exists(own))


class Shadowed(Loaded):
    """A catalogue record with a code, global or owned by one practice."""

    code = models.CharField(max_length=60, validators=[is_code], help_text="For ever. Lower case, joined by hyphens.")
    practice = models.ForeignKey(Practice, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=60, default="house", help_text="A citation's code, or `house`.")
    section = models.CharField(max_length=200, blank=True, help_text="Where in the source.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=Q(practice=None), name="%(class)s_code_once"),
            models.UniqueConstraint(fields=["practice", "code"], name="%(class)s_code_once_per_practice"),
        ]

    def __str__(self) -> str:
        return self.code


class Citation(Loaded):
    """A source that facts rest on."""

    code = models.CharField(max_length=60, unique=True, validators=[is_code])
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    language = models.CharField(max_length=8, blank=True)
    authors = models.CharField(max_length=500, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    doi = models.CharField("DOI", max_length=200, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title


class Muscle(Loaded):
    """A muscle group, or a part of the spine, that effects name."""

    code = models.CharField(max_length=60, unique=True, validators=[is_code])
    trunk = models.CharField(max_length=10, choices=TrunkRole.choices, default=TrunkRole.NONE)
    region = models.CharField(max_length=10, choices=BodyFace.choices)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Term(Loaded):
    """A word of the vocabulary in one language."""

    kind = models.CharField(max_length=20, choices=TermKind.choices)
    code = models.CharField(max_length=60)
    language = models.CharField(max_length=8)
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["kind", "code", "language"]
        constraints = [models.UniqueConstraint(fields=["kind", "code", "language"], name="term_once")]

    def __str__(self) -> str:
        return f"{self.code} ({self.language}): {self.name}"


class ExerciseQuerySet(ShadowedQuerySet):
    def available(self) -> Self:
        """Those that may be prescribed: neither withdrawn nor on the avoid list."""
        return self.filter(withdrawn_on=None, avoid=False)

    def in_category(self, category: str) -> Self:
        return self.filter(effects__effect=EFFECT_OF[Category(category)])

    def in_posture(self, posture: str) -> Self:
        return self.filter(start_position__in=[p for p, of in POSTURE_OF.items() if of == posture])

    def suiting(self, phase: str) -> Self:
        return self.filter(
            placements__suitabilities__phase=phase, placements__suitabilities__level=Suitability.INDICATED
        )

    def searched(self, words: str, language: str) -> Self:
        """Those whose words in `language` hold every one of `words`, blind to accents and case."""
        matching = ExerciseText.objects.filter(exercise=OuterRef("pk"), language=language)
        for word in searchable(words).split():
            matching = matching.filter(search__contains=word)
        return self.filter(Exists(matching))

    def complete(self) -> Self:
        """With everything that belongs to an exercise, in a constant number of queries."""
        return self.select_related("progression_of", "replaced_by").prefetch_related(
            "texts",
            "effects__muscle",
            "equipment",
            "precautions",
            models.Prefetch("photos", Photo.objects.defer("jpeg")),
            "placements__group__protocol",
            "placements__suitabilities",
        )


def validate_figure(value: Any) -> None:
    """Raise a ValidationError that names everything that is wrong with the poses of a figure."""
    if value == {}:
        return
    if wrong := faults(_validate_form(Figure, value)):
        raise ValidationError([str(fault) for fault in wrong])


class Exercise(Shadowed):
    """A catalogue entry: one movement, in no language and no protocol."""

    start_position = models.CharField(max_length=30, choices=StartPosition.choices)
    side = models.CharField(max_length=20, choices=Laterality.choices)
    stop_at_pain = models.BooleanField(default=False, help_text="Any pain means stop, for this one.")
    progression_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="progressions"
    )
    moments = models.JSONField(default=list, help_text="1 to 6 named moments, the first is `start`.")
    step_moments = models.JSONField(default=list, help_text="For each step of the text, the moment it shows.")
    figure = models.JSONField(
        default=dict,
        blank=True,
        validators=[validate_figure],
        help_text="The pose of each moment, and what stands around. Empty: no figure is drawn.",
    )
    house_facts = models.JSONField(
        default=list, blank=True, help_text="Facts that are the house's own, not the source's."
    )
    avoid = models.BooleanField(default=False, help_text="On the avoid list: known, and refused with the reason.")
    withdrawn_on = models.DateField(null=True, blank=True)
    replaced_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    authors = models.CharField(max_length=200, blank=True)
    licence = models.CharField(max_length=100, blank=True)

    objects = ExerciseQuerySet.as_manager()

    class Meta(Shadowed.Meta):
        ordering = ["code", "pk"]

    def clean(self) -> None:
        """Raises ValidationError where moments, steps, poses and house facts don't belong together."""
        moments = self.moments if isinstance(self.moments, list) else []
        if not moments or moments[0] != "start" or len(moments) > 6 or len(set(moments)) != len(moments):
            raise ValidationError({"moments": "A list of 1 to 6 different names, the first `start`."})
        if not isinstance(self.step_moments, list) or not self.step_moments or set(self.step_moments) - set(moments):
            raise ValidationError({"step_moments": "A list with, for each step of the text, one of the moments."})
        drawn = self.figure.get("moments", {}) if isinstance(self.figure, dict) else {}
        if drawn and set(drawn) != set(moments):
            raise ValidationError({"figure": f"A pose for each moment, and no other: {', '.join(moments)}."})
        if not isinstance(self.house_facts, list) or set(self.house_facts) - set(HOUSE_FACTS):
            raise ValidationError({"house_facts": f"A list with any of: {', '.join(HOUSE_FACTS)}."})

    @property
    def posture(self) -> Posture:
        return POSTURE_OF[StartPosition(self.start_position)]

    @property
    def ordered_figure(self) -> dict[str, Any]:
        """The figure as people write it: moments in order."""
        return in_order(self.figure, self.moments)

    @property
    def is_sided(self) -> bool:
        """Done on one side at a time: pictures name the side, and can be mirrored to the other."""
        return self.side == Laterality.EACH_SIDE


class Photo(models.Model):
    """An uploaded photograph of one moment, shown instead of its figure. Written anew from pixels: no metadata."""

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="photos")
    moment = models.CharField(max_length=60, validators=[is_code])
    jpeg = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["exercise", "moment"], name="photo_once_per_moment")]

    def __str__(self) -> str:
        return self.moment


class ExerciseText(models.Model):
    """The words of one exercise in one language, for the patient."""

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=8)
    name = models.CharField(max_length=200)
    aliases = models.JSONField(default=list, blank=True)
    purpose = models.TextField(max_length=1000)
    start_position = models.TextField(max_length=1000)
    steps = models.JSONField(default=list)
    cautions = models.JSONField(default=list, blank=True)
    easier = models.TextField(max_length=1000, blank=True)
    harder = models.TextField(max_length=1000, blank=True)
    avoid_reason = models.TextField(max_length=1000, blank=True)
    search = models.TextField(editable=False, default="")

    class Meta:
        ordering = ["language"]
        constraints = [models.UniqueConstraint(fields=["exercise", "language"], name="exercise_text_once")]
        indexes = [models.Index(fields=["language", "name"], name="exercise_text_name")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search = searchable(" ".join([self.name, *self.aliases, self.purpose]))
        super().save(*args, **kwargs)


class ExerciseEffect(models.Model):
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="effects")
    effect = models.CharField(max_length=20, choices=Effect.choices)
    muscle = models.ForeignKey(Muscle, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["exercise", "effect", "muscle"], name="effect_once")]
        indexes = [models.Index(fields=["effect", "muscle"], name="effect_on_muscle")]

    def __str__(self) -> str:
        return f"{self.effect} {self.muscle_id}"


class ExerciseEquipment(models.Model):
    """A thing an exercise needs. Of things with the same `need`, one is enough."""

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="equipment")
    need = models.PositiveSmallIntegerField(default=1, help_text="Things with the same number are alternatives.")
    thing = models.CharField(max_length=20, choices=Equipment.choices)

    class Meta:
        ordering = ["need", "pk"]
        constraints = [models.UniqueConstraint(fields=["exercise", "need", "thing"], name="equipment_once")]

    def __str__(self) -> str:
        return self.thing


class ExercisePrecaution(models.Model):
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="precautions")
    precaution = models.CharField(max_length=30, choices=Precaution.choices)
    level = models.CharField(max_length=10, choices=PrecautionLevel.choices, default=PrecautionLevel.CAUTION)

    class Meta:
        ordering = ["precaution"]
        constraints = [models.UniqueConstraint(fields=["exercise", "precaution"], name="precaution_once")]

    def __str__(self) -> str:
        return f"{self.precaution}: {self.level}"


def validate_rules(value: Any) -> None:
    """Raise a ValidationError that names each wrong entry of a protocol's rules."""
    _validate_form(ProtocolRules, value)


def validate_placement_dose(value: Any) -> None:
    """Raise a ValidationError that names each wrong entry of a placement's dose."""
    _validate_form(PlacementDose, value)


def _validate_form(form: type[Form], value: Any) -> Form:
    try:
        return form.model_validate(value)
    except FormError as error:
        raise ValidationError(problems_in(error)) from error


class ProtocolQuerySet(ShadowedQuerySet):
    def complete(self) -> Self:
        return self.prefetch_related("texts", "groups__placements__exercise", "groups__placements__suitabilities")


class Protocol(Shadowed):
    """The body of rules a plan is checked against, as data. `version` rises with every change."""

    body_regions = models.JSONField(default=list, blank=True)
    rules = models.JSONField(validators=[validate_rules])

    objects = ProtocolQuerySet.as_manager()

    class Meta(Shadowed.Meta):
        ordering = ["code", "pk"]

    def clean(self) -> None:
        unknown = set(self.body_regions) - set(BodyRegion.values)
        if unknown:
            raise ValidationError({"body_regions": f"Unknown: {', '.join(sorted(unknown))}."})


class ProtocolText(models.Model):
    protocol = models.ForeignKey(Protocol, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=8)
    name = models.CharField(max_length=200)
    words = models.JSONField(help_text="phases, groups, advice and evidence, as in the content's README.")

    class Meta:
        ordering = ["language"]
        constraints = [models.UniqueConstraint(fields=["protocol", "language"], name="protocol_text_once")]

    def __str__(self) -> str:
        return self.name


class Group(models.Model):
    """A chapter of a protocol. Its role says where it stands in a session."""

    protocol = models.ForeignKey(Protocol, on_delete=models.CASCADE, related_name="groups")
    code = models.CharField(max_length=60, validators=[is_code])
    role = models.CharField(max_length=10, choices=GroupRole.choices)
    position = models.PositiveSmallIntegerField(default=0)
    dose = models.JSONField(default=dict, blank=True, validators=[validate_placement_dose])

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["protocol", "code"], name="group_once")]

    def __str__(self) -> str:
        return self.code


class Placement(models.Model):
    """An exercise within a protocol: its group, place in the order, dose and suitable phases."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="placements")
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="placements")
    position = models.PositiveSmallIntegerField(default=0)
    dose = models.JSONField(default=dict, blank=True, validators=[validate_placement_dose])

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["group", "exercise"], name="placement_once")]

    def __str__(self) -> str:
        return f"{self.exercise} in {self.group}"


class PhaseSuitability(models.Model):
    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, related_name="suitabilities")
    phase = models.CharField(max_length=40)
    level = models.CharField(max_length=10, choices=Suitability.choices)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "phase suitabilities"
        constraints = [models.UniqueConstraint(fields=["placement", "phase"], name="suitability_once")]
        indexes = [models.Index(fields=["phase", "level"], name="suitability_by_phase")]

    def __str__(self) -> str:
        return f"{self.phase}: {self.level}"


class Article(Shadowed):
    """A text that can be printed with a plan."""

    objects = ShadowedQuerySet.as_manager()

    class Meta(Shadowed.Meta):
        ordering = ["code", "pk"]


class ArticleText(models.Model):
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=8)
    title = models.CharField(max_length=200)
    sections = models.JSONField(help_text="A list of {heading, paragraphs}.")

    class Meta:
        ordering = ["language"]
        constraints = [models.UniqueConstraint(fields=["article", "language"], name="article_text_once")]

    def __str__(self) -> str:
        return self.title


class CatalogueLoad(models.Model):
    """When the source files were last loaded, and which state of them: the catalogue's version."""

    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        get_latest_by = "loaded_at"

    def __str__(self) -> str:
        return self.digest[:12]
