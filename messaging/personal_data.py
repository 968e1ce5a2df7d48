"""What this app's tables hold about people."""

from django.db.models import Q

from core.holdings import Section, hold

hold(
    "messaging.Conversation",
    Section(
        "conversations",
        of=lambda person: Q(first=person) | Q(second=person),
        fields=["id", "first", "second", "job", "created_at", "updated_at"],
    ),
    impersonal=["last_sequence"],
)

hold(
    "messaging.Participant",
    Section(
        "conversationsRead", of=lambda person: Q(person=person), fields=["conversation", "person", "read_sequence"]
    ),
    impersonal=["id", "open_until"],
)

hold(
    "messaging.Message",
    Section(
        "messagesSent",
        of=lambda person: Q(sender=person),
        fields=["id", "conversation", "sequence", "sender", "text", "client_id", "created_at"],
    ),
    Section(
        "messagesReceived",
        of=lambda person: (Q(conversation__first=person) | Q(conversation__second=person)) & ~Q(sender=person),
        fields=["id", "conversation", "sequence", "sender", "text", "created_at"],
    ),
)

hold(
    "messaging.MessageImage",
    Section(
        "messagePictures", of=lambda person: Q(message__sender=person), fields=["id", "message", "image", "position"]
    ),
)
