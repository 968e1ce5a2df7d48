"""The wiring's registration with Django, for its commands, and the admin's."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class MintenanceConfig(AppConfig):
    """See the package's docstring."""

    name = "mintenance"


class StaffAdminConfig(AdminConfig):
    """Django's admin, with our site."""

    default_site = "mintenance.staff.site.StaffSite"
