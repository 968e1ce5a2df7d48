"""How pages write what a representation holds: times, money, names of states."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils.dateparse import parse_datetime

register = template.Library()

HVAC = "hvac"


@register.filter
def moment(text: str | None) -> datetime | None:
    """The time that JSON writes as text, for Django's own filters."""
    return parse_datetime(text) if text else None


@register.filter
def money(amount: Any) -> str:
    """An amount with its thousands, and with decimals only where there are any."""
    value = Decimal(str(amount))
    return f"£{value:,.0f}" if value == value.to_integral_value() else f"£{value:,.2f}"


@register.filter
def words(name: str | None) -> str:
    """`in_progress` as people write it."""
    if name == HVAC:
        return "Heating & air"
    return (name or "").replace("_", " ").replace(".", " ").capitalize()


@register.filter
def stars(rating: Any) -> str:
    """A rating as full and empty stars."""
    full = round(float(rating))
    return "★" * full + "☆" * (5 - full)


@register.filter
def share(part: Any, whole: Any) -> int:
    """The part in per cent of the whole; of nothing it is none."""
    return round(100 * float(part) / float(whole)) if whole and float(whole) else 0


@register.filter
def initials(name: str) -> str:
    """Of the first and the last word."""
    parts = name.split()
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper()


@register.filter
def kept(values: Any, name: str) -> Any:
    """The member of a mapping that a variable names."""
    return values.get(name)


BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"))


@register.filter
def device(user_agent: str) -> str:
    """A browser and what it runs on, as far as it says; a program by the name that it gives itself."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in (*SYSTEMS, ("Linux", "Linux")) if mark in user_agent), "")
    if browser:
        return f"{browser} on {system}" if system else browser
    return user_agent.partition("/")[0][:40] or "A program"
