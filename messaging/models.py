"""Conversations, who takes part and has read how far, and messages."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from core.ids import uuid7
from messaging.querysets import ConversationQuerySet, MessageQuerySet, ParticipantQuerySet


class Conversation(models.Model):
    """What two people say to each other, about a job or about nothing in particular: one for each pair and job.

    `first` and `second` are the two, by id. `last_sequence` is the newest message's, 0 before there is one.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    first = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    second = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    job = models.ForeignKey("jobs.Job", on_delete=models.PROTECT, null=True, blank=True, related_name="conversations")
    last_sequence = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False, help_text="When something was last said.")

    objects = ConversationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second", "job"], name="conversation_once", nulls_distinct=False),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="conversation_of_two"),
        ]
        indexes = [models.Index(fields=["-updated_at", "-id"], name="conversation_newest")]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}"


class Participant(models.Model):
    """Somebody in a conversation, and up to which message they have read it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="participants", db_index=False
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="conversations")
    read_sequence = models.PositiveIntegerField(default=0)
    open_until = models.DateTimeField(null=True, blank=True, help_text="Until when they have it before their eyes.")

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["conversation", "person"], name="participant_once")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.conversation_id}"


class Message(models.Model):
    """What somebody has said. `sequence` is its place in the conversation: from 1, without gaps.

    `client_id` is the sender's own name for it: the same one again is the same message.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="messages", db_index=False)
    sequence = models.PositiveIntegerField()
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="messages")
    text = models.CharField(max_length=5000)
    client_id = models.CharField(max_length=100, null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "sequence"], name="message_in_its_place"),
            models.UniqueConstraint(fields=["conversation", "sender", "client_id"], name="message_once"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="message_counts_from_one"),
            models.CheckConstraint(condition=~Q(text=""), name="message_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} #{self.sequence}"


class MessageImage(models.Model):
    """A picture of a message, in its place among them."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="pictures", db_index=False)
    image = models.ForeignKey("accounts.Image", on_delete=models.PROTECT, related_name="in_messages")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["message", "image"], name="message_image_once"),
            models.CheckConstraint(condition=Q(position__lt=10), name="message_images_at_most_ten"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} #{self.position}"
