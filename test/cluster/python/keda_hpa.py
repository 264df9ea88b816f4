"""KEDA and the HPA as an independent client sees them: asks the scaler by its contract, and decides
as the HPA does. Driven by `test/cluster/keda-scaler.test.ts` over standard input, a JSON object a
line: `{"at": seconds, "replicas": n, "address": "host:port"}`; answers a line each.

The rules of the HPA (kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale, AverageValue):
desired = ceil(replicas x metric / (target x replicas)), nothing within a tolerance of 10 %; up: the
least of the stabilisation window, down: the greatest; policies limit the pods added or removed in a
period. Windows and policies come from the ScaledObject of k8s/.
"""

import json
import math
import os
import sys

import grpc

from contract import Service, message

SPEC = json.loads(os.environ["SELFSAME_SCALED_OBJECT"])["spec"]
BEHAVIOR = SPEC["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]
REF = {"name": "selfsame-shard", "namespace": "selfsame", "scalerMetadata": {"scalerAddress": "x"}}
TOLERANCE = 0.1


class Hpa:
    def __init__(self):
        self.recommendations = []
        self.changes = []

    def allowed(self, direction, now, replicas):
        """The number that the policies let be reached now."""
        rules = BEHAVIOR["scaleUp" if direction > 0 else "scaleDown"]
        best = 0
        for policy in rules["policies"]:
            assert policy["type"] == "Pods", policy
            since = now - policy["periodSeconds"]
            done = sum(c for at, c in self.changes if at > since and c * direction > 0)
            best = max(best, policy["value"] - abs(done))
        return replicas + direction * max(0, best)

    def decide(self, now, replicas, metric, target):
        ratio = metric / (target * replicas)
        proposal = replicas if abs(ratio - 1) <= TOLERANCE else math.ceil(metric / target)
        proposal = min(SPEC["maxReplicaCount"], max(SPEC["minReplicaCount"], proposal))
        self.recommendations.append((now, proposal))
        least = self.within(now, "scaleUp", min)
        most = self.within(now, "scaleDown", max)
        stable = replicas
        if stable < least:
            stable = least
        elif stable > most:
            stable = most
        if stable > replicas:
            stable = min(stable, self.allowed(1, now, replicas))
        elif stable < replicas:
            stable = max(stable, self.allowed(-1, now, replicas))
        if stable != replicas:
            self.changes.append((now, stable - replicas))
        return stable

    def within(self, now, name, choose):
        window = BEHAVIOR[name]["stabilizationWindowSeconds"]
        return choose(p for at, p in self.recommendations if at > now - window or at == now)


def meet(address):
    """The scaler at an address, its metric, and the three methods that KEDA asks before it."""
    service = Service(grpc.insecure_channel(address), "externalscaler.ExternalScaler")
    ref = message("externalscaler.ScaledObjectRef", **REF)
    assert next(iter(service.StreamIsActive(ref, timeout=60))).result
    assert service.IsActive(ref, timeout=5).result
    spec = service.GetMetricSpec(ref, timeout=5).metricSpecs[0]
    assert spec.targetSize == spec.targetSizeFloat == 1, spec
    unknown = message("externalscaler.GetMetricsRequest", metricName="other")
    try:
        service.GetMetrics(unknown, timeout=5)
        raise AssertionError("a metric that does not exist was answered")
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.NOT_FOUND, error
    return service, spec


def main():
    hpa = Hpa()
    known = {}
    for line in sys.stdin:
        tick = json.loads(line)
        address = tick["address"]
        if address not in known:
            known[address] = meet(address)
        service, spec = known[address]
        request = message("externalscaler.GetMetricsRequest", metricName=spec.metricName)
        replicas = tick["replicas"]
        try:
            value = service.GetMetrics(request, timeout=5).metricValues[0]
            assert value.metricValue == value.metricValueFloat
            metric = value.metricValueFloat
            replicas = hpa.decide(tick["at"], replicas, metric, spec.targetSizeFloat)
        except grpc.RpcError as error:
            # KEDA's fallback keeps at least what is there (currentReplicasIfHigher).
            assert error.code() == grpc.StatusCode.UNAVAILABLE, error
            metric = None
        print(json.dumps({"metric": metric, "replicas": replicas}), flush=True)


main()
