"""REST: jobs, reviews and saved searches."""
