"""The database holds what the models declare: Django drops more than it should where a migration changes an index."""

import pytest
from django.apps import apps
from django.db import connection

OURS = [
    model
    for model in apps.get_models()
    if model._meta.app_config.path.startswith(str(apps.get_app_config("core").path.rpartition("/")[0]))
    and ".venv" not in model._meta.app_config.path
]


@pytest.mark.django_db
@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_declared_index_and_constraint_is_there(model: type) -> None:
    declared = {one.name for one in [*model._meta.indexes, *model._meta.constraints]}  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        held = connection.introspection.get_constraints(cursor, model._meta.db_table)  # type: ignore[attr-defined]
    assert declared <= set(held)


def test_there_are_models() -> None:
    assert len(OURS) > 10
