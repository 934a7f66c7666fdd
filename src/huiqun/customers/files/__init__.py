"""Reading delivered files, without Django: bytes → records → rows of typed values, or problems in words."""
