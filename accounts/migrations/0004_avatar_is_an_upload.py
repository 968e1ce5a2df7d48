"""An avatar is one of one's own uploads. The text that was there before could not be written by anybody."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_signinattempts'),
    ]

    operations = [
        migrations.RemoveField(model_name='person', name='avatar'),
        migrations.AddField(
            model_name='person',
            name='avatar',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='as_avatar', to='accounts.image'),
        ),
    ]
