"""Practices, accounts and memberships. Patients and their episodes are not here: those go through the access log.

The superuser manages all; an owner the own practice and its members. Django's model permissions play no part.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from patients import members
from patients.access import Action, record_access
from patients.accounts import has_second_factor
from patients.integrations import revoke_integration
from patients.invitations import mail_invitation
from patients.models import AccessEvent, Integration, Invitation, Membership, Practice, Role, User
from patients.uploads import logo_png

admin.site.unregister([Group, EmailAddress, Authenticator])
admin.site.site_header = "Home exercise programmes"
admin.site.site_title = "Home exercise programmes"
admin.site.index_title = "Catalogue and practice"
admin.site.enable_nav_sidebar = False  # The lists need the room.


def owned_practice(user: Any) -> Any:
    """The id of the practice that a user acts for as its owner, or None."""
    membership = getattr(user, "membership", None)
    if membership is None or membership.role != Role.OWNER:
        return None
    return membership.practice_id if user.is_active and user.is_staff else None


class DeletedOneByOne(admin.ModelAdmin):
    """What goes with a row is deleted as its page does it: not in a list, past `delete_model`."""

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


class OwnerAdmin(admin.ModelAdmin):
    """For the superuser everything; for an owner what is of the own practice; for others nothing."""

    practice = "practice_id"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        if request.user.is_superuser:
            return rows
        owned = owned_practice(request.user)
        return rows.filter(**{self.practice: owned}) if owned else rows.none()

    def is_theirs(self, request: HttpRequest, obj: Any) -> bool:
        if request.user.is_superuser:
            return True
        owned = owned_practice(request.user)
        return owned is not None and (obj is None or getattr(obj, self.practice) == owned)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.is_theirs(request, None)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_theirs(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.is_theirs(request, None)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_theirs(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_theirs(request, obj)


class PracticeForm(forms.ModelForm):
    new_logo = forms.FileField(
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text="PNG, JPEG or WebP; at most 2 MB, and 4000 pixels wide and high. Shrunk to fit 800 by 240.",
    )
    remove_logo = forms.BooleanField(required=False)

    class Meta:
        model = Practice
        fields = ("name", "telephone", "country", "language", "demand_mfa")

    def clean_new_logo(self) -> bytes | None:
        upload = self.cleaned_data["new_logo"]
        return logo_png(upload) if upload else None

    def save(self, commit: bool = True) -> Practice:
        if self.cleaned_data["remove_logo"]:
            self.instance.logo_png = b""
        if self.cleaned_data["new_logo"]:
            self.instance.logo_png = self.cleaned_data["new_logo"]
        practice: Practice = super().save(commit)
        return practice


@admin.register(Practice)
class PracticeAdmin(DeletedOneByOne, OwnerAdmin):
    practice = "pk"
    form = PracticeForm
    fields = (
        "name",
        "telephone",
        "country",
        "language",
        ("figure_tone", "figure_hair"),
        "logo",
        "new_logo",
        "remove_logo",
        "demand_mfa",
    )
    readonly_fields = ("logo",)
    list_display = ("name", "telephone", "country", "language")
    list_filter = ("country", "language")
    search_fields = ("name",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def save_model(self, request: HttpRequest, obj: Practice, form: Any, change: bool) -> None:
        if not change:
            super().save_model(request, obj, form, change)
            return
        named = {"logo_png" if name in {"new_logo", "remove_logo"} else name for name in form.changed_data}
        members.change_practice(user=request.user, practice=obj, **{name: getattr(obj, name) for name in named})

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What a practice has goes with it, also what is never deleted by itself."""
        shown, counts, _, protected = super().get_deleted_objects(objs, request)
        return shown, counts, set(), protected

    def delete_model(self, request: HttpRequest, obj: Practice) -> None:
        members.delete_practice(user=request.user, practice=obj)

    @admin.display(description="logo")
    def logo(self, practice: Practice) -> str | SafeString:
        if not practice.logo_png:
            return "None yet."
        return format_html('<img src="{}" alt="Logo">', reverse("admin:patients_practice_logo", args=[practice.pk]))

    def get_urls(self) -> list[URLPattern]:
        logo = path("<uuid:pk>/logo.png", self.admin_site.admin_view(self.logo_view), name="patients_practice_logo")
        return [logo, *super().get_urls()]

    def logo_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        practice: Any = self.get_queryset(request).filter(pk=pk).first()
        if practice is None or not practice.logo_png:
            raise Http404
        return HttpResponse(bytes(practice.logo_png), content_type="image/png")


class OneAccountAnAddress(forms.ModelForm):
    """People sign in with any case, so two addresses must differ by more than that."""

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError("There is an account with this e-mail address already.")
        return email


class NewAccountForm(OneAccountAnAddress, AdminUserCreationForm):
    """A new account; its password is stored hashed, or it is given none yet."""

    class Meta:
        model = User
        fields = ("email", "name", "is_staff")


