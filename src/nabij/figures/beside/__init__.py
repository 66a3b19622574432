"""The columns of `side_by_side`: what all sectors share, and what is drawn of each."""
