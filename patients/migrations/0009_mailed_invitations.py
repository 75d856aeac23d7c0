from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("patients", "0008_erasure")]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="is_mailed",
            field=models.BooleanField(
                default=False, help_text="The secret was mailed to the address, and told nobody else."
            ),
        ),
    ]
