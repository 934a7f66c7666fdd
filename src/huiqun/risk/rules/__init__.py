"""How claims are judged, over plain values."""
