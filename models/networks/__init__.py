"""Networks and their parts, one a file. These modules need torch; the scorer does not."""
