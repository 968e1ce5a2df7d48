"""Pages: one's webhook endpoints, what was delivered to them, and sending it again."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.forms import InputForm
from accounts.pages import Act, FormPage, Page
from webhooks import forms, services
from webhooks.api_views import DeliveryViewSet, WebhookViewSet
from webhooks.models import DeliveryStatus
from webhooks.serializers import WebhookChangesInput

PAGE: dict[str, Any] = {"title": "Webhooks", "tab": "webhooks"}


class Endpoints(FormPage):
    """The endpoints that there are, and the form of a new one."""

    template, sign_in, form, button = "webhooks/endpoints.html", True, forms.WebhookForm, "Add endpoint"

    def carry_out(self, form: InputForm) -> HttpResponse:
        """Make it, and show its secret this once: not after a redirect, which would have to keep it somewhere."""
        endpoint, secret = services.create_endpoint(**form.values, by=self.actor)
        return self.show(form=self.make_form(), button=self.button, **self.more(), endpoint=endpoint, secret=secret)

    def more(self) -> dict[str, Any]:
        """The endpoints that there are."""
        return {**PAGE, "endpoints": self.read_list(WebhookViewSet, {"limit": 100})["data"]}


class EndpointPage(Page):
    """One endpoint: what it is, what can be done with it, and its deliveries."""

    template, sign_in = "webhooks/endpoint.html", True

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The newest deliveries first, narrowed by what is asked for."""
        return self.show(**self.more(pk))

    def more(self, pk: UUID) -> dict[str, Any]:
        """The endpoint and a page of its deliveries."""
        endpoint = self.read_one(WebhookViewSet, pk)
        query = {**self.request.GET.dict(), "limit": 20}
        found = self.read_list(DeliveryViewSet, query, webhook_id=pk)
        replay = forms.ReplayForm()
        return {**PAGE, "endpoint": endpoint, "found": found, "statuses": DeliveryStatus.values, "replay": replay}


class RotateSecret(EndpointPage):
    """Give an endpoint another secret, which is shown this once."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """To the endpoint: the secret is not shown again."""
        return redirect("endpoint", pk)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Rotate it; the one before signs too for a day."""
        _, secret = services.rotate_secret(endpoint_id=pk, by=self.actor)
        return self.show(**self.more(pk), secret=secret)


class EditEndpoint(FormPage):
    """Change where it sends, and what."""

    template, sign_in, form = "webhooks/edit.html", True, forms.WebhookForm

    def initial(self) -> dict[str, Any]:
        """What it is now."""
        seen = self.read_one(WebhookViewSet, self.kwargs["pk"])
        return {name: seen[name] for name in ("url", "events", "description", "ordered")}

    def carry_out(self, form: InputForm) -> str:
        """Change it."""
        services.edit_endpoint(endpoint_id=self.kwargs["pk"], changes=form.values, by=self.actor)
        messages.success(self.request, "The endpoint is changed.")
        return reverse("endpoint", args=[self.kwargs["pk"]])

    def more(self) -> dict[str, Any]:
        """The endpoint."""
        return {**PAGE, "endpoint": self.read_one(WebhookViewSet, self.kwargs["pk"])}


class SwitchEndpoint(Act):
    """Disable an endpoint, or enable it again."""

    def act(self, **path: Any) -> None:
        """Switch it to the status that is sent."""
        changes = WebhookChangesInput.read({"status": self.request.POST.get("status", "")}, partial=True)
        endpoint = services.edit_endpoint(endpoint_id=path["pk"], changes=changes, by=self.actor)
        messages.success(self.request, f"The endpoint is {endpoint.status}.")


class SendTest(Act):
    """Send a `webhook.ping`."""

    done = "A webhook.ping is on its way."

    def act(self, **path: Any) -> str:
        """Send it, and go to its delivery, which says what came of it."""
        delivery = services.send_ping(endpoint_id=path["pk"], by=self.actor)
        return reverse("delivery-page", args=[path["pk"], delivery.pk])


class Replay(Act):
    """Send what an endpoint has missed."""

    def act(self, **path: Any) -> None:
        """Send what came after the event that is named."""
        form = forms.ReplayForm(self.request.POST)
        form.check()
        replayed = services.replay(endpoint_id=path["pk"], **form.values, by=self.actor)
        more = f" There is more: go on after {replayed.next_cursor}." if replayed.has_more else ""
        messages.success(self.request, f"To be sent: {replayed.queued}.{more}")


class DeleteEndpoint(Act):
    """Send nothing there any more."""

    done = "The endpoint is deleted."

    def act(self, **path: Any) -> str:
        """Delete it with its deliveries."""
        services.delete_endpoint(endpoint_id=path["pk"], by=self.actor)
        return reverse("endpoints")


class DeliveryPage(Page):
    """One delivery: what was sent, each attempt, and what was answered."""

    template, sign_in = "webhooks/delivery.html", True

    def get(self, request: HttpRequest, webhook_id: UUID, pk: UUID) -> HttpResponse:
        """The body as it is sent, written over several lines."""
        delivery = self.read_one(DeliveryViewSet, pk, webhook_id=webhook_id)
        body = json.dumps(json.loads(delivery["body"]), indent=2, ensure_ascii=False) if delivery["body"] else ""
        endpoint = self.read_one(WebhookViewSet, webhook_id)
        return self.show(**PAGE, endpoint=endpoint, delivery=delivery, body=body)


class Redeliver(Act):
    """Send a delivery once more, the same bytes under the same id."""

    done = "It is on its way again."

    def act(self, **path: Any) -> None:
        """Send it."""
        services.redeliver(endpoint_id=path["webhook_id"], delivery_id=path["pk"], by=self.actor)
