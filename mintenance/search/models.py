"""The words that can be found, to put right what was mistyped."""

from django.contrib.postgres.indexes import GistIndex, OpClass
from django.db import models


class SearchWord(models.Model):
    """A word of four letters or more in what the public can read. Triggers on jobs and contractors write it.

    `stem` is what the full-text search knows it by. Words stay until a worker finds that nobody uses them any more.
    """

    word = models.CharField(max_length=30, primary_key=True)
    stem = models.CharField(max_length=30)

    class Meta:
        app_label = "mintenance"
        indexes = [
            models.Index(fields=["stem"], name="search_word_stem"),
            GistIndex(OpClass("word", name="gist_trgm_ops"), name="search_word_near"),
        ]

    def __str__(self) -> str:
        return self.word
