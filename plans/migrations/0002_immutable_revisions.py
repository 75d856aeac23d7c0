from django.db import migrations

from patients.triggers import refuse_updates


class Migration(migrations.Migration):
    dependencies = [("plans", "0001_initial")]

    operations = [refuse_updates("plans_revision")]
