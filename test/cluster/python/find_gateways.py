"""Goes on asking a name with several gateways behind it, as a client of another language does.

SELFSAME_TARGET is a target of gRPC's DNS resolver, SELFSAME_SERVICE_CONFIG the published
configuration. Ends with its standard input; the exit code is 1 when a call failed.
"""

import os
import sys
import threading

import grpc

from contract import Service, message

OPTIONS = [
    ("grpc.service_config", os.environ["SELFSAME_SERVICE_CONFIG"]),
    # Its default of 30 s would only make the test longer.
    ("grpc.dns_min_time_between_resolutions_ms", 100),
]

over = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
with grpc.insecure_channel(os.environ["SELFSAME_TARGET"], options=OPTIONS) as channel:
    resolution = Service(channel, "selfsame.v1.ResolutionService")
    identifier = {"namespace": "login", "value": "ada"}
    while not over.wait(0.005):
        resolution.Resolve(message("ResolveRequest", identifier=identifier), timeout=10)
