"""The services of one gateway, and what tests send them. Imported by the suites, which hold the cases."""

import atexit
import os
import unittest

import grpc

from contract import Details, Service, message, open_channel

ADDRESS = os.environ["SELFSAME_ADDRESS"]
FOUND, NOT_FOUND, GENERIC, INVALID = 1, 2, 3, 4
ACKNOWLEDGED, REJECTED = 1, 2
SETTLED = 3
HELD, RELEASED, EVIDENCE_REJECTED = 1, 2, 3
HEARTBEAT, CREATED = 1, 2
SAME, DIFFERENT = 1, 2
LIMIT, CONFLICT_LIMIT, EFFECTIVE = 3, 3, 1
MERGE = 1

channel = open_channel(ADDRESS)
atexit.register(channel.close)
ingest = Service(channel, "selfsame.v1.IngestService")
resolution = Service(channel, "selfsame.v1.ResolutionService")
steward = Service(channel, "selfsame.v1.StewardService")
cluster = Service(channel, "selfsame.v1.ClusterService")
rules = Service(channel, "selfsame.v1.RulesService")
audit = Service(channel, "selfsame.v1.AuditService")
health = Service(channel, "grpc.health.v1.Health")


def interaction(name, **changes):
    fields = {
        "source": "python",
        "interaction_id": name,
        "revision": 1,
        "type": "order_placed",
        "channel": "shop",
        "occurred_at": {"seconds": 1_700_000_000},
        "parties": [
            {
                "role": "buyer",
                "identifiers": [user(name), {"namespace": "email", "value": f"{name}@shop.example"}],
                "attributes": {"name": "Zoë"},
            }
        ],
        "properties_json": '{"total": 3}',
    }
    return message("Interaction", **{**fields, **changes})


def user(name):
    return {"namespace": "user_id", "value": f"py-{name}"}


def selector(name):
    return {"identifier": user(name)}


def put(*names):
    """Takes interactions in and waits until they are settled; the last token."""
    request = message(
        "IngestInteractionBatchRequest",
        interactions=[interaction(name) for name in names],
        ack_level=SETTLED,
    )
    outcomes = ingest.IngestInteractionBatch(request, timeout=20).outcomes
    assert all(outcome.status == ACKNOWLEDGED for outcome in outcomes), outcomes
    return outcomes[-1].revision_token


def customer_of(name, **options):
    request = message("ResolveRequest", identifier=user(name), options=options)
    return resolution.Resolve(request, timeout=10).resolution


def timeline_of(name):
    """Interaction ids of the customer that a user id belongs to."""
    request = message("GetCustomerRequest", customer_id=customer_of(name).customer_id)
    timeline = resolution.GetCustomer(request, timeout=10).customer.timeline
    return [entry.interaction_id for entry in timeline]


def record(decision, at):
    return {
        "request_id": decision,
        "decided_at": {"seconds": at},
        "decided_by": "steward:1",
        "reason": "called",
        "ack_level": SETTLED,
    }


class FailureCase(unittest.TestCase):
    def failure(self, call, code, reason):
        """Runs a call that must fail in this way, and gives the decoded details."""
        with self.assertRaises(grpc.RpcError) as caught:
            outcome = call()
            if hasattr(outcome, "__next__"):
                list(outcome)
        error = caught.exception
        self.assertEqual(error.code(), code, error.details())
        details = Details(error)
        self.assertEqual(len(details.infos), 1)
        info = details.infos[0]
        self.assertEqual((info.reason, info.domain), (reason, "selfsame"))
        self.assertEqual(info.metadata["runbook"], f"services/gateway/ERRORS.md#{reason.lower()}")
        self.assertEqual(info.metadata["request_id"], details.trailers["x-request-id"])
        self.assertEqual(details.status.code, code.value[0])
        self.assertEqual(details.status.message, error.details())
        self.assertEqual(bool(details.retries), "grpc-retry-pushback-ms" in details.trailers)
        return details

    def fault(self, name, code, reason, timeout=10):
        request = message("ResolveRequest", identifier={"namespace": "fault", "value": name})
        return self.failure(lambda: resolution.Resolve(request, timeout=timeout), code, reason)
