"""Pages: one's conversations, and what is said in one of them."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.forms import InputForm
from accounts.pages import Act, Page, PicturesPage
from core.ids import uuid7
from messaging.api_views import ConversationViewSet, MessageViewSet
from messaging.forms import MessageForm
from messaging.models import Participant
from messaging.serializers import ConversationInput
from messaging.services import mark_read, send_message, start_conversation

MESSAGES = 50


class Inbox(Page):
    """The conversations, the one in which something was last said first."""

    template, sign_in = "messaging/inbox.html", True

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list alone. A page with one of them open asks for it with `open`, to have that one marked."""
        conversations = self.read_list(ConversationViewSet, {"limit": 50})["data"]
        return self.show(conversations=conversations, current=request.GET.get("open"), me=str(self.actor.id))


class Conversation(PicturesPage):
    """What is said in one conversation, beside the others."""

    template, sign_in, form, button = "messaging/inbox.html", True, MessageForm, "Send"

    def get(self, request: HttpRequest, **path: Any) -> HttpResponse:
        """The newest messages, which are read with that."""
        conversation = self.read_one(ConversationViewSet, path["pk"])
        if conversation["unreadCount"] and self._takes_part(conversation):
            mark_read(conversation_id=path["pk"], by=self.actor)
        return super().get(request, **path)

    def initial(self) -> dict[str, Any]:
        """A name for the message, so that sending it twice says it once."""
        return {"client_id": str(uuid7())}

    def carry_out(self, form: InputForm) -> str:
        """Say it."""
        send_message(conversation_id=self.kwargs["pk"], **form.values, images=self.uploaded(), by=self.actor)
        return reverse("conversation-page", args=[self.kwargs["pk"]])

    def more(self) -> dict[str, Any]:
        """The conversation, its newest messages, and the others."""
        pk = self.kwargs["pk"]
        conversation = self.read_one(ConversationViewSet, pk)
        found = self._messages()
        return {
            "conversation": conversation,
            "partner": next((p for p in conversation["participants"] if p["id"] != str(self.actor.id)), None),
            "messages_said": found["data"],
            "current": str(pk),
            "images": self.pictures,
            "seen": self._seen(),
            "older": found["data"][0]["sequence"] if found["meta"]["hasMore"] else None,
            "takes_part": self._takes_part(conversation),
            "me": str(self.actor.id),
            "conversations": self.read_list(ConversationViewSet, {"limit": 50})["data"],
        }

    def _messages(self) -> Any:
        query = {"limit": MESSAGES, "before": self.request.GET.get("before")}
        view = self.reads(MessageViewSet, query, conversation_id=self.kwargs["pk"])
        return json.loads(view.list(view.request, conversation_id=self.kwargs["pk"]).content)

    def _seen(self) -> int:
        """Up to where the other has read."""
        marks = Participant.objects.visible_to(self.actor.viewer).filter(conversation=self.kwargs["pk"])
        return marks.exclude(person=self.actor.person_id).values_list("read_sequence", flat=True).first() or 0

    def _takes_part(self, conversation: Any) -> bool:
        return any(person["id"] == str(self.actor.id) for person in conversation["participants"])


class Start(Act):
    """Start a conversation about a job or with a contractor, or find the one that there is."""

    def act(self, **path: Any) -> str:
        """Start it."""
        asked = {"userId": self.request.POST.get("user") or None, "jobId": self.request.POST.get("job") or None}
        conversation, _ = start_conversation(**ConversationInput.read(asked), by=self.actor)
        return reverse("conversation-page", args=[conversation.pk])
