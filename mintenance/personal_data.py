"""What the wiring's own tables hold about people."""

from core.holdings import hold

# Words without whose they are. They go when nothing public holds them any more, at the latest with an erasure.
hold("mintenance.SearchWord", impersonal=["word", "stem"])
