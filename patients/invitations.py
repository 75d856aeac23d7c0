"""An invitation as the invited person reads it: the mail, and the page that accepts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from patients import members
from patients.models import Invitation, User
from patients.text import forbidden_in

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "subject": "Invitation to {practice}",
        "mail": (
            "{inviter} invites you to become a member of {practice}.\n\nAccept here, within 7 days:\n{link}\n\n"
            "If you don't know what this is about, do nothing."
        ),
        "title": "Join {practice}",
        "invited": "{inviter} invites you ({email}) to become a member of {practice}.",
        "join_as": "You are signed in as {account}. This account becomes a member.",
        "join": "Join",
        "member": "You are a member of {practice} already.",
        "known": "There is an account with this address. Sign in, and come back here to join.",
        "handed": "Have an account? Sign in, and come back here to join. Have none yet? We mail you a link to make one.",
        "send": "Mail me a link",
        "sent": "A link was mailed to {email}. Make your account with it, within 7 days.",
        "failed": "The mail could not be sent. Try again later.",
        "new": "Make an account to join. Have an account with another address? Sign in first.",
        "sign_in": "Sign in",
        "make": "Make the account and join",
        "name": "Your name, as patients know you",
        "password": "Password, of at least 12 characters",
        "again": "The same password again",
        "differs": "The two passwords are not the same.",
    },
    "nl": {
        "subject": "Uitnodiging van {practice}",
        "mail": (
            "{inviter} nodigt u uit om lid te worden van {practice}.\n\nNeem de uitnodiging hier aan, binnen 7 dagen:\n"
            "{link}\n\nWeet u niet waar dit over gaat? Dan hoeft u niets te doen."
        ),
        "title": "Lid worden van {practice}",
        "invited": "{inviter} nodigt u ({email}) uit om lid te worden van {practice}.",
        "join_as": "U bent aangemeld als {account}. Dit account wordt lid.",
        "join": "Lid worden",
        "member": "U bent al lid van {practice}.",
        "known": "Er is al een account met dit adres. Meld u aan, en kom hier terug om lid te worden.",
        "handed": (
            "Hebt u een account? Meld u aan, en kom hier terug om lid te worden. "
            "Hebt u er nog geen? Dan mailen wij u een link om er een te maken."
        ),
        "send": "Mail mij een link",
        "sent": "Er is een link gemaild naar {email}. Maak daarmee uw account, binnen 7 dagen.",
        "failed": "De mail kon niet worden verstuurd. Probeer het later opnieuw.",
        "new": "Maak een account om lid te worden. Hebt u een account met een ander adres? Meld u dan eerst aan.",
        "sign_in": "Aanmelden",
        "make": "Account maken en lid worden",
        "name": "Uw naam, zoals patiënten u kennen",
        "password": "Wachtwoord, van minstens 12 tekens",
        "again": "Nog een keer hetzelfde wachtwoord",
        "differs": "De twee wachtwoorden zijn niet hetzelfde.",
    },
}


def words_for(language: str | None, invitation: Invitation, **values: str) -> dict[str, str]:
    """Every text with its values, in this language or else in English."""
    values |= {
        "practice": invitation.practice.name,
        "inviter": str(invitation.invited_by),
        "email": invitation.email,
    }
    texts = WORDS.get((language or "")[:2], WORDS["en"])
    return {name: text.format_map(_Given(values)) for name, text in texts.items()}


class _Given(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return ""


def mail_invitation(invitation: Invitation, link: str) -> None:
    """Raises OSError where the mail can't be sent."""
    words = words_for(invitation.practice.language, invitation, link=link)
    send_mail(" ".join(words["subject"].split()), words["mail"], None, [invitation.email])


class NewAccountForm(forms.Form):
    """Name and password of a new account; the address is the invited one."""

    name = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        strip=False, max_length=1000, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    again = forms.CharField(
        strip=False, max_length=1000, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, invitation: Invitation, words: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitation, self.words = invitation, words
        for name, field in self.fields.items():
            field.label = words[name]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if wrong := forbidden_in(name):
            raise ValidationError(wrong[1], code=wrong[0])
        return name

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        password = said.get("password", "")
        if "again" in said and password != said["again"]:
            self.add_error("again", self.words["differs"])
        try:
            validate_password(password, User(email=self.invitation.email, name=said.get("name", "")))
        except ValidationError as error:
            self.add_error("password", error)
        return said


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_page(request: HttpRequest, secret: str) -> HttpResponse:
    """Accept an invitation, with the account that is signed in or with a new one. The same 404 for all that can't be.

    A link that was handed over makes no account: it can be had mailed to the invited address, once.
    """
    found = Invitation.objects.open().select_related("practice", "invited_by")
    invitation = found.filter(digest=members.digest_of(secret)).first()
    if invitation is None:
        raise Http404
    user = request.user if isinstance(request.user, User) else None
    words = words_for(translation.get_language(), invitation, account=user.email if user else "")
    try:
        if user:
            return _joining(request, invitation, words, user)
        show = _newcomer if invitation.is_mailed else _holder_of_link
        return show(request, invitation, words)
    except members.InvitationGone as error:
        raise Http404 from error


def _joining(request: HttpRequest, invitation: Invitation, words: dict[str, str], user: User) -> HttpResponse:
    if request.method == "POST":
        membership = members.accept_invitation(invitation=invitation, user=user)
        request.session["practice"] = str(membership.practice_id)
        return redirect("home")
    is_member = user.memberships.filter(practice=invitation.practice).exists()
    return render(request, "invitations/accept.html", {"words": words, "may_join": not is_member})


def _holder_of_link(request: HttpRequest, invitation: Invitation, words: dict[str, str]) -> HttpResponse:
    """The same whether there is an account with the address, which whoever holds the link need not know."""
    said, status = {"words": words, "is_handed": True}, 200
    if request.method == "POST":
        secret = members.new_secret()
        try:
            mail_invitation(invitation, request.build_absolute_uri(reverse("invitation", args=[secret])))
        except OSError:
            said, status = said | {"has_failed": True}, 503
        else:
            members.replace_secret(invitation=invitation, mailed=secret)
            said = {"words": words, "is_sent": True}
    return render(request, "invitations/accept.html", said, status=status)


def _newcomer(request: HttpRequest, invitation: Invitation, words: dict[str, str]) -> HttpResponse:
    if User.objects.filter(email__iexact=invitation.email).exists():
        return render(request, "invitations/accept.html", {"words": words, "is_known": True})
    form = NewAccountForm(request.POST or None, invitation=invitation, words=words)
    if form.is_valid():
        said = form.cleaned_data
        members.accept_with_new_account(invitation=invitation, name=said["name"], password=said["password"])
        return redirect("account_login")
    return render(request, "invitations/accept.html", {"words": words, "form": form})
