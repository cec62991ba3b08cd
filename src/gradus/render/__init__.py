"""Pages and plots: everything that is looked at outside the terminal."""
