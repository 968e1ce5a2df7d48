"""What is written down about the API: one OpenAPI document a version, the pages that show it, the reference lists."""
