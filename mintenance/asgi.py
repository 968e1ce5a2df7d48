"""HTTP, and later sockets and streams, for ASGI servers."""

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mintenance.settings")

application = ProtocolTypeRouter({"http": get_asgi_application()})
