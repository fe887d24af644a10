"""Why objects are not ready: their pods, queues, warnings and logs, grouped by cause."""
