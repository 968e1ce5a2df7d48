"""Passwords are hashed by the same function as on a site, with the least work: a test is not worth a tenth of a second."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """Argon2id, once over eight kibibytes."""

    time_cost, memory_cost, parallelism = 1, 8, 1
