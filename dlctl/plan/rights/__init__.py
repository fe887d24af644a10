"""Rights: which ones a plan needs, which ones a user lacks, and the smallest roles that grant them."""
