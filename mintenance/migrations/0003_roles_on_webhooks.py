"""What the groups may do with webhooks."""

from django.db import migrations

from mintenance.roles import make_roles


class Migration(migrations.Migration):
    dependencies = [("mintenance", "0002_staff_roles"), ("webhooks", "0001_initial")]

    operations = [migrations.RunPython(lambda apps, editor: make_roles(apps, ["webhooks"]), migrations.RunPython.noop)]
