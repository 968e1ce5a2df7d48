"""Starts what a development machine lacks: PostgreSQL, a Redis for the tests, the whole site in one terminal.

It knows nothing of Django: it makes an environment and hands everything down by it. `python -m
mintenance.launcher` lists what it can do. A database is looked for in one order (databases.py): DATABASE_URL,
the PostgreSQL that a wheel carries (wheel.py), a PostgreSQL of the system. The last two are run by the same
code (cluster.py).
"""
