"""Managing the catalogue. A practice edits its own copies and additions; global records are the superuser's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.forms import ModelChoiceField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalogue.copying import CannotCopy, copy_article, copy_exercise, copy_protocol
from catalogue.figures.editing import written
from catalogue.filters import GroupFilter, MissingLanguageFilter, OwnerFilter, WithdrawnFilter
from catalogue.forms import (
    ArticleForm,
    ArticleTextForm,
    ExerciseForm,
    ExerciseFormSet,
    ExerciseTextForm,
    GroupForm,
    PhotoForm,
    PlacementForm,
    ProtocolForm,
    ProtocolTextForm,
    area,
    figure_context,
    readable,
)
from catalogue.models import (
    Article,
    ArticleText,
    CatalogueLoad,
    Citation,
    Exercise,
    ExerciseEffect,
    ExerciseEquipment,
    ExercisePrecaution,
    ExerciseText,
    Group,
    Muscle,
    Photo,
    Placement,
    Protocol,
    ProtocolText,
    Term,
)
from catalogue.scoping import Scoped, SuperuserOnly, is_writer, may_change, practice_of, scoped
from catalogue.versions import State, article_state, count_up, exercise_state, protocol_state
from catalogue.vocabulary import Laterality
from patients.admin import DeletedOneByOne
from patients.models import Practice
from patients.text import searchable
from patients.vocabulary import Language

SHORT_TEXTS: Any = {models.TextField: {"widget": area(2)}}


def in_order(groups: QuerySet[Group]) -> QuerySet[Group]:
    """Protocol by protocol, each in the order of a session."""
    return groups.order_by("protocol__code", "protocol_id", "position", "pk")


def named(group: Group) -> str:
    """A group with its protocol, and whose that is."""
    owner = f" ({group.protocol.practice})" if group.protocol.practice else ""
    return f"{group.protocol}: {group}{owner}"


class GroupChoiceField(ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return named(obj)


class CatalogueForms(BaseModelAdmin):
    """What the forms of pages and of inlines have in common."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offers, and accepts, no record of another practice."""
        if db_field.related_model is Practice:
            kwargs["empty_label"] = "Global"
        if db_field.related_model is Exercise:
            kwargs["queryset"] = scoped(Exercise.objects.all(), request.user)
        if db_field.related_model is Group:
            groups = in_order(Group.objects.select_related("protocol__practice"))
            kwargs["queryset"] = scoped(groups, request.user, "protocol__practice")
            kwargs["form_class"] = GroupChoiceField
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Without the icons beside a choice that add, change and delete what is chosen."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            for what in ("add", "change", "delete", "view"):
                setattr(field.widget, f"can_{what}_related", False)
        return field


def shown(name: str, label: str = "") -> Callable[[Any, Any], SafeString]:
    """A field's value for reading: a list of texts as lines, anything else as JSON."""

    @admin.display(description=label or name.replace("_", " "))
    def show(self: Any, obj: Any) -> SafeString:
        value = getattr(obj, name)
        is_lines = isinstance(value, list) and all(isinstance(one, str) for one in value)
        return format_html('<pre class="readable">{}</pre>', "\n".join(value) if is_lines else readable(value))

    return show


class ReadableFields(CatalogueForms):
    """Shows lists and JSON as they read best to those who may look and not change."""

    readable_fields: tuple[str, ...] = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        readonly = [*super().get_readonly_fields(request, obj)]
        return readonly + [f"{name}_shown" for name in self.readable_fields]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or may_change(request.user, obj):
            return list(fieldsets)
        return [(title, {**options, "fields": self._swapped(options["fields"])}) for title, options in fieldsets]

    def _swapped(self, names: Any) -> list[Any]:
        return [f"{name}_shown" if name in self.readable_fields else name for name in names]


class CatalogueInline(Scoped, ReadableFields):
    extra = 0


class TextInline(CatalogueInline, admin.StackedInline):
    """The words of a record, a form for each language. At least one: a record without words can't be handed out."""

    min_num = 1
    formfield_overrides: ClassVar[Any] = SHORT_TEXTS

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, validate_min=True, **kwargs)


