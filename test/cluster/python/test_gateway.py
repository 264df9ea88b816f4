"""The gateway through gRPC's C core: every method, every reason, deadlines, cancellation, resume.

Started by `test/cluster/grpc-python.test.ts`, which provides two gateways: SELFSAME_ADDRESS, and
SELFSAME_STOPPING_ADDRESS, which stops when it is told to. Values of the namespace `fault`, and
interactions of the source `fault`, make the cluster behind them fail in the way they name.
"""

import os
import queue
import threading
import time
import unittest

import grpc

from contract import POOL, Details, Service, message, open_channel
from gateway_client import (
    ACKNOWLEDGED,
    ADDRESS,
    CONFLICT_LIMIT,
    CREATED,
    DIFFERENT,
    EFFECTIVE,
    EVIDENCE_REJECTED,
    FOUND,
    GENERIC,
    HEARTBEAT,
    HELD,
    INVALID,
    LIMIT,
    MERGE,
    NOT_FOUND,
    REJECTED,
    RELEASED,
    SAME,
    SETTLED,
    FailureCase,
    audit,
    channel,
    cluster,
    customer_of,
    health,
    ingest,
    interaction,
    put,
    record,
    resolution,
    rules,
    selector,
    steward,
    timeline_of,
    user,
)

STOPPING_ADDRESS = os.environ["SELFSAME_STOPPING_ADDRESS"]
MESSAGE_BYTES_MAX = 4 * 1024 * 1024


