"""Messages that were reported, as staff see them: with what was said before and after."""

from collections.abc import Sequence

from accounts.reportables import Line, Reportable
from messaging.models import Message

BESIDE = 5


def _message(message: Message) -> Sequence[Line]:
    near = Message.objects.filter(
        conversation=message.conversation_id,
        sequence__range=(message.sequence - BESIDE, message.sequence + BESIDE),
    )
    rows = near.select_related("sender").order_by("sequence")
    return [Line(one.sender.name, one.text, meant=one.pk == message.pk) for one in rows]


MESSAGES = Reportable(rows=lambda viewer: Message.objects.visible_to(viewer), author="sender", context=_message)
