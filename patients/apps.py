from django.apps import AppConfig


class PatientsConfig(AppConfig):
    name = "patients"
    verbose_name = "Practices and patients"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from patients.accounts import note_login

        user_logged_in.connect(note_login)
