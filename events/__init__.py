"""The event log: record a change, publish it in order, read it from a cursor."""
