"""Demo data: a marketplace full of believable people and jobs, the same again for the same seed."""
