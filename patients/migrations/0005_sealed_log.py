import django.utils.timezone
from django.db import migrations, models

from patients.triggers import refuse_deletions, refuse_updates


class Migration(migrations.Migration):

    dependencies = [
        ('patients', '0004_figure_look'),
    ]

    operations = [
        migrations.AddField(
            model_name='accessevent',
            name='on_behalf_of',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='accessevent',
            name='patient_ids',
            field=models.JSONField(help_text='Of a list: the patients whose records it showed.', null=True),
        ),
        migrations.AlterField(
            model_name='accessevent',
            name='outcome',
            field=models.CharField(choices=[('ok', 'Ok'), ('denied', 'Denied'), ('not_found', 'Not Found')], default='ok', max_length=20),
        ),
        migrations.CreateModel(
            name='LogSeal',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('practice_id', models.UUIDField(help_text='Null: of events that belong to no practice.', null=True)),
                ('number', models.PositiveIntegerField(help_text='1, 2, 3 … in each practice.')),
                ('from_id', models.BigIntegerField()),
                ('to_id', models.BigIntegerField()),
                ('count', models.PositiveIntegerField()),
                ('digests', models.JSONField(help_text='The id and the SHA-256 of each row, in order.')),
                ('hash', models.CharField(max_length=64)),
                ('sealed_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['practice_id', 'number'],
                'constraints': [models.UniqueConstraint(fields=('practice_id', 'number'), name='seal_number_once'), models.UniqueConstraint(condition=models.Q(('practice_id', None)), fields=('number',), name='seal_number_once_without_practice')],
            },
        ),
        refuse_deletions('patients_accessevent'),
        refuse_updates('patients_logseal'),
        refuse_deletions('patients_logseal'),
    ]
