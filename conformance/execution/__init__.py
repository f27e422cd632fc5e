"""Playing a case on a target: the driver, a call with its retries, the client, and the trace."""
