"""What a reader looks at: one sector of one year, and the region looked into."""
