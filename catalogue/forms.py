"""The admin's forms: lists as lines, numbers as checked JSON, and what a record may point to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.urls import reverse
from django.utils.safestring import mark_safe
from pydantic import BaseModel
from pydantic import ValidationError as FormError

from catalogue.figures.drawing import Drawing, Look
from catalogue.figures.editing import FigureError, figure_data, parsed, written
from catalogue.models import (
    HOUSE_FACTS,
    Article,
    ArticleText,
    Citation,
    Exercise,
    ExerciseText,
    Group,
    PhaseSuitability,
    Photo,
    Placement,
    Protocol,
    ProtocolText,
    Term,
    validate_placement_dose,
    validate_rules,
)
from catalogue.protocols import PlacementDose, ProtocolRules, in_plain_words
from catalogue.source import HOUSE, ArticleWords, ExerciseWords, ProtocolWords, named_positions
from catalogue.vocabulary import Suitability
from patients.uploads import photo_jpeg
from patients.vocabulary import BodyRegion, Language

READABLE_WIDTH = 62
DOSE_HELP = (
    "What is prescribed unless the clinician says otherwise, e.g. "
    '{"default": {"sets": 1, "repetitions": 5, "hold_seconds": 5}, "goal": {"repetitions": 10}, '
    '"ranges": {"hold_seconds": {"min": 3, "max": 10}}, "source": "house"}. '
    "Measures: sets, repetitions, hold_seconds, duration_seconds, rest_seconds. Leave out what does not apply; "
    "ranges left out come from the group, then from the protocol. “start”: ranges for the first week."
)


def readable(value: Any, indent: str = "") -> str:
    """JSON with whatever fits on one line on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or len(indent) + len(flat) <= READABLE_WIDTH:
        return flat
    deeper = indent + "  "
    if isinstance(value, list):
        parts = [readable(one, deeper) for one in value]
        return "[\n" + ",\n".join(deeper + part for part in parts) + f"\n{indent}]"
    parts = [f"{json.dumps(key, ensure_ascii=False)}: {readable(one, deeper)}" for key, one in value.items()]
    return "{\n" + ",\n".join(deeper + part for part in parts) + f"\n{indent}}}"


def area(rows: int, kind: str = "") -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "class": f"vLargeTextField {kind}".strip()})


class ReadableJSON(forms.JSONField):
    def to_python(self, value: Any) -> Any:
        """Without null characters, which PostgreSQL can't store."""
        parsed = super().to_python(value)
        if "\\u0000" in json.dumps(parsed):
            raise ValidationError("Null characters are not allowed.")
        return parsed

    def prepare_value(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str) else readable(value)


class TextLines(forms.CharField):
    """Text in a textarea, kept as something else."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        ProhibitNullCharactersValidator()(text)
        return self.parse([line.strip() for line in text.splitlines()])

    def parse(self, lines: list[str]) -> Any:
        raise NotImplementedError

    def unparse(self, value: Any) -> str:
        raise NotImplementedError

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else self.unparse(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != (initial or self.parse([])))
        except ValidationError:
            return True


class FigureArea(forms.Textarea):
    """A figure's text with its pictures beside it, drawn anew while it is edited."""

    template_name = "catalogue/figure_area.html"

    class Media:
        js = ("catalogue/figure.js",)

    def __init__(self, *, sided: bool = False) -> None:
        super().__init__(attrs={"rows": 24, "class": "vLargeTextField data", "spellcheck": "false"})
        self.sided = sided

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        return {
            **context,
            "address": reverse("admin:catalogue_exercise_figure"),
            **figure_context(value, sided=self.sided),
        }


def figure_context(text: str | None, *, sided: bool) -> dict[str, Any]:
    """The pictures of a figure's text, or what is wrong with it."""
    try:
        figure = parsed(text or "", named_positions(), sided=sided)
    except FigureError as error:
        return {"pictures": [], "messages": error.messages}
    if figure is None:
        return {"pictures": [], "messages": []}
    drawing = Drawing(figure, Look())
    # Drawn from numbers alone: nothing that was typed stands in it.
    return {"pictures": [(moment, mark_safe(drawing.svg(moment))) for moment in figure.moments], "messages": []}


class FigureField(forms.Field):
    """A figure as text, in the form of the source files."""

    widget = FigureArea

    def to_python(self, value: Any) -> dict[str, Any]:
        if isinstance(value, dict):
            return value
        text = str(value or "")
        ProhibitNullCharactersValidator()(text)
        try:
            return figure_data(parsed(text, named_positions()))
        except FigureError as error:
            raise ValidationError(error.messages) from error

    def prepare_value(self, value: Any) -> Any:
        return written(value) if isinstance(value, dict) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != (initial or {}))
        except ValidationError:
            return True


