"""What several rows of a record change together."""

from __future__ import annotations

import pytest

from patients import services
from patients.models import Episode, Patient
from tests.factories import make_episode, make_patient, make_practice, make_user

pytestmark = pytest.mark.django_db


def test_a_change_of_an_episode_leaves_what_others_changed_since_it_was_read():
    practice = make_practice()
    user, episode = make_user(practice), make_episode(make_patient(practice))
    early, late = (Episode.objects.get(pk=episode.pk) for _ in range(2))

    services.update_episode(user=user, episode=late, precautions=["no lifting"])
    services.update_episode(user=user, episode=early, complaint="Back pain (made up)")

    stored = Episode.objects.get(pk=episode.pk)
    assert (stored.precautions, stored.complaint) == (["no lifting"], "Back pain (made up)")


def test_a_change_of_a_patient_leaves_what_others_changed_since_it_was_read():
    practice = make_practice()
    user, patient = make_user(practice), make_patient(practice)
    early, late = (Patient.objects.get(pk=patient.pk) for _ in range(2))

    services.update_patient(user=user, patient=late, family_name="Placeholder")
    services.update_patient(user=user, patient=early, given_name="Fictio")

    assert Patient.objects.get(pk=patient.pk).name == "Fictio Placeholder"
