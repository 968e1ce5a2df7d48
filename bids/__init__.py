"""Offers on a job, and accepting one."""
