"""Facts told to other systems, and events that other systems tell us of. See docs/operations/webhooks.md."""
