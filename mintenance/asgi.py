"""HTTP, streams and sockets, for ASGI servers."""

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mintenance.settings")

http = get_asgi_application()

from mintenance.routing import sockets  # noqa: E402 - models can be imported once Django is set up

application = ProtocolTypeRouter({"http": http, "websocket": sockets})
