"""Records what a boto3 client asks of MediaConnect in somebody's own tests, as HAR, and judges it.

with record(client, "session.har", judge=True):
    client.purchase_offering(...)
"""

from conformance.recording.recorder import Recording, RecordingBreaksRulesError, record

__all__ = ["Recording", "RecordingBreaksRulesError", "record"]
