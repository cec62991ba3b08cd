"""Long ways for witnesses: slide every window, name every scalar; never a closed form."""
