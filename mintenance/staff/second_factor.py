"""The second factor of staff: a code that their phone shows, new each half minute (RFC 6238)."""

from base64 import b32encode
from typing import Any

from django.db import transaction
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp import login as remember
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.actors import Actor
from accounts.audit import audit


def has_shown_it(request: Any) -> bool:
    """Whether this session has been opened with a code of a device that the person still has."""
    known = request.session.get(DEVICE_ID_SESSION_KEY)
    if not known:
        return False
    devices = TOTPDevice.objects.filter(user=request.user.pk, confirmed=True)
    return any(device.persistent_id == known for device in devices)


def secret_to_set_up(person_id: Any) -> tuple[str, str] | None:
    """The secret of a phone that is to be set up, for hands and as an address for the phone; None where one is."""
    if TOTPDevice.objects.filter(user_id=person_id, confirmed=True).exists():
        return None
    device, _ = TOTPDevice.objects.get_or_create(user_id=person_id, confirmed=False, defaults={"name": "Phone"})
    return b32encode(device.bin_key).decode(), device.config_url


def show_code(request: Any, code: str, *, by: Actor) -> bool:
    """Open the session with this code, if it is right and was not used. The first one sets the phone up.

    The device is held meanwhile, so that of two sessions with the same code one is opened. Wrong codes make each next
    try wait longer, at the device and whoever asks.
    """
    with transaction.atomic():
        devices = TOTPDevice.objects.select_for_update().filter(user=request.user.pk)
        device = devices.order_by("-confirmed", "pk").first()
        if device is None or not device.verify_token(code):
            return False
        if not device.confirmed:
            device.confirmed = True
            device.save(update_fields=["confirmed"])
            audit("staff.phone_set_up", target_type="user", target_id=request.user.pk, by=by)
        audit("staff.code_shown", target_type="user", target_id=request.user.pk, by=by)
    request.session.cycle_key()
    remember(request, device)
    return True
