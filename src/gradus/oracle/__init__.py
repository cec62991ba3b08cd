"""Long ways for witnesses: enumerate, simulate, differentiate numerically, count."""
