"""Pure values shared by all domains; nothing here knows Django."""
