"""What staff may do, as groups of rights: made by a migration, given to people in the admin by superusers.

Support looks at everything and changes nothing. Moderators look, decide on reports and documents, and shut people out.
Administrators may do all that the admin offers; who is staff, and in which group, stays for superusers to say.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.management import create_permissions

OURS = ("core", "events", "accounts", "contractors", "jobs", "bids", "messaging", "notifications", "mintenance")
SUPPORT, MODERATOR, ADMINISTRATOR = "support", "moderator", "administrator"
MODERATES = ("accounts.change_report", "accounts.suspend_person", "contractors.change_document")


def make_roles(registry: Any, apps: Iterable[str] = OURS) -> None:
    """Make the groups, and give each its rights on what these apps hold. A later migration calls this for a new app."""
    labels = tuple(apps)
    for label in labels:
        _make_permissions(registry, label)
    permission = registry.get_model("auth", "Permission").objects.filter(content_type__app_label__in=labels)
    looks = permission.filter(codename__startswith="view_")
    moderates = [
        one
        for one in permission.select_related("content_type")
        if f"{one.content_type.app_label}.{one.codename}" in MODERATES
    ]
    groups = registry.get_model("auth", "Group").objects
    for name, rights in ((SUPPORT, looks), (MODERATOR, [*looks, *moderates]), (ADMINISTRATOR, permission)):
        group, _ = groups.get_or_create(name=name)
        group.permissions.add(*rights)


def _make_permissions(registry: Any, label: str) -> None:
    """Django makes them after all migrations, which is too late here."""
    config = registry.get_app_config(label)
    if getattr(config, "models_module", None) is None:
        config.models_module = True  # what a migration has instead of an app says nothing of it
    create_permissions(config, apps=registry, verbosity=0)
