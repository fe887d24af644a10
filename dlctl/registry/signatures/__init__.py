"""Signatures of packages: what is signed, and whether a signature is that of a trusted key."""
