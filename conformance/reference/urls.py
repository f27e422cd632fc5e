"""The URLs of the five operations, in the form in which moto's services list theirs."""

from conformance.reference.responses import ReservationsResponse

url_bases = [
    r"https?://mediaconnect\.(.+)\.amazonaws.com",
]

# Any ARN, with slashes, dots and line breaks: moto's server matches the decoded path, and "." stops at a line break.
url_paths = {
    "{0}/v1/offerings$": ReservationsResponse.dispatch,
    r"{0}/v1/offerings/(?P<offeringarn>[\w\W]*)$": ReservationsResponse.dispatch,
    "{0}/v1/reservations$": ReservationsResponse.dispatch,
    r"{0}/v1/reservations/(?P<reservationarn>[\w\W]*)$": ReservationsResponse.dispatch,
}
