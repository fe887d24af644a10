"""What is wrong or noteworthy about a host's hardware."""
