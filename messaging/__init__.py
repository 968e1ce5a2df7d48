"""Conversations between two people, and what they write to each other."""