class LinesField(TextLines):
    """A list of texts, one a line."""

    def parse(self, lines: list[str]) -> list[str]:
        return [line for line in lines if line]

    def unparse(self, value: list[str]) -> str:
        return "\n".join(value)


class PhasesField(TextLines):
    """How an exercise suits each phase, as lines like `acute: caution`."""

    def parse(self, lines: list[str]) -> dict[str, str]:
        return dict(self._phase(line) for line in lines if line)

    def _phase(self, line: str) -> tuple[str, str]:
        phase, _, level = (part.strip() for part in line.partition(":"))
        if not phase or level not in Suitability.values:
            levels = ", ".join(Suitability.values)
            raise ValidationError(f"“{line}”: write it as “acute: caution”, with one of {levels}.")
        return phase, level

    def unparse(self, value: dict[str, str]) -> str:
        return "\n".join(f"{phase}: {level}" for phase, level in value.items())


class SectionsField(TextLines):
    """An article's sections: a heading as a line that starts with `#`, paragraphs parted by an empty line."""

    def parse(self, lines: list[str]) -> list[dict[str, Any]]:
        sections: list[dict[str, Any]] = []
        for block in "\n".join(lines).split("\n\n"):
            heading, _, rest = block.strip().partition("\n") if block.strip().startswith("#") else ("", "", block)
            if heading:
                sections.append({"heading": heading.lstrip("# "), "paragraphs": []})
            if rest.strip() and not sections:
                raise ValidationError("Start with a heading: a line that starts with #.")
            if rest.strip():
                sections[-1]["paragraphs"].append(rest.strip())
        return sections

    def unparse(self, value: list[dict[str, Any]]) -> str:
        return "\n\n".join("\n\n".join([f"# {one['heading']}", *one["paragraphs"]]) for one in value)


def languages() -> list[tuple[str, str]]:
    """Those that patients speak here, and any other that the catalogue was loaded in."""
    loaded = Term.objects.order_by("language").values_list("language", flat=True).distinct()
    return [*Language.choices, *((code, code) for code in loaded if code not in Language.values)]


def sources() -> list[tuple[str, str]]:
    return [(HOUSE, "The house's own"), *Citation.objects.values_list("code", "title")]


def faults(form: type[BaseModel], values: Any) -> Iterator[tuple[str, str]]:
    """What is wrong with values, as the field and a message that names the line within it."""
    try:
        form.model_validate(values)
    except FormError as error:
        for problem in error.errors():
            field, *within = [str(part) for part in problem["loc"]] or [""]
            where = [f"line {int(part) + 1}" if part.isdigit() else part for part in within]
            yield field, ": ".join([*where, in_plain_words(problem)])


class LanguageForm(forms.ModelForm):
    language = forms.ChoiceField(choices=languages)


