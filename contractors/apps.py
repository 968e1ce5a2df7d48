"""The app's registration with Django."""

from django.apps import AppConfig


class ContractorsConfig(AppConfig):
    """See the package's docstring."""

    name = "contractors"

    def ready(self) -> None:
        """Pictures of work are seen by whoever sees the work."""
        from django.db.models import Q

        from accounts.attachments import register_attachment
        from contractors.models import PortfolioItem

        register_attachment(
            "contractors.PortfolioImage", seen=lambda viewer: Q(item__in=PortfolioItem.objects.visible_to(viewer))
        )