class ExerciseTextInline(TextInline):
    model = ExerciseText
    verbose_name = "text"
    form = ExerciseTextForm
    formset = ExerciseFormSet
    fields = (
        "language",
        "name",
        "aliases",
        "purpose",
        "start_position",
        "steps",
        "cautions",
        "easier",
        "harder",
        "avoid_reason",
    )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may not change the words reads them in the preview."""
        return may_change(request.user, obj)


class PhotoInline(CatalogueInline, admin.TabularInline):
    """Photographs stand in for the figures of their moments."""

    model = Photo
    form = PhotoForm
    formset = ExerciseFormSet
    fields = ("moment", "shown", "upload")
    readonly_fields = ("shown",)
    verbose_name = "photograph"
    max_num = 6

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """No more rows are read than moments and their forgotten ones can be: each upload is decoded."""
        return super().get_formset(request, obj, validate_max=True, absolute_max=2 * self.max_num, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Photo]:
        return super().get_queryset(request).defer("jpeg")

    @admin.display(description="now")
    def shown(self, photo: Photo) -> SafeString | str:
        if photo.pk is None:
            return "-"
        address = reverse("admin:catalogue_exercise_photo", args=[photo.exercise_id, photo.moment])
        return format_html('<img class="photo" src="{}" alt="{}">', address, photo.moment)


class RowsInline(CatalogueInline, admin.TabularInline):
    """A row for each."""


class EffectInline(RowsInline):
    model = ExerciseEffect
    verbose_name = "effect"


class EquipmentInline(RowsInline):
    model = ExerciseEquipment
    verbose_name = "thing"
    verbose_name_plural = "equipment"


class PrecautionInline(RowsInline):
    model = ExercisePrecaution
    verbose_name = "precaution"


class PlacementInline(RowsInline):
    """Seen from the exercise: its groups. Seen from a group: its exercises. Never those of another practice."""

    model = Placement
    form = PlacementForm
    readable_fields: tuple[str, ...] = ("dose",)
    dose_shown = shown("dose")

    @admin.display(description="phases")
    def phases(self, placement: Placement) -> SafeString:
        lines = "\n".join(str(row) for row in placement.suitabilities.all())
        return format_html('<pre class="readable">{}</pre>', lines)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Placement]:
        placements = super().get_queryset(request).select_related("group__protocol__practice", "exercise")
        return seen_placements(placements.prefetch_related("suitabilities"), request)


def seen_placements(placements: QuerySet[Placement], request: HttpRequest) -> QuerySet[Placement]:
    """For a practice, those of the exercises and protocols that it sees."""
    return scoped(scoped(placements, request.user, "exercise__practice"), request.user, "group__protocol__practice")


class ExercisePlacementInline(PlacementInline):
    fields = ("group", "position", "phases", "dose")
    readable_fields = ("group", "dose")
    verbose_name = "place in a protocol"
    verbose_name_plural = "places in protocols"

    @admin.display(description="group")
    def group_shown(self, placement: Placement) -> SafeString:
        page = reverse("admin:catalogue_group_change", args=[placement.group_id])
        return format_html('<a href="{}">{}</a>', page, named(placement.group))


class GroupPlacementInline(PlacementInline):
    fields = ("exercise", "position", "phases", "dose")
    autocomplete_fields = ("exercise",)
    verbose_name = "exercise"
    verbose_name_plural = "exercises"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Placement]:
        """Where the practice has its own copy of an exercise, the global one plays no part."""
        placements = super().get_queryset(request)
        if request.user.is_superuser:
            return placements
        return placements.filter(exercise__in=Exercise.objects.visible_to(request.user))


class VersionedAdmin(Scoped, ReadableFields, DeletedOneByOne):
    """Counts the version up where the content changed, and keeps what plans name."""

    kept = "It is still in use, so it is kept."

    class Media:
        css = {"all": ["catalogue/admin.css"]}

    def state(self, record: Any) -> State:
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        form.state_before = self.state(obj) if change else {}
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        after = self.state(form.instance)
        if not change:
            after.pop((type(form.instance), form.instance.pk), None)
        count_up(form.state_before, after)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        before = self.state(obj)
        super().delete_model(request, obj)
        count_up(before, self.state(obj))

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        record = self.get_object(request, unquote(object_id))
        if record is None or not self.has_delete_permission(request, record):
            return super().delete_view(request, object_id, extra_context)
        *_, protected = self.get_deleted_objects([record], request)
        if not protected:
            return super().delete_view(request, object_id, extra_context)
        self.message_user(request, f"{record} was not deleted. {self.kept}", messages.ERROR)
        return redirect(self.page_of(record))

    def page_of(self, record: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[record.pk])


class ShadowedAdmin(VersionedAdmin):
    """A record with a code: global, or a practice's own in its place."""

    change_form_template = "admin/catalogue/shadowed_change_form.html"
    search_fields: ClassVar[Any] = ("code",)
    actions = ("copy_to_practice",)
    readonly_fields: ClassVar[Any] = ("owner", "version", "updated_at")
    ordering = ("code", "practice")

    def copy(self, record: Any, practice: Practice) -> Any:
        raise NotImplementedError

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        records: QuerySet[Any] = scoped(super().get_queryset(request), request.user).select_related("practice")
        own = self.model._default_manager.filter(practice__isnull=False, practice_id=practice_of(request.user))
        return records.annotate(own_id=Subquery(own.filter(code=OuterRef("code")).values("pk")[:1]))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.acting_practice = practice_of(request.user)
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        hidden = {"practice"} if obj else {"owner", "preview", "version", "updated_at"}
        if not request.user.is_superuser:
            hidden.add("practice")
        wanted = [
            (title, {**options, "fields": [name for name in options["fields"] if name not in hidden]})
            for title, options in super().get_fieldsets(request, obj)
        ]
        return [(title, options) for title, options in wanted if options["fields"]]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """A code is for ever: plans and files name it."""
        return [*super().get_readonly_fields(request, obj), *(["code"] if obj else [])]

    @admin.display(description="owner", ordering="practice")
    def owner(self, record: Any) -> str:
        if record.practice:
            return str(record.practice)
        return "Global (you use your own copy)" if getattr(record, "own_id", None) else "Global"

    def has_copy_permission(self, request: HttpRequest) -> bool:
        return is_writer(request.user)

    @admin.action(description="Copy to my practice", permissions=["copy"])
    def copy_to_practice(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for record in queryset:
            self._copy(request, record)

    def _copy(self, request: HttpRequest, record: Any) -> Any:
        """The copy, or None after saying why there is none."""
        user: Any = request.user
        try:
            copy = self.copy(record, user.membership.practice)
        except CannotCopy as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return None
        self.log_addition(request, copy, "Copied from the global record.")
        self.message_user(request, f"{user.membership.practice} now has its own {copy}. Changes to it are yours alone.")
        return copy

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_copy"
        copy = path("<int:pk>/copy/", self.admin_site.admin_view(self.copy_view), name=name)
        return [copy, *super().get_urls()]

    def copy_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.get_object(request, str(pk))
        if record is None:
            raise Http404
        if not self.has_copy_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return redirect(self.page_of(self._copy(request, record) or record))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        record = context.get("original")
        if record is not None and record.practice_id is None and self.has_copy_permission(request):
            context["may_copy"] = record.own_id is None
            context["own_copy"] = record.own_id
        return super().render_change_form(request, context, *args, **kwargs)


@admin.register(Exercise)
class ExerciseAdmin(ShadowedAdmin):
    form = ExerciseForm
    inlines = (
        PhotoInline,
        ExerciseTextInline,
        EffectInline,
        EquipmentInline,
        PrecautionInline,
        ExercisePlacementInline,
    )
    list_display = ("code", "name", "start_position", "side", "groups", "owner", "not_prescribed")
    list_display_links = ("code", "name")
    list_filter = (
        OwnerFilter,
        GroupFilter,
        "effects__effect",
        "start_position",
        "side",
        "avoid",
        WithdrawnFilter,
        MissingLanguageFilter,
    )
    search_help_text = "Code, or words of the name, other names or purpose in any language."
    autocomplete_fields = ("progression_of", "replaced_by")
    readonly_fields: ClassVar[Any] = (*ShadowedAdmin.readonly_fields, "preview")
    readable_fields = ("moments", "step_moments", "figure", "house_facts")
    fieldsets = (
        (None, {"fields": ("code", "practice", "owner", "start_position", "side", "stop_at_pain", "progression_of")}),
        ("How a patient reads it", {"fields": ("preview",)}),
        ("Pictures", {"fields": ("moments", "step_moments", "figure")}),
        (
            "Not to be prescribed",
            {
                "fields": ("avoid", "withdrawn_on", "replaced_by"),
                "description": "Withdraw an exercise instead of deleting it: issued plans go on naming it.",
            },
        ),
        (
            "Where it comes from",
            {
                "fields": ("source", "section", "house_facts", "authors", "licence", "version", "updated_at"),
                "classes": ("collapse",),
            },
        ),
    )
    kept = (
        "A plan, or another exercise, names it. Withdraw it instead: fill in the day under “withdrawn on”, and under "
        "“replaced by” what to prescribe in its place."
    )
    moments_shown = shown("moments")
    step_moments_shown = shown("step_moments", "moment of each step")
    house_facts_shown = shown("house_facts")

    @admin.display(description="figure")
    def figure_shown(self, exercise: Exercise) -> SafeString:
        return render_to_string(
            "catalogue/_figures.html", figure_context(written(exercise.ordered_figure), sided=exercise.is_sided)
        )

    def state(self, record: Exercise) -> State:
        return exercise_state(record)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("figure/", view(self.figure_view), name="catalogue_exercise_figure"),
            path("<int:pk>/photo/<slug:moment>.jpg", view(self.photo_view), name="catalogue_exercise_photo"),
            *super().get_urls(),
        ]

    def figure_view(self, request: HttpRequest) -> HttpResponse:
        """The pictures of a figure that is being written, or what is wrong with it. Nothing is stored."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = figure_context(request.POST.get("figure", ""), sided=request.POST.get("side") == Laterality.EACH_SIDE)
        return render(request, "catalogue/_figures.html", context)

    def photo_view(self, request: HttpRequest, pk: int, moment: str) -> HttpResponse:
        exercise = self.get_object(request, str(pk))
        if exercise is None or not self.has_view_permission(request, exercise):
            raise Http404
        photo = get_object_or_404(Photo, exercise=exercise, moment=moment)
        return HttpResponse(
            bytes(photo.jpeg), content_type="image/jpeg", headers={"Cache-Control": "private, no-cache"}
        )

    def copy(self, record: Exercise, practice: Practice) -> Exercise:
        return copy_exercise(exercise=record, practice=practice)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Exercise]:
        placements = seen_placements(Placement.objects.select_related("group__protocol"), request)
        exercises = super().get_queryset(request)
        if request.resolver_match and request.resolver_match.view_name == "admin:autocomplete":
            return exercises.filter(pk__in=self._choosable(request))
        return exercises.prefetch_related("texts", Prefetch("placements", placements, "seen_placements"))

    def _choosable(self, request: HttpRequest) -> QuerySet[Exercise]:
        """One exercise a code, so that nobody has to tell a copy from its original."""
        return Exercise.objects.of_practice(None if request.user.is_superuser else practice_of(request.user))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        for word in searchable(search_term).split():
            named = ExerciseText.objects.filter(exercise=OuterRef("pk"), search__contains=word)
            queryset = queryset.filter(Q(code__contains=word) | Exists(named))
        return queryset, False

    @admin.display(description="name")
    def name(self, exercise: Exercise) -> str:
        names = {text.language: text.name for text in exercise.texts.all()}
        return names.get("en") or next(iter(names.values()), "")

    @admin.display(description="groups")
    def groups(self, exercise: Any) -> str:
        return ", ".join(dict.fromkeys(f"{one.group} ({one.group.protocol})" for one in exercise.seen_placements))

    @admin.display(description="not prescribed")
    def not_prescribed(self, exercise: Exercise) -> str:
        withdrawn = f"withdrawn {exercise.withdrawn_on}" if exercise.withdrawn_on else ""
        return ", ".join(filter(None, ["avoid" if exercise.avoid else "", withdrawn]))

    @admin.display(description="preview")
    def preview(self, exercise: Exercise) -> SafeString:
        names = dict(Language.choices)
        texts = [(names.get(text.language, text.language), text) for text in exercise.texts.all()]
        return render_to_string("catalogue/_preview.html", {"exercise": exercise, "texts": texts})


class ProtocolTextInline(TextInline):
    model = ProtocolText
    verbose_name = "text"
    form = ProtocolTextForm
    fields = ("language", "name", "words")
    readable_fields = ("words",)
    words_shown = shown("words")


class GroupInline(RowsInline):
    model = Group
    form = GroupForm
    fields = ("code", "role", "position", "dose", "exercises")
    readonly_fields = ("exercises",)
    readable_fields = ("dose",)
    dose_shown = shown("dose")

    @admin.display(description="exercises")
    def exercises(self, group: Group) -> str | SafeString:
        if group.pk is None:
            return "Save the group first."
        page = reverse("admin:catalogue_group_change", args=[group.pk])
        return format_html('<a href="{}">Exercises and doses</a>', page)


@admin.register(Protocol)
class ProtocolAdmin(ShadowedAdmin):
    form = ProtocolForm
    inlines = (GroupInline, ProtocolTextInline)
    list_display = ("code", "name", "owner", "version", "updated_at")
    list_filter = (OwnerFilter,)
    readable_fields = ("body_regions", "rules")
    fieldsets = (
        (None, {"fields": ("code", "practice", "owner", "body_regions", "version", "updated_at")}),
        ("Rules", {"fields": ("rules",)}),
        ("Where it comes from", {"fields": ("source", "section"), "classes": ("collapse",)}),
    )
    kept = "A plan names it, and is checked against it."
    body_regions_shown = shown("body_regions")
    rules_shown = shown("rules")

    def state(self, record: Protocol) -> State:
        return protocol_state(record)

    def copy(self, record: Protocol, practice: Practice) -> Protocol:
        return copy_protocol(protocol=record, practice=practice)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Protocol]:
        return super().get_queryset(request).prefetch_related("texts")

    @admin.display(description="name")
    def name(self, protocol: Protocol) -> str:
        names = {text.language: text.name for text in protocol.texts.all()}
        return names.get("en") or next(iter(names.values()), "")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for warning in word_gaps(Protocol.objects.complete().get(pk=form.instance.pk)):
            self.message_user(request, warning, messages.WARNING)


def word_gaps(protocol: Protocol) -> Iterator[str]:
    """What rules and groups name, and the words of a language don't; and the other way round."""
    expected = {
        "phases": {phase["code"] for phase in protocol.rules["phases"]},
        "groups": {group.code for group in protocol.groups.all()},
        "evidence": {note["code"] for note in protocol.rules["evidence_notes"]},
    }
    for text in protocol.texts.all():
        for part, codes in expected.items():
            named = set(text.words.get(part, {}))
            for code in sorted(codes - named):
                yield f"The words in {text.language} lack {part}: {code}."
            for code in sorted(named - codes):
                yield f"The words in {text.language} have {part}: {code}, which the protocol does not have."


