"""What people do with their accounts, one module for each part of it."""
