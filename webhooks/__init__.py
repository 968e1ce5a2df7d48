"""Webhooks: endpoints of people's own, and the events that are delivered to them."""