class Answers(unittest.TestCase):
    def test_ingest_unary_then_resolve_with_its_token(self):
        request = message("IngestInteractionRequest", interaction=interaction("ann"))
        token = ingest.IngestInteraction(request, timeout=10).revision_token
        found = customer_of("ann", revision_token=token, wait_level=2, min_certainty=0.99)
        self.assertEqual(found.status, FOUND)
        self.assertRegex(found.customer_id, "^c[0-9a-z]{26}$")
        self.assertEqual((found.certainty, len(found.other_matches)), (1.0, 0))

    def test_batch_has_an_outcome_for_each_interaction(self):
        request = message(
            "IngestInteractionBatchRequest",
            interactions=[interaction("bob"), interaction("bad", parties=[]), interaction("bob2")],
        )
        outcomes = ingest.IngestInteractionBatch(request, timeout=10).outcomes
        statuses = [outcome.status for outcome in outcomes]
        self.assertEqual(statuses, [ACKNOWLEDGED, REJECTED, ACKNOWLEDGED])
        self.assertEqual([item.field for item in outcomes[1].violations], ["parties"])

    def test_both_forms_of_batch_resolve(self):
        put("cid", "dora")
        values = ["py-cid", "py-nobody", "", "py-dora"]
        compact = message("BatchResolveRequest", namespace="user_id", values=values)
        answers = resolution.BatchResolve(compact, timeout=10).resolutions
        self.assertEqual([a.status for a in answers], [FOUND, NOT_FOUND, INVALID, FOUND])
        identifiers = [{"namespace": "user_id", "value": value} for value in values]
        long = message("BatchResolveRequest", identifiers=identifiers)
        self.assertEqual(list(resolution.BatchResolve(long, timeout=10).resolutions), list(answers))

    def test_customer_explanation_and_status(self):
        put("eve")
        ref = customer_of("eve").customer_id
        request = message("GetCustomerRequest", customer_id=ref)
        customer = resolution.GetCustomer(request, timeout=10).customer
        self.assertEqual(customer.customer_id, ref)
        self.assertEqual(customer.timeline[0].interaction_id, "eve")
        self.assertEqual(customer.timeline[0].occurred_at.seconds, 1_700_000_000)
        self.assertIn(("name", "Zoë"), [(a.name, a.value) for a in customer.attributes])
        explained = resolution.Explain(message("ExplainRequest", left={"ref": ref}), timeout=10)
        self.assertEqual(explained.explanation.history.customer_id, ref)
        self.assertEqual(explained.explanation.generation, 1)
        self.assertTrue(explained.explanation.rules_version)
        status = cluster.GetClusterStatus(message("GetClusterStatusRequest"), timeout=10)
        self.assertEqual([p.partition for p in status.partitions], list(range(len(status.partitions))))
        cluster.AwaitSettlement(message("AwaitSettlementRequest"), timeout=20)

    def test_an_interaction_is_attributed(self):
        put("jan")
        asked = message("GetAttributionRequest", source="python", interaction_id="jan")
        answer = resolution.GetAttribution(asked, timeout=10)
        self.assertEqual(answer.occurred_at.seconds, 1_700_000_000)
        [party] = answer.parties
        self.assertEqual(party.customer_id, customer_of("jan").customer_id)
        self.assertEqual([share.share for share in party.shares], [1.0])
        unknown = message("GetAttributionRequest", source="python", interaction_id="nobody's")
        with self.assertRaises(grpc.RpcError) as failed:
            resolution.GetAttribution(unknown, timeout=10)
        self.assertEqual(failed.exception.code(), grpc.StatusCode.NOT_FOUND)

    def test_records_are_matched_and_not_stored(self):
        put("hal", "ida")
        by_email = {"role": "subject", "identifiers": [{"namespace": "email", "value": "hal@shop.example"}]}
        found = resolution.MatchRecord(message("MatchRecordRequest", record=by_email), timeout=10)
        [match] = found.matches
        self.assertEqual(match.customer_id, customer_of("hal").customer_id)
        self.assertEqual(match.band, MERGE)
        self.assertEqual(sum(part.quarter_bits for part in match.contributions), match.quarter_bits)
        self.assertFalse(found.ambiguous)
        both = {"role": "subject", "identifiers": [user("hal"), user("ida")]}
        found = resolution.MatchRecord(message("MatchRecordRequest", record=both), timeout=10)
        self.assertTrue(found.ambiguous)
        self.assertEqual({one.customer_id for one in found.matches}, {customer_of(n).customer_id for n in ("hal", "ida")})
        stranger = {"role": "subject", "identifiers": [user("nobody-yet")]}
        found = resolution.MatchRecord(message("MatchRecordRequest", record=stranger), timeout=10)
        self.assertEqual(list(found.matches), [])
        self.assertEqual(customer_of("nobody-yet").status, NOT_FOUND)

    def test_decisions_join_and_part(self):
        put("fay", "gus")
        left, right = selector("fay"), selector("gus")

        def are_one():
            return customer_of("fay").customer_id == customer_of("gus").customer_id

        self.assertFalse(are_one())
        ids = [customer_of(name).customer_id for name in ("fay", "gus")]
        merge = message(
            "MergeCustomersRequest",
            left_customer_id=ids[0],
            right_customer_id=ids[1],
            record=record("py-merge", 1),
        )
        self.assertEqual(steward.MergeCustomers(merge, timeout=10).decision_id, "py-merge")
        self.assertTrue(are_one())
        groups = [{"profiles": [left]}, {"profiles": [right]}]
        split = message("SplitCustomerRequest", groups=groups, record=record("py-split", 2))
        steward.SplitCustomer(split, timeout=10)
        self.assertFalse(are_one())
        undo = message("RetractDecisionRequest", decision_id="py-split", ack_level=SETTLED)
        self.assertTrue(steward.RetractDecision(undo, timeout=10).revision_token)
        self.assertTrue(are_one())
        never = message("CannotLinkRequest", left=left, right=right, record=record("py-never", 3))
        steward.CannotLink(never, timeout=10)
        self.assertFalse(are_one())
        why_not = resolution.Explain(message("ExplainRequest", left=left, right=right), timeout=10)
        steps = [step.kind for option in why_not.explanation.apart.joins for step in option.steps]
        self.assertIn("withdraw_cannot_link", steps)
        again = message("MustLinkRequest", left=left, right=right, record=record("py-again", 4))
        steward.MustLink(again, timeout=10)
        self.assertTrue(are_one())
        why = resolution.Explain(message("ExplainRequest", left=left, right=right), timeout=10)
        [edge] = why.explanation.joined.split
        self.assertEqual(edge, why.explanation.joined.weakest)
        self.assertEqual(sum(part.quarter_bits for part in edge.contributions), edge.quarter_bits)
        # A repeat of an older decision changes nothing: its time travels with it.
        steward.CannotLink(never, timeout=10)
        self.assertTrue(are_one())
        old = ids[1] if customer_of("fay").customer_id == ids[0] else ids[0]
        request = message("GetCustomerRequest", customer_id=old)
        self.assertEqual(resolution.GetCustomer(request, timeout=10).customer.redirected_from, old)

    def test_retractions(self):
        put("hal")
        email = {"namespace": "email", "value": "hal@shop.example"}
        by_email = message("ResolveRequest", identifier=email)
        self.assertEqual(resolution.Resolve(by_email, timeout=10).resolution.status, FOUND)
        off = {"profile": selector("hal"), "identifier": email, "ack_level": SETTLED}
        steward.RetractIdentifier(message("RetractIdentifierRequest", **off), timeout=10)
        self.assertEqual(resolution.Resolve(by_email, timeout=10).resolution.status, NOT_FOUND)
        self.assertEqual(timeline_of("hal"), ["hal"])
        customer_id = customer_of("hal").customer_id
        gone = {"source": "python", "interaction_id": "hal", "ack_level": SETTLED}
        steward.RetractInteraction(message("RetractInteractionRequest", **gone), timeout=10)
        # All that was known of the anchor is taken back: it finds nobody; its id goes on resolving.
        self.assertEqual(customer_of("hal").status, NOT_FOUND)
        request = message("GetCustomerRequest", customer_id=customer_id)
        self.assertEqual(len(resolution.GetCustomer(request, timeout=10).customer.timeline), 0)
        withdrawal = message("RetractInteractionRequest", withdrawn=True, **gone)
        steward.RetractInteraction(withdrawal, timeout=10)
        self.assertEqual(timeline_of("hal"), ["hal"])

    def share(self, *names):
        """Users with one email: the shipped limit of one user id a customer keeps them apart."""
        email = {"namespace": "email", "value": f"{names[0]}-shared@shop.example"}
        parties = [[{"role": "buyer", "identifiers": [user(name), email]}] for name in names]
        request = message(
            "IngestInteractionBatchRequest",
            interactions=[interaction(n, parties=p) for n, p in zip(names, parties)],
            ack_level=SETTLED,
        )
        ingest.IngestInteractionBatch(request, timeout=20)

    def reviews(self, name, **options):
        chosen = {"customer": customer_of(name).customer_id, **options}
        request = message("ListReviewsRequest", filter=chosen, page_size=10)
        return steward.ListReviews(request, timeout=10).reviews

    def test_open_pairs_are_decided(self):
        self.share("ria", "rob")
        [review] = self.reviews("ria")
        self.assertEqual((review.kind, review.detail), (LIMIT, "user_id"))
        self.assertEqual(list(review.namespaces), ["email"])
        self.assertEqual(
            {review.left.anchor.value, review.right.anchor.value}, {"py-ria", "py-rob"}
        )
        self.assertEqual((review.left.profiles, review.right.profiles), (1, 1))
        self.assertAlmostEqual(review.value, review.certainty)
        self.assertGreater(review.possible_since.seconds, 0)
        self.assertEqual(list(self.reviews("ria", max_certainty=0.5)), [])
        pair = {"left_ref": review.left.profile_ref, "right_ref": review.right.profile_ref}
        fields = {"verdict": SAME, "pairs": [pair], "record": record("py-bulk", 100)}
        dry = message("DecideReviewsRequest", dry_run=True, **fields)
        planned = steward.DecideReviews(dry, timeout=10).decided
        self.assertEqual(len(self.reviews("ria")), 1)
        done = steward.DecideReviews(message("DecideReviewsRequest", **fields), timeout=20).decided
        self.assertEqual(planned, done)
        self.assertEqual(customer_of("ria").customer_id, customer_of("rob").customer_id)
        self.assertEqual(len(self.reviews("ria")), 0)
        # The must-link overrules the limit, which is on record, as is who decided.
        request = message("ListConflictsRequest", page_size=1000)
        conflicts = {c.decision_id: c for c in steward.ListConflicts(request, timeout=10).conflicts}
        conflict = conflicts[done[0].decision_id]
        self.assertEqual((conflict.kind, conflict.detail), (CONFLICT_LIMIT, "user_id"))
        self.assertEqual(conflict.decision.decided_by, "steward:1")
        self.assertEqual(len(conflict.defeated_by), 0)
        request = message("ListDecisionsRequest", page_size=1000)
        log = {d.decision_id: d for d in steward.ListDecisions(request, timeout=10).decisions}
        decision = log[done[0].decision_id]
        self.assertEqual((decision.verdict, decision.standing), (SAME, EFFECTIVE))
        self.assertEqual((decision.decided_by, decision.reason), ("steward:1", "called"))
        self.assertEqual(decision.decided_at.seconds, 100)

    def test_more_open_pairs_than_may_be_decided(self):
        self.share("ren", "rio")
        self.share("rex", "roy")
        fields = {"verdict": DIFFERENT, "filter": {"kind": LIMIT}, "max_decisions": 1}
        request = message("DecideReviewsRequest", record=record("py-many", 100), **fields)
        with self.assertRaises(grpc.RpcError) as caught:
            steward.DecideReviews(request, timeout=10)
        self.assertEqual(caught.exception.code(), grpc.StatusCode.FAILED_PRECONDITION)
        self.assertEqual(len(self.reviews("ren")), 1)

    def test_reliability_of_decided_pairs(self):
        before = steward.GetReliability(message("GetReliabilityRequest"), timeout=10)
        self.share("rae", "rhy")
        [review] = self.reviews("rae")
        pair = {"left_ref": review.left.profile_ref, "right_ref": review.right.profile_ref}
        fields = {"verdict": DIFFERENT, "pairs": [pair], "record": record("py-judged", 100)}
        steward.DecideReviews(message("DecideReviewsRequest", **fields), timeout=20)
        after = steward.GetReliability(message("GetReliabilityRequest"), timeout=10)
        self.assertEqual((after.pairs, after.same), (before.pairs + 1, before.same))
        [ours] = [b for b in after.bins if b.start <= review.certainty < b.end]
        self.assertGreaterEqual(ours.pairs, 1)
        self.assertTrue(ours.low <= ours.observed <= ours.high)
        self.assertTrue(0 < after.brier_score < 1 and 0 < after.calibration_error < 1)

    def test_floors_need_decisions(self):
        request = message("CalibrateThresholdsRequest", join_from=0.9, propose=True)
        with self.assertRaises(grpc.RpcError) as caught:
            steward.CalibrateThresholds(request, timeout=10)
        self.assertEqual(caught.exception.code(), grpc.StatusCode.FAILED_PRECONDITION)
        self.assertIn("50 decisions", caught.exception.details())

    def order(self, standing, at, **subject):
        fields = {"standing": standing, "decided_by": "steward:2", "ack_level": SETTLED}
        when = {"decided_at": {"seconds": at}}
        request = message("OrderEvidenceRequest", reason="a bad file", **subject, **fields, **when)
        self.assertTrue(steward.OrderEvidence(request, timeout=20).revision_token)

    def orders(self, **options):
        return steward.ListOrders(message("ListOrdersRequest", **options), timeout=10).orders

    def test_orders_about_a_value_and_a_delivery(self):
        request = message(
            "IngestInteractionRequest",
            interaction=interaction("ora", delivery="may.csv"),
            ack_level=SETTLED,
        )
        ingest.IngestInteraction(request, timeout=20)
        email = {"namespace": "email", "value": "ora@shop.example"}
        by_email = message("ResolveRequest", identifier=email)
        status = lambda: resolution.Resolve(by_email, timeout=10).resolution.status
        self.assertEqual(status(), FOUND)
        self.order(HELD, 100, value=email)
        self.assertEqual(status(), GENERIC)
        file = {"source": "python", "delivery": "may.csv"}
        self.order(EVIDENCE_REJECTED, 100, delivery=file)
        self.assertEqual(customer_of("ora").status, NOT_FOUND)
        listed = {(o.value.value, o.delivery.delivery): o for o in self.orders()}
        held, gone = listed[("ora@shop.example", "")], listed[("", "may.csv")]
        self.assertEqual([held.standing, gone.standing], [HELD, EVIDENCE_REJECTED])
        self.assertEqual((gone.decided_by, gone.reason), ("steward:2", "a bad file"))
        self.assertEqual((gone.decided_at.seconds, gone.count), (100, 1))
        self.order(HELD, 101, source="nobody-sends-this")
        self.order(HELD, 101, rule="loyalty_id")
        ways = {(o.source, o.rule): o.standing for o in self.orders()}
        self.assertEqual(ways[("nobody-sends-this", "")], HELD)
        self.assertEqual(ways[("", "loyalty_id")], HELD)
        self.order(RELEASED, 102, rule="loyalty_id")
        # An order that was decided earlier changes nothing; a later one does.
        self.order(RELEASED, 99, delivery=file)
        self.assertEqual(customer_of("ora").status, NOT_FOUND)
        self.order(RELEASED, 101, delivery=file)
        self.order(RELEASED, 101, value=email)
        self.assertEqual((customer_of("ora").status, status()), (FOUND, FOUND))
        names = {o.delivery.delivery or o.value.value for o in self.orders()}
        self.assertFalse(names & {"may.csv", "ora@shop.example"})
        names = {o.delivery.delivery or o.value.value for o in self.orders(released=True)}
        self.assertTrue(names >= {"may.csv", "ora@shop.example"})

    def test_request_id_is_returned_or_made(self):
        request = message("GetClusterStatusRequest")
        given = "5f3c1e8a-9b1d-4c57-8a30-6f0e2d4b7c91"
        metadata = [("x-request-id", given)]
        _, call = cluster.GetClusterStatus.with_call(request, timeout=10, metadata=metadata)
        self.assertEqual(dict(call.initial_metadata())["x-request-id"], given)
        # Request ids are logged: what may be somebody's name or number is not taken for one.
        for text in ["has spaces", "ada.example", "+49-30-1234567", "4111111111111111"]:
            metadata = [("x-request-id", text)]
            _, call = cluster.GetClusterStatus.with_call(request, timeout=10, metadata=metadata)
            self.assertRegex(dict(call.initial_metadata())["x-request-id"], "^[0-9a-f-]{36}$")

    def test_the_lag_of_a_standby_is_told(self):
        """In a header, of answers of a standby alone; of two of them the greater."""
        key = "x-selfsame-standby-lag"
        fault = {"namespace": "fault", "value": "standby"}
        one = message("ResolveRequest", identifier=fault)
        several = message("BatchResolveRequest", identifiers=[user("nobody"), fault])
        for call, request in ((resolution.Resolve, one), (resolution.BatchResolve, several)):
            _, answered = call.with_call(request, timeout=10)
            self.assertEqual(dict(answered.initial_metadata())[key], "7")
        one = message("ResolveRequest", identifier=user("nobody"))
        _, answered = resolution.Resolve.with_call(one, timeout=10)
        self.assertNotIn(key, dict(answered.initial_metadata()))

    def test_health(self):
        names = [name for name in POOL_SERVICES if name.startswith("selfsame.")] + [""]
        for name in names:
            request = message("grpc.health.v1.HealthCheckRequest", service=name)
            self.assertEqual(health.Check(request, timeout=10).status, 1, name)
        listed = health.List(message("grpc.health.v1.HealthListRequest"), timeout=10).statuses
        self.assertEqual(sorted(listed), sorted(names))
        watch = health.Watch(message("grpc.health.v1.HealthCheckRequest", service="nobody"))
        self.assertEqual(next(watch).status, 3)
        watch.cancel()
        for name in ("nobody", "selfsame.v1.ResolutionService/Resolve", "readiness"):
            with self.assertRaises(grpc.RpcError) as caught:
                health.Check(message("grpc.health.v1.HealthCheckRequest", service=name), timeout=10)
            self.assertEqual(caught.exception.code(), grpc.StatusCode.NOT_FOUND)

    def test_health_is_told_as_it_changes(self):
        names = ("", "selfsame.v1.ResolutionService")
        watches = [
            health.Watch(message("grpc.health.v1.HealthCheckRequest", service=name), timeout=20)
            for name in names
        ]
        seen = [[next(watch).status] for watch in watches]
        customer_of_fault("outage")
        for watch, told in zip(watches, seen):
            told += [next(watch).status, next(watch).status]
            watch.cancel()
        self.assertEqual(seen, [[1, 2, 1]] * len(names))


