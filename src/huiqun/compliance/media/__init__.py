"""Text in pictures and films, and where each character stands. Pure: no Django, no database."""
