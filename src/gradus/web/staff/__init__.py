"""What staff do: audit, roster, papers, times, progress, marking, regrading, release, statistics, export."""
