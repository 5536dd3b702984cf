"""A run folder: written whole or not at all, read again, and put before the user."""
