"""Plain HTTP for WSGI servers."""

import gc
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mintenance.settings")
django.setup(set_prefix=False)

from core.door import Door  # noqa: E402 - it needs the settings

application = Door()

# What stands now stays: the collector need not walk through it again and again.
gc.collect()
gc.freeze()
