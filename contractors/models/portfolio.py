"""Work that a contractor shows."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from contractors.models.profiles import Contractor
from contractors.querysets import PortfolioQuerySet
from core.ids import uuid7


class PortfolioItem(models.Model):
    """One piece of work, with pictures of it. Whoever sees the contractor sees it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    contractor = models.ForeignKey(Contractor, on_delete=models.CASCADE, related_name="portfolio", db_index=False)
    title = models.CharField(max_length=100)
    description = models.CharField(max_length=2000, blank=True)
    completed_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = PortfolioQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(title=""), name="portfolio_has_a_title")]
        indexes = [models.Index(fields=["contractor", "-created_at", "-id"], name="portfolio_of_contractor")]

    def __str__(self) -> str:
        return self.title


class PortfolioImage(models.Model):
    """A picture of a piece of work, in its place among them."""

    item = models.ForeignKey(PortfolioItem, on_delete=models.CASCADE, related_name="pictures", db_index=False)
    image = models.ForeignKey("accounts.Image", on_delete=models.PROTECT, related_name="in_portfolios")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["item", "image"], name="portfolio_image_once"),
            models.CheckConstraint(condition=Q(position__lt=10), name="portfolio_images_at_most_ten"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} #{self.position}"
