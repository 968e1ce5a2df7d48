"""The one door of the schema, for HTTP and for sockets."""

from core.graphql.running import Door
from mintenance.schema import GROUPS, NEEDS_NO_CALLER, SCHEMA

DOOR = Door(SCHEMA._schema, GROUPS, NEEDS_NO_CALLER)
