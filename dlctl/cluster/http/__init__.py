"""HTTP to one API server: connections, TLS, proxies, retries, error responses."""
