"""REST: contractors."""
