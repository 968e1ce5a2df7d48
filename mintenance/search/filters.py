"""What a search may be narrowed to: what the lists of jobs and contractors may be, each for its own kind."""

from contractors.filters import ContractorFilters
from jobs.filters import JobFilters


class SearchFilters(JobFilters, ContractorFilters):
    """Both lists' parameters, for the documents; each kind reads its own."""
