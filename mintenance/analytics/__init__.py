"""Figures: a person's own, and the site's for staff. A sheet that spans apps, so it stands in the wiring."""