class Streams(FailureCase):
    def test_ingest_stream_acknowledges_each_message_in_order(self):
        names = [f"s{index}" for index in range(200)]

        def requests():
            for name in names:
                yield message(
                    "IngestInteractionStreamRequest",
                    correlation_id=name,
                    interaction=interaction(name, source="" if name == "s7" else "python"),
                )

        answers = list(ingest.IngestInteractionStream(requests(), timeout=30))
        self.assertEqual([answer.correlation_id for answer in answers], names)
        statuses = [answer.outcome.status for answer in answers]
        self.assertEqual(statuses, [REJECTED if name == "s7" else ACKNOWLEDGED for name in names])
        self.assertTrue(all(a.outcome.revision_token for a in answers if a.correlation_id != "s7"))

    def test_resolve_stream_answers_each_batch_as_it_comes(self):
        put("ida")
        waiting = queue.Queue()
        answers = resolution.ResolveStream(iter(waiting.get, None), timeout=30)
        batch = {"namespace": "user_id", "values": ["py-ida", "py-nobody"]}
        waiting.put(message("ResolveStreamRequest", correlation_id="1", **batch))
        self.assertEqual([a.status for a in next(answers).resolutions], [FOUND, NOT_FOUND])
        faulty = {"namespace": "fault", "values": ["unavailable"]}
        waiting.put(message("ResolveStreamRequest", correlation_id="2", **faulty))
        failed = next(answers)
        self.assertEqual((failed.error.code, failed.error.reason), (14, "UNAVAILABLE"))
        waiting.put(message("ResolveStreamRequest", correlation_id="3", **batch))
        self.assertEqual(next(answers).correlation_id, "3")
        waiting.put(None)
        self.assertEqual(list(answers), [])

    def test_malformed_message_ends_a_stream(self):
        stream = ingest.IngestInteractionStream(iter([b"\x0a\xff"]), timeout=10)
        self.failure(lambda: stream, grpc.StatusCode.INVALID_ARGUMENT, "MALFORMED_MESSAGE")

    def test_watch_heartbeats_events_and_resume(self):
        watch = resolution.WatchChanges(message("WatchChangesRequest"), timeout=60)
        self.assertEqual(next(watch).kind, HEARTBEAT)
        put("w1", "w2", "w3")
        events = [change for change in take(watch, 3, lambda c: c.kind == CREATED)]
        watch.cancel()
        token = events[0].resume_token
        again = resolution.WatchChanges(message("WatchChangesRequest", resume_token=token), timeout=60)
        resumed = take(again, 2, lambda c: c.kind == CREATED)
        self.assertEqual([e.event_id for e in resumed], [e.event_id for e in events[1:]])
        silence = take(again, 1, lambda c: c.kind == HEARTBEAT)[0]
        self.assertEqual(silence.resume_token, events[2].resume_token)
        again.cancel()

    def test_watch_that_got_no_event_resumes_from_its_first_token(self):
        watch = resolution.WatchChanges(message("WatchChangesRequest"), timeout=60)
        token = next(watch).resume_token
        self.assertTrue(token)
        watch.cancel()
        put("between1")
        request = message("WatchChangesRequest", resume_token=token)
        again = resolution.WatchChanges(request, timeout=60)
        self.assertEqual(take(again, 1, lambda c: c.kind != HEARTBEAT)[0].kind, CREATED)
        again.cancel()

    def test_received_at_is_given_or_refused(self):
        for seconds, outcome in ((1_600_000_000, None), (32_000_000_000, ["received_at"])):
            request = message(
                "IngestInteractionRequest",
                interaction=interaction("received"),
                received_at={"seconds": seconds},
            )
            call = lambda: ingest.IngestInteraction(request, timeout=10)
            if outcome is None:
                self.assertTrue(call().revision_token)
                continue
            details = self.failure(call, grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT")
            self.assertEqual(details.fields, outcome)

    def test_retraction_says_who_and_why(self):
        request = message(
            "RetractInteractionRequest",
            source="web",
            interaction_id="never-seen",
            decided_by="steward:1",
            reason="asked for",
        )
        self.assertTrue(steward.RetractInteraction(request, timeout=10).revision_token)
        request.decided_by = "x" * 201
        call = lambda: steward.RetractInteraction(request, timeout=10)
        details = self.failure(call, grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT")
        self.assertEqual(details.fields, ["decided_by"])

    def test_watch_that_is_not_read(self):
        # A window that does not grow with the bandwidth measured: how much the client takes in
        # unread (64 KiB) would otherwise depend on the machine.
        still = open_channel(ADDRESS, ("grpc.http2.bdp_probe", 0))
        self.addCleanup(still.close)
        service = Service(still, "selfsame.v1.ResolutionService")
        watch = service.WatchChanges(message("WatchChangesRequest"), timeout=60)
        next(watch)
        for start in range(0, 6000, 1000):
            put(*[f"slow{index}" for index in range(start, start + 1000)])
        time.sleep(1.0)
        details = self.failure(lambda: watch, grpc.StatusCode.RESOURCE_EXHAUSTED, "WATCH_TOO_SLOW")
        self.assertTrue(details.infos[0].metadata["resume_token"])

    def test_expired_token(self):
        request = message("WatchChangesRequest", resume_token="999999999")
        call = lambda: resolution.WatchChanges(request, timeout=10)
        self.failure(call, grpc.StatusCode.OUT_OF_RANGE, "RESUME_TOKEN_EXPIRED")


class Failures(FailureCase):
    def test_wrong_fields_are_named(self):
        request = message("ResolveRequest", options={"min_certainty": 2.0, "wait_level": 9})
        call = lambda: resolution.Resolve(request, timeout=10)
        details = self.failure(call, grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT")
        expected = ["identifier", "options.min_certainty", "options.wait_level"]
        self.assertEqual(details.fields, expected)

    def test_wrong_orders_are_named(self):
        call = lambda: steward.OrderEvidence(message("OrderEvidenceRequest"), timeout=10)
        details = self.failure(call, grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT")
        self.assertIn("standing", details.fields)
        self.assertIn("decided_by", details.fields)

    def test_malformed_bytes(self):
        call = lambda: resolution.Resolve(b"\x0a\x10abc", timeout=10)
        self.failure(call, grpc.StatusCode.INVALID_ARGUMENT, "MALFORMED_MESSAGE")

    def test_text_that_is_not_utf8(self):
        call = lambda: resolution.Resolve(b"\x0a\x05\x12\x03m\xfcl", timeout=10)
        self.failure(call, grpc.StatusCode.INVALID_ARGUMENT, "MALFORMED_MESSAGE")

    def test_oversized_message(self):
        value = "x" * MESSAGE_BYTES_MAX
        request = message("ResolveRequest", identifier={"namespace": "email", "value": value})
        call = lambda: resolution.Resolve(request, timeout=10)
        details = self.failure(call, grpc.StatusCode.RESOURCE_EXHAUSTED, "MESSAGE_TOO_LARGE")
        self.assertEqual(details.infos[0].metadata["limit_bytes"], str(MESSAGE_BYTES_MAX))
        self.assertEqual(details.retries, [])

    def test_far_oversized_message_is_refused_by_the_transport(self):
        value = "x" * (2 * MESSAGE_BYTES_MAX)
        request = message("ResolveRequest", identifier={"namespace": "email", "value": value})
        with self.assertRaises(grpc.RpcError) as caught:
            resolution.Resolve(request, timeout=10)
        self.assertEqual(caught.exception.code(), grpc.StatusCode.RESOURCE_EXHAUSTED)

    def test_rejected_interaction(self):
        wrong = interaction("x", interaction_id="", occurred_at={"seconds": 2**40})
        request = message("IngestInteractionRequest", interaction=wrong)
        call = lambda: ingest.IngestInteraction(request, timeout=10)
        details = self.failure(call, grpc.StatusCode.INVALID_ARGUMENT, "INTERACTION_REJECTED")
        self.assertEqual(details.fields, ["interaction.interaction_id", "interaction.occurred_at"])

    def test_rejected_decision(self):
        same = selector("one")
        request = message("MustLinkRequest", left=same, right=same, record=record("py-same", 1))
        call = lambda: steward.MustLink(request, timeout=10)
        details = self.failure(call, grpc.StatusCode.INVALID_ARGUMENT, "DECISION_REJECTED")
        self.assertEqual(details.fields, ["right"])

    def test_unknown_customer(self):
        request = message("GetCustomerRequest", customer_id="c" + "a" * 26)
        call = lambda: resolution.GetCustomer(request, timeout=10)
        self.failure(call, grpc.StatusCode.NOT_FOUND, "NOT_FOUND")

    def test_errors_of_the_cluster(self):
        self.fault("failed_precondition", grpc.StatusCode.FAILED_PRECONDITION, "FAILED_PRECONDITION")
        self.fault("cancelled", grpc.StatusCode.CANCELLED, "CANCELLED")
        self.fault("internal", grpc.StatusCode.INTERNAL, "INTERNAL")
        details = self.fault("overloaded", grpc.StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED")
        delay = details.retries[0].retry_delay
        self.assertEqual((delay.seconds, delay.nanos), (1, 500_000_000))
        self.assertEqual(details.trailers["grpc-retry-pushback-ms"], "1500")
        details = self.fault("unavailable", grpc.StatusCode.UNAVAILABLE, "UNAVAILABLE")
        self.assertEqual(details.retries[0].retry_delay.nanos, 500_000_000)

    def test_a_bug_tells_nothing(self):
        details = self.fault("bug", grpc.StatusCode.INTERNAL, "INTERNAL")
        self.assertNotIn(b"leaked.person", details.status.SerializeToString())

    def test_deadline_of_the_client(self):
        started = time.monotonic()
        request = message("ResolveRequest", identifier={"namespace": "fault", "value": "silence"})
        with self.assertRaises(grpc.RpcError) as caught:
            resolution.Resolve(request, timeout=0.3)
        self.assertEqual(caught.exception.code(), grpc.StatusCode.DEADLINE_EXCEEDED)
        self.assertLess(time.monotonic() - started, 2)

    def test_default_deadline_of_the_server(self):
        code = grpc.StatusCode.DEADLINE_EXCEEDED
        self.fault("silence", code, "DEADLINE_EXCEEDED", timeout=None)

    def test_work_ends_with_the_deadline(self):
        """As many calls as the gateway takes, twice: none of the first is left when they are over."""
        request = message("ResolveRequest", identifier={"namespace": "fault", "value": "silence"})
        for _ in range(2):
            held = [resolution.Resolve.future(request, timeout=0.3) for _ in range(8)]
            for call in held:
                self.assertEqual(call.exception().code(), grpc.StatusCode.DEADLINE_EXCEEDED)
            # The client counts its time by itself, and may be ahead of the gateway by a moment.
            time.sleep(0.1)
        customer_of("nobody")

    def test_cancellation(self):
        request = message("ResolveRequest", identifier={"namespace": "fault", "value": "silence"})
        call = resolution.Resolve.future(request, timeout=20)
        threading.Timer(0.2, call.cancel).start()
        with self.assertRaises(grpc.FutureCancelledError):
            call.result()
        self.assertEqual(call.code(), grpc.StatusCode.CANCELLED)

    def test_saturation(self):
        request = message("ResolveRequest", identifier={"namespace": "fault", "value": "silence"})
        held = [resolution.Resolve.future(request, timeout=20) for _ in range(8)]
        time.sleep(0.3)
        call = lambda: resolution.Resolve(request, timeout=10)
        details = self.failure(call, grpc.StatusCode.RESOURCE_EXHAUSTED, "GATEWAY_SATURATED")
        self.assertEqual(details.infos[0].metadata["limited"], "calls")
        for call in held:
            call.cancel()
        # What was held is given back.
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            try:
                self.assertEqual(customer_of("nobody").status, NOT_FOUND)
                return
            except grpc.RpcError:
                time.sleep(0.05)
        self.fail("The gateway stays saturated after its calls were cancelled.")

    def test_rules(self):
        """Rules that are wrong, tried, measured, dropped, and tried again and activated."""
        live = rules.GetVersions(message("GetVersionsRequest"), timeout=10).versions
        self.assertEqual(live.live_generation, 1)
        wrong = message("ProposeVersionRequest", rules_yaml="cluster_floor: 7")
        with self.assertRaises(grpc.RpcError) as caught:
            rules.ProposeVersion(wrong, timeout=10)
        self.assertEqual(caught.exception.code(), grpc.StatusCode.INVALID_ARGUMENT)
        with open("../../../shared/rules/deterministic.yaml", encoding="utf-8") as file:
            text = file.read().replace("component_cap: 1000", "component_cap: 999")
        request = message("ProposeVersionRequest", rules_yaml=text)
        for verb in ("Drop", "Activate"):
            candidate = rules.ProposeVersion(request, timeout=10).versions.candidate.version
            self.assertNotEqual(candidate, live.live_version)
            deadline = time.monotonic() + 10
            while not rules.GetVersions(message("GetVersionsRequest"), timeout=10).versions.candidate.complete:
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.05)
            report = rules.GetVersionReport(
                message("GetVersionReportRequest"), timeout=10
            ).report
            self.assertEqual((report.interactions_moved, report.merged, report.split), (0, 0, 0))
            model = rules.GetModel(message("GetModelRequest", candidate=True), timeout=10)
            self.assertEqual((model.version, len(model.comparisons)), (candidate, 0))
            end = getattr(rules, f"{verb}Version")
            after = end(message(f"{verb}VersionRequest", version=candidate), timeout=10).versions
            self.assertEqual(after.candidate.version, "")
        self.assertEqual(after.live_version, candidate)
        with self.assertRaises(grpc.RpcError) as caught:
            rules.ActivateVersion(message("ActivateVersionRequest", version="0000"), timeout=10)
        self.assertEqual(caught.exception.code(), grpc.StatusCode.FAILED_PRECONDITION)

    def test_unknown_method(self):
        call = channel.unary_unary("/selfsame.v1.ResolutionService/Nothing")
        with self.assertRaises(grpc.RpcError) as caught:
            call(b"", timeout=10)
        self.assertEqual(caught.exception.code(), grpc.StatusCode.UNIMPLEMENTED)

    def test_draining(self):
        with open_channel(STOPPING_ADDRESS) as other:
            stopping = Service(other, "selfsame.v1.ResolutionService")
            watch = stopping.WatchChanges(message("WatchChangesRequest"), timeout=30)
            next(watch)
            stop = message("ResolveRequest", identifier={"namespace": "fault", "value": "stop"})
            stopping.Resolve(stop, timeout=10)
            self.failure(lambda: watch, grpc.StatusCode.UNAVAILABLE, "GATEWAY_DRAINING")


PRIVILEGED, ASKED, ENDED = 1, 1, 2


class Audit(unittest.TestCase):
    def records(self, size=1000, **filters):
        """All records that the filters let through, page by page."""
        found, token = [], ""
        while True:
            request = message(
                "ListAuditEntriesRequest", page_size=size, page_token=token, **filters
            )
            page = audit.ListAuditEntries(request, timeout=20)
            self.assertLessEqual(len(page.entries), size)
            found += page.entries
            token = page.next_page_token
            if not token:
                return found

    def link(self, left, right, decision):
        request = message(
            "MustLinkRequest",
            left=selector(left),
            right=selector(right),
            record={"request_id": decision, "decided_by": "Zoë Steward", "reason": "leaked.person"},
        )
        return steward.MustLink(request, timeout=20)

    def ended(self, request_id):
        """The two records of a call. The second is written behind it."""
        deadline = time.monotonic() + 10
        while True:
            mine = [one for one in self.records() if one.request_id == request_id]
            if len(mine) == 2 or time.monotonic() > deadline:
                return mine
            time.sleep(0.02)

    def test_a_decision_is_recorded_before_and_after(self):
        put("aud-1", "aud-2")
        request_id = "0c7f4f0e-3b5e-4d51-8f2a-0d6a4d3d9b11"
        request = message(
            "MustLinkRequest",
            left=selector("aud-1"),
            right=selector("aud-2"),
            record={"decided_by": "Zoë Steward", "reason": "leaked.person"},
        )
        steward.MustLink(request, timeout=20, metadata=(("x-request-id", request_id),))
        after, before = self.ended(request_id)
        self.assertEqual((before.phase, before.outcome), (ASKED, ""))
        self.assertEqual((after.phase, after.outcome), (ENDED, "OK"))
        self.assertEqual(before.call_id, after.call_id)
        for record in (before, after):
            self.assertEqual(record.method, "selfsame.v1.StewardService/MustLink")
            self.assertEqual(record.actor, "anonymous")
            self.assertEqual(record.shelf, PRIVILEGED)
            self.assertFalse(record.damaged)
        self.assertEqual(len(before.references), 2)
        # After it the name of the decision is known as well.
        self.assertEqual(len(after.references), 3)
        # Found by the customer, and by an identifier however it is spelt.
        owner = customer_of("aud-1").customer_id
        for filters in ({"customer": owner}, {"identifier": {**user("aud-2")}}):
            found = self.records(**filters)
            self.assertIn(after.call_id, [one.call_id for one in found])
        # Values and texts that clients choose are in no record.
        for record in self.records():
            for text in (b"py-", b"shop.example", b"Zo", b"leaked.person", b"aud-"):
                self.assertNotIn(text, record.SerializeToString())

    def test_pages_and_filters_agree(self):
        put("aud-8", "aud-9")
        for number in range(3):
            self.link("aud-8", "aud-9", f"page-{number}")
        # Listing is recorded too: what was there before is compared.
        until = {"seconds": int(time.time()) + 1}
        whole = self.records(method="MustLink", until=until)
        self.assertGreaterEqual(len(whole), 6)
        self.assertEqual(self.records(size=2, method="MustLink", until=until), whole)
        self.assertEqual(self.records(method="CannotLink", actor="nobody"), [])
        self.assertEqual(self.records(method="MustLink", until={"seconds": 1}), [])
        times = [one.time.ToNanoseconds() for one in self.records()]
        self.assertEqual(times, sorted(times, reverse=True))
        lists = self.records(method="ListAuditEntries")
        self.assertGreater(len(lists), 3)

    def test_wrong_filters_and_tokens(self):
        bad = [
            ({"page_size": -1}, "page_size"),
            ({"page_size": 1001}, "page_size"),
            ({"page_token": "x"}, "page_token"),
            ({"page_token": "x" * 300}, "page_token"),
            ({"customer": "c" * 65}, "customer"),
            ({"actor": "a" * 201}, "actor"),
            ({"method": "m" * 201}, "method"),
            ({"shelf": 9}, "shelf"),
            ({"since": {"seconds": 10**12}}, "since"),
            ({"identifier": {"namespace": "", "value": "x"}}, "identifier.namespace"),
        ]
        for fields, named in bad:
            with self.subTest(fields):
                request = message("ListAuditEntriesRequest", **fields)
                with self.assertRaises(grpc.RpcError) as caught:
                    audit.ListAuditEntries(request, timeout=10)
                self.assertEqual(caught.exception.code(), grpc.StatusCode.INVALID_ARGUMENT)
                self.assertIn(named, Details(caught.exception).fields)
        put("aud-3", "aud-4")
        self.link("aud-3", "aud-4", "token")
        first = message("ListAuditEntriesRequest", page_size=1, shelf=PRIVILEGED)
        token = audit.ListAuditEntries(first, timeout=10).next_page_token
        self.assertNotEqual(token, "")
        other = message("ListAuditEntriesRequest", page_token=token, actor="anonymous")
        with self.assertRaises(grpc.RpcError) as caught:
            audit.ListAuditEntries(other, timeout=10)
        self.assertEqual(Details(caught.exception).fields, ["page_token"])

    def test_without_the_trail_nothing_is_changed_and_look_ups_go_on(self):
        put("aud-5", "aud-6")
        fault = lambda value: customer_of_fault(value)
        fault("audit_away")
        try:
            with self.assertRaises(grpc.RpcError) as caught:
                self.link("aud-5", "aud-6", "refused")
            self.assertEqual(caught.exception.code(), grpc.StatusCode.UNAVAILABLE)
            details = Details(caught.exception)
            self.assertEqual(details.reason, "AUDIT_UNAVAILABLE")
            self.assertEqual(len(details.retries), 1)
            # Nobody is held up but who would change something.
            put("aud-7")
            self.assertNotEqual(customer_of("aud-5").customer_id, "")
            self.assertNotEqual(customer_of("aud-5").customer_id, customer_of("aud-6").customer_id)
        finally:
            fault("audit_back")
        self.link("aud-5", "aud-6", "refused")
        deadline = time.monotonic() + 10
        while customer_of("aud-5").customer_id != customer_of("aud-6").customer_id:
            self.assertLess(time.monotonic(), deadline)


def customer_of_fault(value):
    """Plays a fault of the cluster behind the gateway that answers all the same."""
    request = message("ResolveRequest", identifier={"namespace": "fault", "value": value})
    return resolution.Resolve(request, timeout=10)


def take(stream, count, predicate):
    """The next messages that the predicate accepts."""
    taken = []
    for item in stream:
        if predicate(item):
            taken.append(item)
        if len(taken) == count:
            return taken
    raise AssertionError(f"The stream ended after {len(taken)} of {count}.")


POOL_SERVICES = [
    "selfsame.v1.IngestService",
    "selfsame.v1.ResolutionService",
    "selfsame.v1.StewardService",
    "selfsame.v1.ClusterService",
    "selfsame.v1.RulesService",
    "selfsame.v1.AuditService",
    "grpc.health.v1.Health",
]


def tearDownModule():
    """Every method of the contract was called; a new one without a test fails here."""
    methods = {
        f"/{name}/{method.name}"
        for name in POOL_SERVICES
        for method in POOL.FindServiceByName(name).methods
    }
    missing = methods - Service.called
    if missing:
        raise AssertionError(f"Methods without a test: {sorted(missing)}")


if __name__ == "__main__":
    unittest.main(verbosity=2)
