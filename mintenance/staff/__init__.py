"""The admin as staff have it: a dashboard in front, and pages that tell the whole story of a job or a person."""
