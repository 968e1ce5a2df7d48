"""The app's registration with Django."""

from django.apps import AppConfig
from django.db.models import Q


class AccountsConfig(AppConfig):
    """See the package's docstring."""

    name = "accounts"

    def ready(self) -> None:
        """Let everybody see people's avatars, and report people."""
        from accounts.attachments import register_attachment
        from accounts.models import Person
        from accounts.reportables import Line, Reportable, register_reportable

        register_attachment("accounts.Person", field="avatar", seen=lambda viewer: Q())
        people = Reportable(
            rows=lambda viewer: Person.objects.filter(erased_at=None),
            author="pk",
            context=lambda person: [Line("Name", person.name), Line("Role", person.role, meant=False)],
        )
        register_reportable("user", people)
