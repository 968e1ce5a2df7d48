"""The forms of what a contractor says and shows of their business."""

from collections.abc import Mapping
from typing import Any

from django import forms

from accounts.forms import InputForm, PictureField
from contractors.models import Document
from contractors.serializers import DocumentInput, PortfolioItemInput, ProfileInput


class ProfileForm(InputForm):
    """What a contractor says about their business."""

    input = ProfileInput
    business_name = forms.CharField(label="Business name", min_length=2, max_length=100)
    bio = forms.CharField(label="About you", required=False, max_length=2000, widget=forms.Textarea({"rows": 5}))
    skills = forms.CharField(label="Skills", required=False, help_text="Up to 20, with commas between.")
    lat = forms.DecimalField(
        label="Latitude", required=False, min_value=-90, max_value=90, widget=forms.NumberInput({"step": "any"})
    )
    lng = forms.DecimalField(
        label="Longitude", required=False, min_value=-180, max_value=180, widget=forms.NumberInput({"step": "any"})
    )
    service_radius_km = forms.IntegerField(label="How far you travel, in km", required=False, min_value=1)
    max_concurrent_jobs = forms.IntegerField(label="Jobs at the same time", min_value=1, max_value=100)

    def document(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Skills are a list to REST, the place is one object, and what is left empty is taken away."""
        rest = {name: value for name, value in cleaned.items() if name not in ("lat", "lng", "skills")}
        given = cleaned["lat"] is not None or cleaned["lng"] is not None
        place = {name: cleaned[name] for name in ("lat", "lng") if cleaned[name] is not None} if given else None
        skills = [skill.strip() for skill in cleaned["skills"].split(",") if skill.strip()]
        emptied = {"bio": "", "serviceRadiusKm": None}
        return emptied | super().document(rest) | {"skills": skills, "location": place}


class PortfolioItemForm(InputForm):
    """A piece of work that has been done."""

    input = PortfolioItemInput
    title = forms.CharField(label="What was it?", min_length=2, max_length=100)
    description = forms.CharField(
        label="Tell about it", required=False, max_length=2000, widget=forms.Textarea({"rows": 4})
    )
    completed_on = forms.DateField(
        label="Done on", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    pictures = PictureField(label="Pictures", required=False, help_text="Up to 10 JPEG, PNG or WebP files of 10 MB.")

    def document(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """What is left empty is taken away."""
        return {"description": "", "completedOn": None} | super().document(cleaned)


class DocumentForm(InputForm):
    """A paper for staff to look at."""

    input = DocumentInput
    kind = forms.ChoiceField(label="What is it?", choices=[(kind, kind.capitalize()) for kind in Document.Kind.values])
    file = forms.FileField(
        label="File",
        help_text="A PDF, or a JPEG, PNG or WebP picture, of up to 10 MB. Staff alone will see it.",
        widget=forms.FileInput({"accept": "application/pdf,image/jpeg,image/png,image/webp"}),
    )
    expires_on = forms.DateField(label="Good until", required=False, widget=forms.DateInput({"type": "date"}))
