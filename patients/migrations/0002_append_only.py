from django.db import migrations

from patients.triggers import refuse_updates


class Migration(migrations.Migration):
    dependencies = [("patients", "0001_initial")]

    operations = [
        refuse_updates("patients_phaseassessment"),
        refuse_updates("patients_clearance"),
        refuse_updates("patients_accessevent"),
    ]
