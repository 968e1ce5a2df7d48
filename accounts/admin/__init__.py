"""People and what staff do about them, in the admin."""

from accounts.admin import people, reports, tables
from accounts.admin.acting import ReasonForm, act_on_each, actor_of

__all__ = ["ReasonForm", "act_on_each", "actor_of", "people", "reports", "tables"]
