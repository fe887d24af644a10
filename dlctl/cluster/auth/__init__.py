"""Credentials: tokens, certificates, exec plugins, OIDC, impersonation."""