@admin.register(Group)
class GroupAdmin(VersionedAdmin):
    """One group with its exercises. Reached from its protocol, where groups are added."""

    form = GroupForm
    inlines = (GroupPlacementInline,)
    fields = ("protocol", "code", "role", "position", "dose")
    list_display = ("code", "protocol", "owner", "role", "position")
    readonly_fields = ("protocol", "code", "owner")
    readable_fields = ("dose",)
    dose_shown = shown("dose")
    kept = "A plan names one of its exercises."

    def state(self, record: Group) -> State:
        return protocol_state(record.protocol)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        groups = super().get_queryset(request).select_related("protocol__practice")
        return scoped(in_order(groups), request.user, "protocol__practice")

    @admin.display(description="owner")
    def owner(self, group: Group) -> str:
        return str(group.protocol.practice or "Global")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ArticleTextInline(TextInline):
    model = ArticleText
    verbose_name = "text"
    form = ArticleTextForm
    fields = ("language", "title", "sections")
    readable_fields = ("sections",)

    @admin.display(description="sections")
    def sections_shown(self, text: ArticleText) -> SafeString:
        return render_to_string("catalogue/_sections.html", {"text": text})


@admin.register(Article)
class ArticleAdmin(ShadowedAdmin):
    form = ArticleForm
    inlines = (ArticleTextInline,)
    list_display = ("code", "title", "owner", "version", "updated_at")
    list_filter = (OwnerFilter,)
    search_fields: ClassVar[Any] = ("code", "texts__title")
    fields = ("code", "practice", "owner", "source", "section", "version", "updated_at")

    def state(self, record: Article) -> State:
        return article_state(record)

    def copy(self, record: Article, practice: Practice) -> Article:
        return copy_article(article=record, practice=practice)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        return super().get_queryset(request).prefetch_related("texts")

    @admin.display(description="title")
    def title(self, article: Article) -> str:
        titles = {text.language: text.title for text in article.texts.all()}
        return titles.get("en") or next(iter(titles.values()), "")


class PlainAdmin(SuperuserOnly, admin.ModelAdmin):
    """A record of one row, the same for every practice. What it is named by is for ever."""

    named_by: tuple[str, ...] = ("code",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.named_by if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.version += 1 if change and form.has_changed() else 0
        super().save_model(request, obj, form, change)


@admin.register(Citation)
class CitationAdmin(PlainAdmin):
    list_display = ("code", "title", "kind", "language", "authors", "year", "doi")
    list_filter = ("kind", "language")
    search_fields = ("code", "title", "authors", "doi")


@admin.register(Muscle)
class MuscleAdmin(PlainAdmin):
    list_display = ("code", "trunk", "region")
    list_filter = ("trunk", "region")
    search_fields = ("code",)


@admin.register(Term)
class TermAdmin(PlainAdmin):
    named_by = ("kind", "code", "language")
    list_display = ("code", "kind", "language", "name")
    list_filter = ("kind", "language")
    search_fields = ("code", "name")


@admin.register(CatalogueLoad)
class CatalogueLoadAdmin(SuperuserOnly, admin.ModelAdmin):
    """When the source files were loaded. Written by `loadcatalogue` alone."""

    list_display = ("loaded_at", "digest")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
