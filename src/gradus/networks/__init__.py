"""The network calculator."""
