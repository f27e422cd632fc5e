"""The documents as code: facts of the service, the calendar, the reading of requests, and the model."""
