"""Calls that change something, sent again: several at once, as after a timeout, and once more later.
Each is one effect, and everybody gets the same answer. Same gateway as `test_gateway.py`.
"""

import threading
import time
import unittest

import grpc

from contract import POOL, message
from gateway_client import (
    ACKNOWLEDGED,
    DIFFERENT,
    HELD,
    NOT_FOUND,
    SETTLED,
    cluster,
    customer_of,
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

AT_ONCE = 6
MERGED, SPLIT = 3, 4
# Names of methods that change nothing begin like this.
READS = ("Get", "List")


def changing():
    """Methods that change something."""
    services = ("IngestService", "StewardService", "RulesService")
    names = [POOL.FindServiceByName(f"selfsame.v1.{service}") for service in services]
    return {m.name for s in names for m in s.methods if not m.name.startswith(READS)}


class Repeats(unittest.TestCase):
    repeated = set()

    @classmethod
    def tearDownClass(cls):
        missing = changing() - cls.repeated
        if missing:
            raise AssertionError(f"Changes that are not repeated: {sorted(missing)}")

    def again(self, service, method, **fields):
        """The one answer to seven equal calls."""
        request = message(f"{method}Request", **fields)
        call = getattr(service, method)
        Repeats.repeated.add(method)
        calls = [call.future(request, timeout=20) for _ in range(AT_ONCE)]
        answers = [self.outcome(one.result) for one in calls]
        answers.append(self.outcome(lambda: call(request, timeout=20)))
        for answer in answers[1:]:
            self.assertEqual(answer, answers[0], method)
        return answers[0]

    def outcome(self, call):
        """An answer without its place in a log, which each delivery has for itself; or its failure."""
        try:
            answer = call()
        except grpc.RpcError as error:
            return error.code(), error.details()
        for part in (answer, *getattr(answer, "outcomes", ())):
            if "revision_token" in part.DESCRIPTOR.fields_by_name:
                self.assertNotEqual(part.revision_token, "")
                part.ClearField("revision_token")
        return answer

    def counters(self):
        return cluster.GetClusterStatus(message("GetClusterStatusRequest"), timeout=10).counters

    def counted(self, change):
        """Interactions that `change` made the cluster apply, and those it dropped as repeats."""
        before = self.counters()
        change()
        after = self.counters()
        names = ("interactions_applied", "interactions_duplicate")
        return tuple(after[name] - before.get(name, 0) for name in names)

    def events(self, names, change):
        """Kinds of the changes that the feed tells of these customers while `change` is made."""
        ids = {customer_of(name).customer_id for name in names}
        watch = resolution.WatchChanges(message("WatchChangesRequest"), timeout=60)
        self.assertEqual(next(watch).event_id, "")
        told = []
        reader = threading.Thread(target=self.read, args=(watch, told))
        reader.start()
        change()
        cluster.AwaitSettlement(message("AwaitSettlementRequest"), timeout=20)
        # Heartbeats come ten times a second: two after everything is settled.
        since = len(told)
        deadline = time.monotonic() + 10
        while sum(not e.event_id for e in told[since:]) < 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        watch.cancel()
        reader.join()
        ids |= {customer_of(name).customer_id for name in names}
        about = lambda e: e.event_id and {e.customer_id, e.other_customer_id} & ids
        return sorted(e.kind for e in told if about(e) and e.kind in (MERGED, SPLIT))

    def read(self, watch, told):
        try:
            for event in watch:
                told.append(event)
        except grpc.RpcError:
            pass

    def decisions(self, decision_id):
        request = message("ListDecisionsRequest", page_size=1000)
        found = steward.ListDecisions(request, timeout=10).decisions
        return [one for one in found if one.decision_id == decision_id]

    def are_one(self, left, right):
        return customer_of(left).customer_id == customer_of(right).customer_id

    def test_an_interaction_counts_once(self):
        fields = {"interaction": interaction("rp-1"), "ack_level": SETTLED}
        once = lambda: self.again(ingest, "IngestInteraction", **fields)
        self.assertEqual(self.counted(once), (1, AT_ONCE))
        self.assertEqual(timeline_of("rp-1"), ["rp-1"])

    def test_a_batch_counts_once(self):
        fields = {"interactions": [interaction("rp-2"), interaction("rp-3")], "ack_level": SETTLED}
        once = lambda: self.again(ingest, "IngestInteractionBatch", **fields)
        self.assertEqual(self.counted(once), (2, 2 * AT_ONCE))
        self.assertEqual(timeline_of("rp-2") + timeline_of("rp-3"), ["rp-2", "rp-3"])

    def test_a_stream_that_is_sent_again_counts_once(self):
        Repeats.repeated.add("IngestInteractionStream")

        def send():
            requests = [
                message(
                    "IngestInteractionStreamRequest",
                    correlation_id=str(number),
                    interaction=interaction("rp-4"),
                    ack_level=SETTLED,
                )
                for number in range(AT_ONCE)
            ]
            answers = list(ingest.IngestInteractionStream(iter(requests), timeout=20))
            self.assertEqual(len(answers), AT_ONCE)
            self.assertEqual({a.outcome.status for a in answers}, {ACKNOWLEDGED})

        self.assertEqual(self.counted(lambda: (send(), send())), (1, 2 * AT_ONCE - 1))
        self.assertEqual(timeline_of("rp-4"), ["rp-4"])

    def test_decisions_count_once_and_as_of_the_first_time(self):
        put("rp-5", "rp-6")
        pair = ("rp-5", "rp-6")
        sides = {"left": selector("rp-5"), "right": selector("rp-6")}
        # Without a time of their own: that of the first of the calls.
        timeless = lambda name: {"request_id": name, "decided_by": "steward:1", "ack_level": SETTLED}
        link = lambda: self.again(steward, "MustLink", record=timeless("rp-link"), **sides)
        part = lambda: self.again(steward, "CannotLink", record=timeless("rp-part"), **sides)
        self.assertEqual(self.events(pair, link), [MERGED])
        self.assertEqual(self.events(pair, part), [SPLIT])
        # What was decided before does not outweigh what was decided since.
        self.assertEqual(self.events(pair, link), [])
        self.assertFalse(self.are_one(*pair))
        for name in ("rp-link", "rp-part"):
            self.assertEqual(len(self.decisions(name)), 1, name)
        back = {"decision_id": "rp-part", "request_id": "rp-back", "ack_level": SETTLED}
        undo = lambda: self.again(steward, "RetractDecision", **back)
        self.assertEqual(self.events(pair, undo), [MERGED])
        self.assertEqual(self.events(pair, undo), [])

    def test_customers_are_merged_and_split_once(self):
        put("rp-7", "rp-8")
        pair = ("rp-7", "rp-8")
        ids = [customer_of(name).customer_id for name in pair]
        fields = {"left_customer_id": ids[0], "right_customer_id": ids[1]}
        merge = lambda: self.again(
            steward, "MergeCustomers", record=record("rp-merge", 1), **fields
        )
        self.assertEqual(self.events(pair, merge), [MERGED])
        groups = [{"profiles": [selector(name)]} for name in pair]
        split = lambda: self.again(
            steward, "SplitCustomer", groups=groups, record=record("rp-split", 2)
        )
        self.assertEqual(self.events(pair, split), [SPLIT])
        self.assertEqual(self.events(pair, merge), [])
        self.assertEqual(self.events(pair, split), [])
        self.assertFalse(self.are_one(*pair))

    def test_retractions_count_once(self):
        put("rp-9")
        email = {"namespace": "email", "value": "rp-9@shop.example"}
        off = {"profile": selector("rp-9"), "identifier": email, "ack_level": SETTLED}
        retract = lambda: self.again(steward, "RetractIdentifier", request_id="rp-off", **off)
        by_email = message("ResolveRequest", identifier=email)
        status = lambda: resolution.Resolve(by_email, timeout=10).resolution.status
        retract()
        self.assertEqual(status(), NOT_FOUND)
        self.again(steward, "RetractIdentifier", request_id="rp-on", withdrawn=True, **off)
        self.assertNotEqual(status(), NOT_FOUND)
        # Repeated when it was withdrawn since: it is older.
        retract()
        self.assertNotEqual(status(), NOT_FOUND)
        gone = {"source": "python", "interaction_id": "rp-9", "ack_level": SETTLED}
        retract = lambda: self.again(steward, "RetractInteraction", request_id="rp-gone", **gone)
        retract()
        self.assertEqual(customer_of("rp-9").status, NOT_FOUND)
        self.again(steward, "RetractInteraction", request_id="rp-here", withdrawn=True, **gone)
        retract()
        self.assertEqual(timeline_of("rp-9"), ["rp-9"])

    def test_orders_count_once(self):
        put("rp-10")
        email = {"namespace": "email", "value": "rp-10@shop.example"}
        fields = {"standing": HELD, "decided_by": "steward:1", "ack_level": SETTLED}
        self.again(steward, "OrderEvidence", value=email, request_id="rp-hold", **fields)
        listed = steward.ListOrders(message("ListOrdersRequest"), timeout=10).orders
        mine = [one for one in listed if one.value.value == email["value"]]
        self.assertEqual([(one.standing, one.decided_by) for one in mine], [(HELD, "steward:1")])

    def test_reviews_are_decided_once(self):
        shared = {"namespace": "email", "value": "rp-shared@shop.example"}
        names = ("rp-11", "rp-12")
        people = [[{"role": "buyer", "identifiers": [user(name), shared]}] for name in names]
        interactions = [interaction(n, parties=p) for n, p in zip(names, people)]
        request = message(
            "IngestInteractionBatchRequest", interactions=interactions, ack_level=SETTLED
        )
        ingest.IngestInteractionBatch(request, timeout=20)
        chosen = {"customer": customer_of("rp-11").customer_id}
        request = message("ListReviewsRequest", filter=chosen, page_size=10)
        [review] = steward.ListReviews(request, timeout=10).reviews
        pair = {"left_ref": review.left.profile_ref, "right_ref": review.right.profile_ref}
        fields = {"verdict": DIFFERENT, "pairs": [pair], "record": record("rp-review", 100)}
        [decided] = self.again(steward, "DecideReviews", **fields).decided
        self.assertEqual(len(self.decisions(decided.decision_id)), 1)

    def test_thresholds_without_decisions_are_refused_each_time(self):
        code, _ = self.again(steward, "CalibrateThresholds", join_from=0.9, propose=True)
        self.assertEqual(code, grpc.StatusCode.FAILED_PRECONDITION)

    def versions(self):
        return rules.GetVersions(message("GetVersionsRequest"), timeout=10).versions

    def rules_once(self, method, **fields):
        """As `again`, of answers that say as well how far the building is, which goes on."""
        request = message(f"{method}Request", **fields)
        Repeats.repeated.add(method)
        call = getattr(rules, method)
        calls = [call.future(request, timeout=20) for _ in range(AT_ONCE)]
        answers = [one.result().versions for one in calls] + [call(request, timeout=20).versions]
        told = {
            (a.live_version, a.live_generation, a.candidate.version, a.candidate.generation)
            for a in answers
        }
        self.assertEqual(len(told), 1, method)
        return told.pop()

    def test_versions_change_once(self):
        with open("../../../shared/rules/deterministic.yaml", encoding="utf-8") as file:
            text = file.read().replace("component_cap: 1000", "component_cap: 998")
        before = self.versions()
        *live, dropped, first = self.rules_once("ProposeVersion", rules_yaml=text)
        self.assertEqual(live, [before.live_version, before.live_generation])
        self.assertEqual(self.rules_once("DropVersion", version=dropped)[2:], ("", 0))
        *_, version, second = self.rules_once("ProposeVersion", rules_yaml=text)
        self.assertEqual((version, second), (dropped, first + 1))
        deadline = time.monotonic() + 10
        while not self.versions().candidate.complete:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        self.assertEqual(self.rules_once("ActivateVersion", version=version), (version, second, "", 0))
        past = list(self.versions().past_versions)
        self.assertEqual(past, [before.live_version, *before.past_versions])


if __name__ == "__main__":
    unittest.main(verbosity=2)
