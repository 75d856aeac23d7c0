from django.db import migrations

from patients.triggers import keep_until_erasure

SAME = "id = NEW.id OR (plan_id = NEW.plan_id AND number = NEW.number)"


class Migration(migrations.Migration):
    dependencies = [("plans", "0006_share_links"), ("patients", "0008_erasure")]

    operations = [keep_until_erasure("plans_revision", patient="OLD.patient_id", same=SAME)]
