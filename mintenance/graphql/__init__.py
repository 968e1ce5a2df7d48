"""The addresses of GraphQL. The schema is in mintenance/schema.py."""