class ShadowedForm(forms.ModelForm):
    """A record with a code, global or a practice's. Only the superuser chooses the practice, and only for a new one."""

    acting_practice: Any = None
    source = forms.ChoiceField(choices=sources, initial=HOUSE, help_text="What the facts rest on.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding and "practice" not in self.fields:
            self.instance.practice_id = self.acting_practice

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for name in {"house_facts", "body_regions"} & self.fields.keys() - set(self.changed_data):
            said[name] = self.initial.get(name, [])  # In the order of before: tick boxes have their own.
        known = type(self.instance)._default_manager.filter(practice_id=self.owner(), code=said.get("code"))
        if self.instance._state.adding and known.exists():
            whose = "Your practice has" if self.owner() else "There is"
            self.add_error("code", f"{whose} one with this code already.")
        return said

    def owner(self) -> Any:
        """The id of the practice that the record is or will be of; None for a global one."""
        if "practice" not in self.fields:
            return self.instance.practice_id
        practice = self.cleaned_data.get("practice")
        return practice.pk if practice else None


class ExerciseForm(ShadowedForm):
    moments = LinesField(
        widget=area(4), help_text="1 to 6 different names, one a line, the first “start”. Each becomes a picture."
    )
    step_moments = LinesField(
        widget=area(6),
        label="Moment of each step",
        help_text="As many lines as the text has steps: the moment that each shows.",
    )
    figure = FigureField(
        required=False,
        help_text="A pose for each moment, as in the catalogue's source files (content/figures/README.md says how). "
        "Start from a named position: “like: supine_knees_bent”. Empty: nothing is drawn.",
    )
    house_facts = forms.MultipleChoiceField(
        choices=[(name, name.replace("_", " ")) for name in HOUSE_FACTS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Facts that are the house's own, and not the source's.",
    )

    class Meta:
        model = Exercise
        fields = "__all__"  # noqa: DJ007 - the admin names its fields.

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "figure" in self.fields:  # not on the page of somebody who may only look
            self.fields["figure"].widget.sided = self.instance.is_sided
            self.initial["figure"] = self.instance.ordered_figure

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        for name in ("progression_of", "replaced_by"):
            self._check_link(name, said.get(name))
        if said.get("replaced_by") and not said.get("withdrawn_on"):
            self.add_error("replaced_by", "Only a withdrawn exercise is replaced: fill in when it was withdrawn.")
        if self._climbs_to_itself(said.get("progression_of")):
            self.add_error("progression_of", "This makes the exercise a progression of itself.")
        return said

    def _check_link(self, name: str, linked: Exercise | None) -> None:
        if linked and linked.practice_id not in (None, self.owner()):
            self.add_error(name, "This exercise belongs to another practice than the record.")
        if linked and name == "replaced_by" and linked.code == self.code():
            self.add_error(name, "An exercise cannot replace itself.")

    def _climbs_to_itself(self, base: Exercise | None) -> bool:
        """By code, as plans see them: a practice's own record stands in for the global one."""
        seen = Exercise.objects.of_practice(self.owner())
        climbed: set[str] = set()
        code = base.code if base else None
        while code and code not in climbed and code != self.code():
            climbed.add(code)
            code = seen.filter(code=code).values_list("progression_of__code", flat=True).first()
        return code is not None

    def code(self) -> str:
        return str(self.cleaned_data.get("code") or self.instance.code)


class ExerciseTextForm(LanguageForm):
    """The words of an exercise, held to the same form as the source files."""

    aliases = LinesField(required=False, widget=area(2), help_text="Other names that people search for, one a line.")
    steps = LinesField(widget=area(6), help_text="One action a line; as many lines as “Moment of each step” has.")
    cautions = LinesField(required=False, widget=area(3), help_text="One a line.")

    class Meta:
        model = ExerciseText
        fields = "__all__"  # noqa: DJ007

    def __init__(self, *args: Any, exercise: Exercise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.exercise = exercise

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for name in ("purpose", "start_position", "easier", "harder", "avoid_reason"):
            said[name] = said.get(name, "").replace("\r\n", "\n")
        wrong = set(self.errors)
        for name, message in faults(ExerciseWords, {name: said.get(name) for name in ExerciseWords.model_fields}):
            if name not in wrong:
                self.add_error(name, message)
        self._check_against_facts(said)
        return said

    def _check_against_facts(self, said: dict[str, Any]) -> None:
        steps, moments = said.get("steps"), self.exercise.step_moments
        if steps and len(steps) != len(moments):
            self.add_error("steps", f"{len(steps)} steps, but “Moment of each step” has {len(moments)}.")
        if self.exercise.avoid and not said.get("avoid_reason"):
            self.add_error("avoid_reason", "The exercise is on the avoid list: say why.")


class ExerciseFormSet(forms.BaseInlineFormSet):
    """Forms that know the exercise as it is being edited."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "exercise": self.instance}


class PhotoForm(forms.ModelForm):
    """A photograph of one moment; a new upload takes the place of the one before."""

    upload = forms.FileField(
        required=False,
        label="photograph",
        help_text="PNG, JPEG or WebP, at most 10 MB and 4000 by 4000 pixels. Metadata such as place and time is removed.",
        widget=forms.ClearableFileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )

    class Meta:
        model = Photo
        fields = ("moment",)

    def __init__(self, *args: Any, exercise: Exercise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.exercise = exercise

    def clean_moment(self) -> str:
        moment: str = self.cleaned_data["moment"]
        if self.exercise.moments and moment not in self.exercise.moments:
            raise ValidationError(f"The exercise has no moment {moment}. It has: {', '.join(self.exercise.moments)}.")
        return moment

    def clean_upload(self) -> Any:
        upload = self.cleaned_data["upload"]
        if upload is None and self.instance.pk is None:
            raise ValidationError("Choose a photograph.")
        return photo_jpeg(upload) if upload else None

    def save(self, commit: bool = True) -> Photo:
        if self.cleaned_data["upload"]:
            jpeg, (width, height) = self.cleaned_data["upload"]
            self.instance.jpeg, self.instance.width, self.instance.height = jpeg, width, height
            self.instance.digest = hashlib.sha256(jpeg).hexdigest()
        photo: Photo = super().save(commit)
        return photo


class DoseForm(forms.ModelForm):
    dose = ReadableJSON(required=False, initial=dict, widget=area(5, "data"), help_text=DOSE_HELP)

    def clean_dose(self) -> dict[str, Any]:
        dose = self.cleaned_data["dose"] or {}
        validate_placement_dose(dose)
        return PlacementDose.model_validate(dose).data()


class GroupForm(DoseForm):
    class Meta:
        model = Group
        fields = "__all__"  # noqa: DJ007


class PlacementForm(DoseForm):
    """An exercise's place in a protocol, with its suitable phases."""

    phases = PhasesField(
        required=False,
        widget=area(4, "phases"),
        help_text="One phase a line, like “acute: caution” (or indicated, or never). Left out: indicated.",
    )

    class Meta:
        model = Placement
        fields = "__all__"  # noqa: DJ007

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            known = _phases(self.instance.group.protocol)
            rows = self.instance.suitabilities.all()
            self.initial["phases"] = {row.phase: row.level for row in rows if row.phase in known}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        group, exercise = said.get("group"), said.get("exercise")
        if group:
            self._check_phases(group.protocol, said.get("phases", {}))
        owners = {one.practice_id for one in (group and group.protocol, exercise) if one} - {None}
        if len(owners) > 1:
            self.add_error(None, "The exercise and the protocol belong to different practices.")
        return said

    def _check_phases(self, protocol: Protocol, said: dict[str, str]) -> None:
        known = _phases(protocol)
        for phase in said.keys() - set(known):
            self.add_error("phases", f"{protocol} has no phase {phase}. It has: {', '.join(known)}.")

    def save(self, commit: bool = True) -> Placement:
        placement: Placement = super().save(commit)
        if commit:
            self._write_phases(placement)
        return placement

    def _write_phases(self, placement: Placement) -> None:
        said = self.cleaned_data["phases"]
        placement.suitabilities.all().delete()
        PhaseSuitability.objects.bulk_create(
            PhaseSuitability(placement=placement, phase=phase, level=said.get(phase, Suitability.INDICATED))
            for phase in _phases(placement.group.protocol)
        )


def _phases(protocol: Protocol) -> list[str]:
    return [phase["code"] for phase in protocol.rules["phases"]]


class ProtocolForm(ShadowedForm):
    body_regions = forms.MultipleChoiceField(
        choices=BodyRegion.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    rules = ReadableJSON(
        widget=area(40, "data"),
        help_text="Times in seconds, frequencies in days a week and times a day. A mistake is named with its place.",
    )

    class Meta:
        model = Protocol
        fields = "__all__"  # noqa: DJ007

    def clean_rules(self) -> dict[str, Any]:
        rules = self.cleaned_data["rules"]
        validate_rules(rules)
        return ProtocolRules.model_validate(rules).model_dump(mode="json")


class ProtocolTextForm(LanguageForm):
    words = ReadableJSON(
        widget=area(24, "data"),
        help_text="phases: a name and a plain sentence each; groups: a name each; advice; evidence: a text a note.",
    )

    class Meta:
        model = ProtocolText
        fields = "__all__"  # noqa: DJ007

    def clean_words(self) -> dict[str, Any]:
        words = self.cleaned_data["words"]
        if not isinstance(words, dict):
            raise ValidationError("Put the words between { and }.")
        named = {**words, "name": "named in its own field"}
        if wrong := [": ".join(filter(None, fault)) for fault in faults(ProtocolWords, named)]:
            raise ValidationError(wrong)
        return ProtocolWords.model_validate(named).model_dump(mode="json", exclude={"name"})


class ArticleForm(ShadowedForm):
    class Meta:
        model = Article
        fields = "__all__"  # noqa: DJ007


class ArticleTextForm(LanguageForm):
    sections = SectionsField(
        widget=area(20), help_text="A heading is a line that starts with #. An empty line parts paragraphs."
    )

    class Meta:
        model = ArticleText
        fields = "__all__"  # noqa: DJ007

    def clean_sections(self) -> list[dict[str, Any]]:
        sections: list[dict[str, Any]] = self.cleaned_data["sections"]
        if wrong := [
            message for _, message in faults(ArticleWords, {"title": "named in its own field", "sections": sections})
        ]:
            raise ValidationError(wrong)
        return sections
