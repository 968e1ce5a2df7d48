"""A person's feed: what they are told of, made from events by one table."""
