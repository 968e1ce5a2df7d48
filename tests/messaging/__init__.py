"""Tests of conversations and messages."""
