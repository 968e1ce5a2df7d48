"""The groups that staff are put into."""

from django.db import migrations

from mintenance.roles import make_roles


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_audit_and_decisions"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("bids", "0002_no_index_twice"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("contractors", "0003_portfolio_and_documents"),
        ("core", "0001_doors"),
        ("events", "0002_reactor_positions"),
        ("jobs", "0005_hidden_by_staff"),
        ("messaging", "0001_initial"),
        ("mintenance", "0001_search_words"),
        ("notifications", "0003_stream_tickets"),
    ]

    operations = [migrations.RunPython(lambda apps, editor: make_roles(apps), migrations.RunPython.noop)]
