import uuid

import django.utils.timezone
from django.db import migrations, models

from patients.triggers import keep_until_erasure, refuse_updates

OF_EPISODE = "(SELECT patient_id FROM patients_episode WHERE id = OLD.episode_id)"


class Migration(migrations.Migration):

    dependencies = [
        ('patients', '0007_integrations'),
    ]

    operations = [
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('practice_id', models.UUIDField()),
                ('patient_id', models.UUIDField(unique=True)),
                ('user_id', models.UUIDField()),
                ('reason', models.CharField(choices=[('patients_request', 'Patients Request'), ('retention_over', 'Retention Over'), ('entered_by_mistake', 'Entered By Mistake')], max_length=20)),
                ('kept_until', models.DateField(help_text='The last day of the term that the record would have been kept for.')),
                ('counts', models.JSONField(help_text='How many rows were erased, by kind.')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['-at'],
            },
        ),
        refuse_updates('patients_erasure'),
        keep_until_erasure('patients_erasure', patient='NULL', same='id = NEW.id OR patient_id = NEW.patient_id'),
        keep_until_erasure('patients_phaseassessment', patient=OF_EPISODE, same='id = NEW.id'),
        keep_until_erasure('patients_clearance', patient=OF_EPISODE, same='id = NEW.id'),
    ]
