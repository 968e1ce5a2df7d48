"""Contractors' public profiles, their availability and their totals."""
