"""Plain makers of made-up people and plans. What a test is about, it says itself; the rest is literal."""

from __future__ import annotations

import datetime
from typing import Any

from rest_framework.test import APIClient

from patients import services as patient_services
from patients.models import AuthToken, Episode, Membership, Patient, Practice, Role, User

PASSWORD = "a long and made-up password"
LONG_AGO = datetime.date(2024, 1, 8)


def make_practice(name: str = "Practice Example Street") -> Practice:
    return Practice.objects.create(name=name, telephone="+31 20 000 0000", language="nl")


def make_user(practice: Practice | None = None, role: str = Role.CLINICIAN, email: str = "") -> User:
    """A member of the practice, acting for it; without a practice, an account that belongs nowhere."""
    number = User.objects.count() + 1
    user = User.objects.create_user(email or f"{role}-{number}@practice.example", PASSWORD, name="Clara Clinician")
    if practice is not None:
        Membership.objects.create(user=user, practice=practice, role=role)
        user.act_for(practice.pk)
    return user


def token_for(user: User, practice: Practice | None = None) -> APIClient:
    """A client that sends a real token with each request; it acts for the practice, else for the user's own."""
    _, secret = AuthToken.objects.create(user, practice=practice or user.memberships.get().practice)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    return client


def make_client(practice: Practice, role: str = Role.CLINICIAN) -> APIClient:
    """A client of a new member of the practice."""
    return token_for(make_user(practice, role), practice)


def make_patient(practice: Practice, **fields: Any) -> Patient:
    values = {
        "given_name": "Testina",
        "family_name": "Voorbeeld",
        "birth_date": datetime.date(1970, 2, 28),
        "language": "nl",
    }
    return Patient.objects.create(practice=practice, **values | fields)


def make_episode(patient: Patient, *, phase: str | None = "post_acute", cleared: bool = True, **fields: Any) -> Episode:
    """An episode of low back pain, its phase assessed today and its basics cleared, unless told otherwise."""
    values = {"complaint": "Low back pain (made up)", "body_region": "low_back"}
    episode = Episode.objects.create(practice=patient.practice, patient=patient, **values | fields)
    assessor = make_user(patient.practice)
    today = datetime.date.today()
    if phase:
        patient_services.assess_phase(user=assessor, episode=episode, phase=phase, assessed_on=today)
    if cleared:
        patient_services.clear_basics(user=assessor, episode=episode, cleared_on=today)
    return episode
