"""TLS, tokens, scopes, tenants and quotas of a gateway through gRPC's C core.

Started by `test/cluster/security.test.ts`. SELFSAME_SECURITY is a JSON file that names the address,
the certificates and the tokens; what each token may do is known here from its name only.
"""

import base64
import json
import os
import random
import time
import unittest

import grpc

from contract import POOL, Details, Service, message

with open(os.environ["SELFSAME_SECURITY"]) as source:
    GIVEN = json.load(source)
ADDRESS, PLAIN, TOKENS = GIVEN["address"], GIVEN["plain"], GIVEN["tokens"]
SCOPES = ["lookup", "ingest", "steward", "privacy", "admin"]
# Written down here a second time, by service: a wrong row of the gateway's table cannot hide.
SERVICE_SCOPES = {
    "IngestService": ("ingest",),
    "ResolutionService": ("lookup",),
    "StewardService": ("steward",),
    "ClusterService": ("admin",),
    "RulesService": ("admin",),
    "AuditService": ("privacy", "admin"),
}
EXCEPTIONS = {}
SETTLED = 3
HEARTBEAT = 1
REFUSALS = (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def secure_channel(ca, cert=None, key=None, address=ADDRESS):
    credentials = grpc.ssl_channel_credentials(
        read(ca), read(key) if key else None, read(cert) if cert else None
    )
    return grpc.secure_channel(address, credentials, options=[("grpc.enable_retries", 0)])


def proper_channel():
    return secure_channel(GIVEN["ca"], GIVEN["client_cert"], GIVEN["client_key"])


CHANNEL = proper_channel()


def services(channel):
    return {name: Service(channel, f"selfsame.v1.{name}") for name in SERVICE_SCOPES}


ALL = services(CHANNEL)


def bearer(name):
    return (("authorization", f"Bearer {TOKENS[name]}"),)


def code_of(call):
    try:
        outcome = call()
        if hasattr(outcome, "__next__"):
            list(outcome)
        return None
    except grpc.RpcError as error:
        return error.code()


def status(channel, metadata=bearer("admin"), timeout=5):
    request = message("GetClusterStatusRequest")
    service = Service(channel, "selfsame.v1.ClusterService")
    return service.GetClusterStatus(request, metadata=metadata, timeout=timeout)


class Transport(unittest.TestCase):
    def test_a_client_with_a_certificate_is_answered(self):
        self.assertGreater(len(status(CHANNEL).partitions), 0)

    def test_no_certificate_or_one_of_another_authority_is_refused(self):
        strangers = [
            secure_channel(GIVEN["ca"]),
            secure_channel(GIVEN["ca"], GIVEN["stranger_cert"], GIVEN["stranger_key"]),
            grpc.insecure_channel(ADDRESS),
        ]
        for channel in strangers:
            code = code_of(lambda: status(channel, timeout=1))
            self.assertIn(
                code, (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)
            )
            channel.close()

    def test_a_gateway_of_another_authority_is_refused_by_the_client(self):
        channel = secure_channel(GIVEN["other_ca"], GIVEN["client_cert"], GIVEN["client_key"])
        self.assertEqual(code_of(lambda: status(channel)), grpc.StatusCode.UNAVAILABLE)
        channel.close()

    def test_the_plain_port_offers_no_grpc(self):
        with grpc.insecure_channel(PLAIN) as channel:
            for name in ("ClusterService", "ResolutionService"):
                service = Service(channel, f"selfsame.v1.{name}")
                method = service.descriptor.methods[0]
                request = message(method.input_type.full_name)
                code = code_of(lambda: getattr(service, method.name)(request, timeout=1))
                self.assertIn(
                    code,
                    (
                        grpc.StatusCode.UNAVAILABLE,
                        grpc.StatusCode.DEADLINE_EXCEEDED,
                        grpc.StatusCode.UNIMPLEMENTED,
                    ),
                )

    def test_health_asks_for_no_token(self):
        service = Service(CHANNEL, "grpc.health.v1.Health")
        request = message("grpc.health.v1.HealthCheckRequest")
        self.assertEqual(service.Check(request, timeout=5).status, 1)


class Tokens(unittest.TestCase):
    def refusal(self, metadata, reason, code):
        with self.assertRaises(grpc.RpcError) as caught:
            status(CHANNEL, metadata)
        self.assertEqual(caught.exception.code(), code, caught.exception.details())
        details = Details(caught.exception)
        self.assertEqual(details.reason, reason)
        self.assertEqual(details.infos[0].domain, "selfsame")
        return details

    def test_all_that_is_no_token_is_refused(self):
        unusable = [
            (),
            (("authorization", "Bearer "),),
            (("authorization", f"Basic {TOKENS['admin']}"),),
            (("authorization", "Bearer a.b.c"),),
            (("authorization", f"Bearer {TOKENS['admin'][:-4]}AAAA"),),
            (("authorization", "Bearer " + "x" * 9_000),),
        ]
        for metadata in unusable:
            self.refusal(metadata, "UNAUTHENTICATED", grpc.StatusCode.UNAUTHENTICATED)

    def test_tokens_of_others_or_of_another_time_are_refused(self):
        names = [name for name in TOKENS if name.startswith("bad_")]
        self.assertEqual(len(names), 11)
        for name in names:
            with self.subTest(name):
                self.refusal(bearer(name), "UNAUTHENTICATED", grpc.StatusCode.UNAUTHENTICATED)

    def test_clocks_may_differ_a_little_and_each_algorithm_counts(self):
        for name in ("just_expired", "admin_rs256", "admin_es256"):
            with self.subTest(name):
                self.assertGreater(len(status(CHANNEL, bearer(name)).partitions), 0)

    def test_a_claim_changed_after_signing_is_refused(self):
        head, payload, signature = TOKENS["lookup"].split(".")
        claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
        claims["scope"] = "admin"
        forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
        metadata = (("authorization", f"Bearer {head}.{forged}.{signature}"),)
        self.refusal(metadata, "UNAUTHENTICATED", grpc.StatusCode.UNAUTHENTICATED)


class Scopes(unittest.TestCase):
    def call(self, service, method, token, timeout):
        """Code and details of a call with an empty request, which changes nothing."""
        request = message(method.input_type.full_name)
        proto_is_stream = method.name in ("IngestInteractionStream", "ResolveStream")
        argument = iter(()) if proto_is_stream else request
        try:
            outcome = getattr(service, method.name)(argument, metadata=bearer(token), timeout=timeout)
            if hasattr(outcome, "__next__"):
                list(outcome)
        except grpc.RpcError as error:
            return error.code(), error
        return grpc.StatusCode.OK, None

    def test_each_method_with_each_scope_alone(self):
        seen = 0
        for name, service in ALL.items():
            for method in service.descriptor.methods:
                needed = EXCEPTIONS.get(method.name, SERVICE_SCOPES[name])
                for scope in [*SCOPES, "no_scope"]:
                    with self.subTest(method=method.name, scope=scope):
                        # What is allowed may wait for ever (a feed); what is refused must not.
                        timeout = 0.3 if scope in needed else 20
                        code, error = self.call(service, method, scope, timeout)
                        seen += 1
                        if scope in needed:
                            self.assertNotIn(code, REFUSALS)
                            continue
                        self.assertEqual(code, grpc.StatusCode.PERMISSION_DENIED)
                        details = Details(error)
                        self.assertEqual(details.reason, "PERMISSION_DENIED")
                        self.assertEqual(details.infos[0].metadata["scope"], " or ".join(needed))
        contract = sum(len(service.descriptor.methods) for service in ALL.values())
        self.assertEqual(seen, contract * 6)

    def test_the_services_are_all_of_the_contract(self):
        found = {
            name.removeprefix("selfsame.v1.")
            for name in GIVEN["services"]
            if POOL.FindServiceByName(name) is not None
        }
        self.assertEqual(found, set(SERVICE_SCOPES))


LOOK_UP, DENIED = 2, 3


class Audit(unittest.TestCase):
    """Who asked is the token's subject and the certificate; each tenant has a trail of its own."""

    def records(self, tenant, **filters):
        request = message("ListAuditEntriesRequest", page_size=1000, **filters)
        metadata = bearer(f"all_{tenant}")
        answer = ALL["AuditService"].ListAuditEntries(request, metadata=metadata, timeout=20)
        return list(answer.entries)

    def until(self, tenant, count, **filters):
        """Look-ups are recorded behind the call."""
        deadline = time.monotonic() + 10
        while True:
            found = self.records(tenant, **filters)
            if len(found) >= count or time.monotonic() > deadline:
                return found
            time.sleep(0.02)

    def ask(self, tenant, value):
        identifier = {"namespace": "email", "value": value}
        request = message("ResolveRequest", identifier=identifier)
        ALL["ResolutionService"].Resolve(request, metadata=bearer(f"all_{tenant}"), timeout=10)

    def test_who_looked_up_whom_is_told_to_that_tenant_alone(self):
        generator = random.Random(GIVEN["seed"])
        asked = {"acme": [], "globex": []}
        for number in range(40):
            tenant = generator.choice(list(asked))
            asked[tenant].append(f"audited.{number}@shop.example")
            self.ask(tenant, asked[tenant][-1])
        for tenant, values in asked.items():
            other = "globex" if tenant == "acme" else "acme"
            for value in values:
                # Another spelling of the same identifier.
                wanted = {"namespace": "email", "value": f" {value.upper()}"}
                (record,) = self.until(tenant, 1, identifier=wanted, method="Resolve")
                self.assertEqual(record.actor, f"service:{tenant}")
                self.assertEqual(record.certificate, "client")
                self.assertEqual((record.shelf, record.outcome), (LOOK_UP, "OK"))
                self.assertEqual(self.records(other, identifier=wanted, method="Resolve"), [])
            for record in self.records(tenant):
                self.assertEqual(record.tenant, tenant)
                self.assertNotIn(b"audited.", record.SerializeToString())

    def test_a_stream_of_look_ups_is_recorded_message_by_message(self):
        values = [f"streamed.{number}@shop.example" for number in range(3)]
        requests = [
            message("ResolveStreamRequest", namespace="email", values=[value]) for value in values
        ]
        list(ALL["ResolutionService"].ResolveStream(
            iter(requests), metadata=bearer("all_acme"), timeout=10
        ))
        for value in values:
            wanted = {"namespace": "email", "value": value}
            (record,) = self.until("acme", 1, identifier=wanted, method="ResolveStream")
            self.assertEqual(record.items, 1)

    def test_who_was_not_allowed_is_told(self):
        code = code_of(lambda: status(CHANNEL, bearer("lookup")))
        self.assertEqual(code, grpc.StatusCode.PERMISSION_DENIED)
        found = self.until("acme", 1, actor="service:lookup", method="GetClusterStatus")
        self.assertIn(DENIED, [record.phase for record in found])


class Tenants(unittest.TestCase):
    """Two tenants get interactions with the same identifiers, chosen at random."""

    TENANTS = ("acme", "globex")

    @classmethod
    def setUpClass(cls):
        cls.random = random.Random(GIVEN["seed"])
        cls.values = [f"shared-{number}" for number in range(12)]
        cls.sent = {tenant: [] for tenant in cls.TENANTS}
        for number in range(60):
            tenant = cls.random.choice(cls.TENANTS)
            # The same source and interaction id may come from both.
            identity = f"visit-{cls.random.randrange(40)}"
            cls.sent[tenant].append(cls.interaction(tenant, identity, number))
        for tenant in cls.TENANTS:
            request = message(
                "IngestInteractionBatchRequest",
                interactions=cls.sent[tenant],
                ack_level=SETTLED,
            )
            metadata = cls.metadata(tenant)
            outcomes = ALL["IngestService"].IngestInteractionBatch(
                request, metadata=metadata, timeout=20
            ).outcomes
            assert len(outcomes) == len(cls.sent[tenant])

    @classmethod
    def metadata(cls, tenant):
        other = "globex" if tenant == "acme" else "acme"
        # What the client says of tenants must not matter.
        return (*bearer(f"all_{tenant}"), ("selfsame-tenant", other), ("tenant", other))

    @classmethod
    def interaction(cls, tenant, identity, number):
        user, email = cls.random.choice(cls.values), cls.random.choice(cls.values)
        return message(
            "Interaction",
            source="web",
            interaction_id=f"{identity}",
            revision=number + 1,
            type=f"seen_by_{tenant}",
            channel="web",
            occurred_at={"seconds": 1_700_000_000 + number},
            parties=[
                {
                    "role": "buyer",
                    "identifiers": [
                        {"namespace": "user_id", "value": user},
                        {"namespace": "email", "value": f"{email}@shop.example"},
                    ],
                }
            ],
            properties_json="{}",
        )

    def resolve(self, tenant, value):
        request = message(
            "ResolveRequest", identifier={"namespace": "user_id", "value": value}
        )
        answer = ALL["ResolutionService"].Resolve(
            request, metadata=self.metadata(tenant), timeout=10
        )
        return answer.resolution

    def customer(self, tenant, reference):
        request = message("GetCustomerRequest", customer_id=reference)
        return ALL["ResolutionService"].GetCustomer(
            request, metadata=self.metadata(tenant), timeout=10
        ).customer

    def test_a_tenant_sees_what_it_sent_and_nothing_else(self):
        compared = 0
        for tenant in self.TENANTS:
            sent = {one.interaction_id for one in self.sent[tenant]}
            held = {
                party.identifiers[0].value
                for one in self.live(tenant)
                for party in one.parties
            }
            for value in self.values:
                resolution = self.resolve(tenant, value)
                self.assertEqual(resolution.customer_id != "", value in held, (tenant, value))
                if not resolution.customer_id:
                    continue
                customer = self.customer(tenant, resolution.customer_id)
                text = str(customer)
                self.assertNotIn(f"seen_by_{self.other(tenant)}", text)
                for entry in customer.timeline:
                    self.assertIn(entry.interaction_id, sent)
                    compared += 1
        self.assertGreater(compared, 20)

    def test_an_id_of_one_tenant_is_unknown_to_the_other(self):
        tried = 0
        for value in self.values:
            ours, theirs = self.resolve("acme", value), self.resolve("globex", value)
            if ours.customer_id:
                tried += 1
                self.assertNotEqual(ours.customer_id, theirs.customer_id)
                code = code_of(lambda: self.customer("globex", ours.customer_id))
                self.assertEqual(code, grpc.StatusCode.NOT_FOUND)
        self.assertGreater(tried, 3)

    def test_a_stream_answers_from_its_own_tenant(self):
        for tenant in self.TENANTS:
            requests = [
                message("ResolveStreamRequest", namespace="user_id", values=[value])
                for value in self.values
            ]
            answers = ALL["ResolutionService"].ResolveStream(
                iter(requests), metadata=self.metadata(tenant), timeout=10
            )
            got = [answer.resolutions[0].customer_id for answer in answers]
            self.assertEqual(
                got, [self.resolve(tenant, value).customer_id for value in self.values]
            )

    def test_a_feed_tells_of_its_own_tenant(self):
        feeds, told = {}, {}
        for tenant in self.TENANTS:
            feeds[tenant] = ALL["ResolutionService"].WatchChanges(
                message("WatchChangesRequest"), metadata=self.metadata(tenant), timeout=30
            )
            self.assertEqual(next(feeds[tenant]).kind, HEARTBEAT)
        for tenant in self.TENANTS:
            fresh = self.interaction(tenant, f"fresh-{tenant}", 1_000)
            fresh.parties[0].identifiers[0].value = "fresh"
            del fresh.parties[0].identifiers[1:]
            request = message(
                "IngestInteractionRequest", interaction=fresh, ack_level=SETTLED
            )
            ALL["IngestService"].IngestInteraction(
                request, metadata=self.metadata(tenant), timeout=20
            )
        for tenant in self.TENANTS:
            # Everything up to the silence after it; over NATS also what was settled before.
            expected = self.resolve(tenant, "fresh").customer_id
            events = []
            for event in feeds[tenant]:
                if event.kind != HEARTBEAT:
                    events.append(event.customer_id)
                elif expected in events:
                    break
            told[tenant] = set(events)
            feeds[tenant].cancel()
        self.assertEqual(told["acme"] & told["globex"], set())
        for tenant, customers in told.items():
            for customer in customers:
                self.customer(tenant, customer)
                code = code_of(lambda: self.customer(self.other(tenant), customer))
                self.assertEqual(code, grpc.StatusCode.NOT_FOUND)

    def live(self, tenant):
        """Of each interaction the highest revision."""
        best = {}
        for one in self.sent[tenant]:
            best[one.interaction_id] = max(
                best.get(one.interaction_id, one), one, key=lambda each: each.revision
            )
        return list(best.values())

    def other(self, tenant):
        return "globex" if tenant == "acme" else "acme"


class Quotas(unittest.TestCase):
    def test_a_client_over_its_rate_is_told_when_to_come_again_and_others_go_on(self):
        refused = None
        channel = secure_channel(
            GIVEN["ca"], GIVEN["client_cert"], GIVEN["client_key"], GIVEN["limited"]
        )
        for _ in range(20):
            try:
                status(channel, bearer("busy"))
            except grpc.RpcError as error:
                refused = error
                break
        self.assertIsNotNone(refused)
        self.assertEqual(refused.code(), grpc.StatusCode.RESOURCE_EXHAUSTED)
        details = Details(refused)
        self.assertEqual(details.reason, "QUOTA_EXCEEDED")
        self.assertEqual(details.infos[0].metadata["limited"], "client_calls")
        self.assertEqual(len(details.retries), 1)
        self.assertIn("grpc-retry-pushback-ms", details.trailers)
        self.assertGreater(len(status(channel, bearer("admin")).partitions), 0)
        channel.close()


if __name__ == "__main__":
    unittest.main()
