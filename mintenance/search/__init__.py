"""Search over jobs and contractors at once: a sheet that spans apps, so it stands in the wiring."""