class AccountForm(OneAccountAnAddress, UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"  # noqa: DJ007 - the admin names its fields.


class MembershipInline(admin.TabularInline):
    """To look at: memberships have a page of their own, where a practice keeps its last owner."""

    model = Membership
    extra = 0
    fields = readonly_fields = ("practice", "role", "created_at")
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(DeletedOneByOne, BaseUserAdmin):
    """Accounts. The superuser's alone: an account reaches beyond one practice."""

    form = AccountForm
    add_form = NewAccountForm
    inlines = (MembershipInline,)
    list_display: Any = ("email", "name", "practices", "is_active", "is_staff", "is_superuser", "last_login")
    list_filter: ClassVar[Any] = ("is_active", "is_staff", "is_superuser", "memberships__role")
    search_fields = ("email", "name")
    ordering: ClassVar[Any] = ("email",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "created_at")
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("email", "name", "password")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser")}),
        ("Dates", {"fields": ("last_login", "created_at")}),
    )
    add_fieldsets: Any = (
        (None, {"fields": ("email", "name", "is_staff", "usable_password", "password1", "password2")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("memberships__practice")

    def log_change(self, request: HttpRequest, obj: User, message: Any) -> Any:
        """Of what the page of an account changes, and that of its password, each practice's log knows too."""
        members.note_change_of_account(user=request.user, account=obj)
        return super().log_change(request, obj, message)

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        for membership in obj.memberships.all():
            members.end_membership(user=request.user, membership=membership, even_the_last_owner=True)
        super().delete_model(request, obj)

    @admin.display(description="practices")
    def practices(self, user: User) -> str:
        return ", ".join(f"{one.practice} ({one.role})" for one in user.memberships.all())

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser


class NewMembershipForm(forms.ModelForm):
    """The superuser names an account by e-mail; owners invite, and who is asked decides."""

    email = forms.EmailField(help_text="Of an account that exists already.")

    class Meta:
        model = Membership
        fields = ("practice", "role")

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise ValidationError(
                "There is no account with this e-mail address. Make one first, or let an owner invite."
            )
        self.instance.user = user
        return email

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if Membership.objects.filter(practice=said.get("practice"), user_id=self.instance.user_id).exists():
            self.add_error("email", "This person is a member already.")
        return said


class MembershipForm(forms.ModelForm):
    class Meta:
        model = Membership
        fields = ("role",)

    def clean_role(self) -> str:
        role: str = self.cleaned_data["role"]
        if role != Role.OWNER and members.is_last_owner(self.instance):
            raise ValidationError("A practice keeps at least one owner: make somebody else an owner first.")
        return role


@admin.register(Membership)
class MembershipAdmin(DeletedOneByOne, OwnerAdmin):
    """Who belongs to a practice. Owners change roles and remove members; they invite new ones."""

    list_display = ("user", "email", "role", "practice", "created_at")
    list_select_related = ("user", "practice")
    list_filter = ("role",)
    search_fields = ("user__name", "user__email", "practice__name")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return ["user", "practice", "role"] if obj else ["email", "practice", "role"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return ["user", "practice"] if obj else []

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(
            request, obj, change=change, form=MembershipForm if obj else NewMembershipForm, **kwargs
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    @admin.display(description="e-mail", ordering="user__email")
    def email(self, membership: Membership) -> str:
        return membership.user.email

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An owner can't leave the practice without one."""
        is_kept = obj is not None and not request.user.is_superuser and members.is_last_owner(obj)
        return super().has_delete_permission(request, obj) and not is_kept

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        if not change:
            added = members.add_member(user=request.user, member=obj.user, practice=obj.practice, role=obj.role)
            obj.pk = added.pk
            return
        try:
            members.change_role(user=request.user, membership=obj, role=obj.role)
        except members.LastOwner as error:  # somebody else was faster than the form
            raise PermissionDenied from error
        except Membership.DoesNotExist as error:
            raise Http404 from error

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        try:
            members.end_membership(user=request.user, membership=obj, even_the_last_owner=request.user.is_superuser)
        except members.LastOwner as error:
            raise PermissionDenied from error
        except Membership.DoesNotExist as error:
            raise Http404 from error


class InvitationForm(forms.ModelForm):
    by = forms.ChoiceField(
        label="how",
        choices=[("email", "by mail"), ("link", "by a link")],
        widget=forms.RadioSelect,
        initial="email",
        help_text="The link is shown once, for you to hand over. Who has no account yet makes one from a mail only.",
    )

    class Meta:
        model = Invitation
        fields = ("email", "role")
        labels = {"email": "e-mail address"}


@admin.register(Invitation)
class InvitationAdmin(OwnerAdmin):
    """Whom an owner asks to become a member."""

    form = InvitationForm
    fields: ClassVar[Any] = ("email", "role", "by")
    list_display = ("email", "role", "practice", "invited_by", "created_at", "expires_at", "state")
    list_select_related = ("practice", "invited_by")
    search_fields = ("email",)
    actions = ("revoke",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return owned_practice(request.user) is not None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.list_display if obj else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.list_display if obj else ()

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        owner: Any = request.user  # who may add one
        is_mailed = form.cleaned_data["by"] == "email"
        made, secret = members.invite(user=owner, email=obj.email, role=obj.role, is_mailed=is_mailed)
        obj.pk, obj.practice = made.pk, made.practice
        link = request.build_absolute_uri(reverse("invitation", args=[secret]))
        if is_mailed:
            transaction.on_commit(lambda: self._mail(request, made, link))  # nobody has to wait for a mail to write
        else:
            messages.info(request, f"Hand over this link, it is shown this once: {link}")

    def _mail(self, request: HttpRequest, invitation: Invitation, link: str) -> None:
        try:
            mail_invitation(invitation, link)
        except OSError:
            members.revoke_invitation(user=request.user, invitation=invitation)
            messages.error(request, "The mail could not be sent. Nobody was invited.")
        else:
            messages.success(request, f"The invitation was mailed to {invitation.email}.")

    def response_add(self, request: HttpRequest, obj: Invitation, post_url_continue: str | None = None) -> HttpResponse:
        """What became of it is said where it is known."""
        return redirect("admin:patients_invitation_changelist")

    @admin.action(description="Revoke selected invitations", permissions=["view"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[Invitation]) -> None:
        for invitation in chosen:
            members.revoke_invitation(user=request.user, invitation=invitation)


@admin.register(Authenticator)
class SecondFactorAdmin(DeletedOneByOne):
    """Of who lost telephone and recovery codes the superuser deletes the second factor. Nobody sees its secret."""

    list_display = fields = ("user", "type", "created_at", "last_used_at")
    search_fields = ("user__name", "user__email")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Authenticator) -> None:
        """With the last factor the recovery codes go, as when the person removes it."""
        super().delete_model(request, obj)
        members.note_change_of_account(user=request.user, account=obj.user)
        if not has_second_factor(obj.user):
            Authenticator.objects.filter(user=obj.user).delete()


class LookOnlyAdmin(OwnerAdmin):
    """Rows to look at: nobody adds, changes or deletes one here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Integration)
class IntegrationAdmin(LookOnlyAdmin):
    """Other systems that act for a practice: to look at and to revoke. Secrets are made over the API."""

    list_display = ("name", "practice", "scopes", "prefix", "expires_at", "last_used_at", "revoked_at")
    list_select_related = ("practice",)
    search_fields = ("name", "key")
    fields = (
        *("name", "practice", "scopes", "responsible", "prefix"),
        *("created_by", "created_at", "expires_at", "last_used_at", "revoked_at"),
    )
    readonly_fields = ("prefix", "created_at")
    actions = ("revoke",)

    @admin.display(description="secret begins with", ordering="key")
    def prefix(self, integration: Integration) -> str:
        return integration.prefix

    @admin.action(description="Revoke selected integrations", permissions=["view"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[Integration]) -> None:
        for integration in chosen:
            revoke_integration(user=request.user, integration=integration)


@admin.register(AccessEvent)
class AccessEventAdmin(LookOnlyAdmin):
    """Who looked. For reading only, here as in the database; and who reads it here stands in it."""

    list_display = ("at", "user_name", "role", "action", "object_type", "objects", "outcome", "client", "address")
    list_filter = ("action", "at")
    search_fields = ("patient_id", "user_id", "request_id")
    search_help_text = "The id of a patient, a user or a request, in full."
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[AccessEvent]:
        people, integrations = (
            Subquery(model.objects.filter(pk=OuterRef("user_id")).values("name")[:1]) for model in (User, Integration)
        )
        return super().get_queryset(request).annotate(user_name=Coalesce(people, integrations))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        answer = super().changelist_view(request, extra_context)
        shown = getattr(answer, "context_data", {}).get("cl")
        if shown is not None:
            record_log_read(request.user, shown.result_list)
        return answer

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = super().change_view(request, object_id, *args, **kwargs)
        shown = getattr(answer, "context_data", {}).get("original")
        if shown is not None:
            record_log_read(request.user, [shown])
        return answer

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """By whole ids, which the log is indexed for."""
        if not search_term:
            return queryset, False
        try:
            one = uuid.UUID(search_term)
        except ValueError:
            return queryset.filter(request_id=search_term), False
        return queryset.filter(Q(patient_id=one) | Q(user_id=one) | Q(request_id=search_term)), False

    @admin.display(description="user")
    def user_name(self, event: Any) -> str:
        return str(event.user_name or event.user_id or "")

    @admin.display(description="objects")
    def objects(self, event: AccessEvent) -> str:
        return f"{len(event.object_ids)} records" if len(event.object_ids) > 1 else "".join(event.object_ids)


def record_log_read(user: Any, events: Iterable[AccessEvent]) -> None:
    """These events were shown: they tell of their patients who looked at them. Each practice's in its own log."""
    by_practice: dict[Any, list[AccessEvent]] = defaultdict(list)
    for event in events:
        by_practice[event.practice_id].append(event)
    for practice_id, shown in by_practice.items():
        patients = {pk for one in shown for pk in (one.patient_id, *(one.patient_ids or ())) if pk}
        ids = [str(one.pk) for one in shown]
        record_access(user, Action.READ, "access_log", ids, patient_ids=patients, practice_id=practice_id)
