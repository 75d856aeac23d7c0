from django.apps import AppConfig


class PatientsConfig(AppConfig):
    name = "patients"
    verbose_name = "Practices and patients"

    def ready(self) -> None:
        from allauth.mfa.models import Authenticator
        from django.contrib.auth.signals import user_logged_in
        from django.db.models.signals import post_delete

        import patients.changes  # noqa: F401 - its receiver
        from patients.accounts import end_tokens, note_login

        user_logged_in.connect(note_login)
        post_delete.connect(end_tokens, sender=Authenticator)
