"""Where webhooks may be sent: public addresses alone, however they are written.

A URL is looked at when an endpoint is made or changed, and again at each delivery, where the addresses that its name
resolves to are checked, and once more the address that the connection is made to: a name may be given another address
between the two.
"""

import re
import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLong
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from webhooks.exceptions import UrlNotAllowed

_TEXT = re.compile(r"[!-\[\]-~]+")  # printable ASCII without blanks and backslashes, which readers disagree about
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_DNS_SECONDS = 3.0
_LOOKUPS = ThreadPoolExecutor(8, thread_name_prefix="webhook-dns")

# Beyond what `is_global` refuses (IANA's special-purpose registries, RFC 6890).
_NEVER = [
    ip_network(text)
    for text in (
        "192.0.0.0/24",  # protocol assignments, some of which are global
        "192.31.196.0/24", "192.52.193.0/24", "192.175.48.0/24",  # AS112 and AMT: whoever is nearest
        "192.88.99.0/24",  # relays of 6to4
        "168.63.129.16/32",  # metadata of a large cloud, at an address that looks public
        "2001::/23",  # Teredo and other assignments
        "2001:db8::/32", "3fff::/20",  # documentation
        "2002::/16",  # 6to4: an IPv4 address within
        "2620:4f:8000::/48",  # AS112
    )
]  # fmt: skip
_GLOBAL_IPV6 = ip_network("2000::/3")  # mapped, translated (NAT64), local and multicast addresses are outside


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether it belongs to somebody on the public internet."""
    if isinstance(address, IPv6Address) and address not in _GLOBAL_IPV6:
        return False
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    return not any(address in network for network in _NEVER)


def why_not(address: str, port: int, *, plain: bool) -> str | None:
    """Why no connection may be made to this address and port; None where it may. `plain`: by http."""
    found = ip_address(address.partition("%")[0])
    if any(found in network for network in settings.WEBHOOK_ALLOW_NETS):
        return None
    if not is_public(found):
        return "It points to an address that is not public."
    return _why_not_by(port, plain=plain)


def _why_not_by(port: int, *, plain: bool) -> str | None:
    if plain and not settings.DEBUG:
        return "Only https is allowed."
    if port not in (80, 443) and not 8000 <= port <= 9999:
        return "Only the ports 80, 443 and 8000 to 9999 are allowed."
    return None


def parts_of(url: str) -> SplitResult:
    """The URL taken apart. Raises UrlNotAllowed where it is not written plainly, or its host is an odd address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UrlNotAllowed("This is not a URL.") from None
    if not _TEXT.fullmatch(url) or parts.scheme not in ("https", "http") or not parts.hostname:
        raise UrlNotAllowed("Write it like https://example.com/hook, in ASCII.")
    if "@" in parts.netloc:
        raise UrlNotAllowed("It must hold no credentials.")
    if parts.fragment or "#" in url:
        raise UrlNotAllowed("It must have no fragment.")
    if port == 0 or parts.netloc.endswith(":"):
        raise UrlNotAllowed("The port makes no sense.")
    _check_spelling(parts)
    return parts


def _check_spelling(parts: SplitResult) -> None:
    host = parts.hostname or ""
    if _address_in(parts) is not None:
        return
    name = host.removesuffix(".")
    if len(name) > 253 or not _NAME.fullmatch(name):
        raise UrlNotAllowed("The host is not a name or an address in its usual form.")
    if _NUMBER.fullmatch(name.rpartition(".")[2]):  # some resolvers take 127.1, 0x7f000001 or 2130706433 for addresses
        raise UrlNotAllowed("Write the address in its usual form.")
    if name == "localhost" or name.endswith(".localhost"):
        raise _not_unless_named(["127.0.0.1", "::1"], parts)


def _not_unless_named(addresses: Iterable[str], parts: SplitResult) -> UrlNotAllowed:
    reasons = [why_not(one, port_of(parts), plain=parts.scheme == "http") for one in addresses]
    if None in reasons:
        return UrlNotAllowed("Write the address instead of the name.")
    return UrlNotAllowed(str(reasons[0]))


def _address_in(parts: SplitResult) -> str | None:
    """The host, where it is an address in its usual form: 192.0.2.1, or an IPv6 address in brackets."""
    host = parts.hostname or ""
    bracketed = parts.netloc.startswith("[")
    if "%" in host:
        raise UrlNotAllowed("The host must have no zone and nothing escaped.")
    try:
        address = ip_address(host)
    except ValueError:
        if bracketed:
            raise UrlNotAllowed("The host is not an address.") from None
        return None
    if bracketed is not isinstance(address, IPv6Address):
        raise UrlNotAllowed("Write the address in its usual form.")
    return str(address)


def port_of(parts: SplitResult) -> int:
    """The port that a connection is made to."""
    return parts.port or (80 if parts.scheme == "http" else 443)


def check_url(url: str) -> None:
    """Look at the URL and where it points now. Raises UrlNotAllowed. A name that does not resolve yet is let pass."""
    parts = parts_of(url)
    port, plain = port_of(parts), parts.scheme == "http"
    address = _address_in(parts)
    addresses = [address] if address else _resolved(parts.hostname or "", port)
    reasons = [why_not(one, port, plain=plain) for one in addresses] or [_why_not_by(port, plain=plain)]
    for reason in reasons:
        if reason is not None:
            raise UrlNotAllowed(reason)


def _resolved(name: str, port: int) -> list[str]:
    """Every address of the name; none where it has none, or nobody answers in time."""
    try:
        return _LOOKUPS.submit(look_up, name, port).result(_DNS_SECONDS)
    except (OSError, TooLong, UnicodeError):
        return []


def look_up(name: str, port: int) -> list[str]:
    """Every address that this machine's resolver gives. Raises OSError."""
    return [str(one[4][0]) for one in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)]
