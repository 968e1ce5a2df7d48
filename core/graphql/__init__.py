"""The GraphQL door: what every app's `schema.py` is made of. It knows no business noun."""
