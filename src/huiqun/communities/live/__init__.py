"""Live numbers: told after a commit, heard by one listener per web process, handed on to open pages."""
