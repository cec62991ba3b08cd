"""Networks and layers that really compute, fast: at home for practitioners, without any exam around them."""
