"""Plain HTTP for WSGI servers."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mintenance.settings")
django.setup(set_prefix=False)

from core.door import Door  # noqa: E402 - it needs the settings

application = Door()
