"""The parts of a boto3 script that are the same for every case."""

HEAD = '''#!/usr/bin/env python3
"""The calls of {stem}.json, made with boto3 alone.

    python {stem}.py http://localhost:4566 [--account 111122223333] [--region {region}] [--control-url URL]

The first account of the case is --account, by its access key, or another one each time. Where the emulator has the
test control API, --control-url sets the time and defines the offerings as the case has them; otherwise the time is now,
and the offerings are those that there are.
"""

# What the suite saw on {target}:
{message}

import argparse
import atexit
import calendar
import json
import random
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import boto3
from botocore.config import Config

parser = argparse.ArgumentParser()
parser.add_argument("endpoint_url")
parser.add_argument("--account", default=str(random.randrange(10**11, 10**12 - 10**6)), help="12 digits")
parser.add_argument("--region", default={region!r})
parser.add_argument("--control-url")
arguments = parser.parse_args()

accounts = [f"{{int(arguments.account) + number:012}}" for number in range({accounts})]
regions = [arguments.region, "us-west-2" if arguments.region == "eu-west-1" else "eu-west-1"]
atexit.register(print, "\\nexpected:", {expected!r})
'''

CALLING = '''
def show(http_response, **_):
    labels = (http_response.headers.get(name, "") for name in ("x-amzn-errortype", "content-type"))
    print(" ->", http_response.status_code, *labels, http_response.content.decode("utf-8", "replace")[:2000])


def client(account, region, change=None):
    """A client of an account in a Region; `change` spoils its requests before they are signed."""
    session = boto3.session.Session(accounts[account], "conformance", region_name=regions[region])
    config = Config(parameter_validation=False, retries={"total_max_attempts": 1})
    made = session.client("mediaconnect", endpoint_url=arguments.endpoint_url, config=config)
    made.meta.events.register("after-call.mediaconnect", show)
ACCOUNT_HEADER    if change:
        made.meta.events.register_first("before-call.mediaconnect", change)
    return made


clients = {place: client(*place) for place in PLACES}


def call(account, region, operation, change=None, **parameters):
    """Make a call, print it and its answer, and give the answer; an empty one where it was refused."""
    print(f"\\n{operation} in account {accounts[account]}, {regions[region]}: {parameters}")
    caller = client(account, region, change) if change else clients[account, region]
    try:
        return getattr(caller, operation)(**parameters)
    except Exception as error:
        print("   ", type(error).__name__, error)
        return {}


def pages(account, region, operation, **parameters):
    """Make a call for each page, along NextToken."""
    for _ in range(1000):
        answer = call(account, region, operation, **parameters)
        if not answer.get("NextToken"):
            return answer
        parameters["NextToken"] = answer["NextToken"]


def member(answer, name):
    """A member of the reservation that a purchase made."""
    if not answer.get("Reservation", {}).get(name):
        raise SystemExit("the purchase made no reservation, so that what comes after it cannot be played")
    return answer["Reservation"][name]


def control(path, members):
    """Ask the control API for something."""
    request = urllib.request.Request(
        arguments.control_url.rstrip("/") + path, json.dumps(members).encode(), {"Content-Type": "application/json"},
        method="PUT",
    )
    with urllib.request.urlopen(request) as response:
        return json.loads(response.read() or "null")


def set_clock(now):
    """Set the time of every account, where there is a control API; gives the time that it then is."""
    if not arguments.control_url:
        print("\\nthe time is not set: that takes --control-url")
        return datetime.now(timezone.utc).replace(microsecond=0)
    for account in accounts:
        control(f"/accounts/{account}/clock", {"now": now.strftime("%Y-%m-%dT%H:%M:%SZ")})
    return now


def offerings_of(account, region, terms):
    """The ARNs of the offerings, defined where there is a control API, else those that there are."""
    if arguments.control_url:
        members = {"region": regions[region], "offerings": terms}
        defined = control(f"/accounts/{accounts[account]}/offerings", members)["offerings"]
        return [offering["offeringArn"] for offering in defined]
    found, parameters = [], {}
    while True:
        answer = call(account, region, "list_offerings", **parameters)
        found += [offering["OfferingArn"] for offering in answer.get("Offerings", [])]
        if not answer.get("NextToken"):
            return found
        parameters = {"NextToken": answer["NextToken"]}


def offering(account, region, index):
    """The ARN of an offering of the account."""
    found = offerings[account, region]
    if not found:
        raise SystemExit("there is no offering, so that nothing can be played")
    return found[index % len(found)]


def together(*branches):
    """Call all branches at the same time; gives the answer that has a reservation, if there is one."""
    with ThreadPoolExecutor(len(branches)) as threads:
        answers = list(threads.map(lambda branch: branch(), branches))
    return next((answer for answer in answers if answer and answer.get("Reservation")), {})

'''

MOTO = """    made.meta.events.register(
        "before-call.mediaconnect",
        lambda params, **_: params["headers"].update({"x-moto-account-id": accounts[account]}),
    )
"""
