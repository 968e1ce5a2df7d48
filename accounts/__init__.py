"""People: who they are, how they sign in, what they upload, and who is calling."""
