"""When work happens. The only place that knows the scheduler."""
