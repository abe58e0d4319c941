#!/bin/bash
# Makes an Amazon Linux 2023 instance serve one page that says who answered and where. Nothing is downloaded: Python and
# systemd are in the image. Meant for a launch template's UserData; run twice it changes nothing.
#
#   BOOT_ROOT  install into another root than /, and start nothing: for images, and for tests
set -Eeuo pipefail
root=${BOOT_ROOT:-}
trap 'echo "evenkeel: boot failed: line $LINENO: $BASH_COMMAND" >&2' ERR

# put MODE PATH: stdin becomes the file.
put() {
  mkdir -p "$root${2%/*}"
  cat >"$root$2"
  chmod "$1" "$root$2"
}

put 644 /opt/hello/server.py <<'END'
"""One page that says which instance and zone answered. PORT (80), HOST (all addresses). SIGTERM: it finishes what it has."""
import html, os, signal, socket, sys, threading, urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

METADATA = os.environ.get("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://169.254.169.254")

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Hello from {instance}</title>
<style>
body {{ font: 1.2rem/1.6 system-ui, sans-serif; max-width: 36rem; margin: 15vh auto; padding: 0 1rem }}
strong {{ white-space: nowrap }}
</style>
</head>
<body>
<h1>Hello</h1>
<p>from instance <strong>{instance}</strong> in zone <strong>{zone}</strong>.</p>
</body>
</html>
"""


def ask(path, method="GET", **headers):
    request = urllib.request.Request(METADATA + path, method=method)
    for name, value in headers.items():
        request.add_header("X-aws-ec2-metadata-" + name.replace("_", "-"), value)
    with urllib.request.urlopen(request, timeout=2) as reply:
        return reply.read().decode()


def identity():
    """Who and where this is, by version 2 of the instance metadata service."""
    try:
        token = ask("/latest/api/token", "PUT", token_ttl_seconds="60")
        paths = ("instance-id", "placement/availability-zone")
        return [ask("/latest/meta-data/" + path, token=token) for path in paths]
    except OSError:
        return [socket.gethostname(), "no zone"]


INSTANCE, ZONE = identity()
draining = threading.Event()


class Hello(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "hello", ""
    # Longer than a load balancer keeps an idle connection.
    timeout = 75

    def do_GET(self):
        path = self.path.split("?")[0]
        if path == "/":
            self.answer(200, PAGE.format(instance=html.escape(INSTANCE), zone=html.escape(ZONE)), "text/html")
        elif path == "/live":
            self.answer(200, "live\n")
        elif path == "/ready":
            self.answer(503, "draining\n") if draining.is_set() else self.answer(200, "ready\n")
        else:
            self.answer(404, "not found\n")

    do_HEAD = do_GET

    def answer(self, status, text, kind="text/plain"):
        body = text.encode()
        self.send_response(status)
        headers = {"Content-Type": kind + "; charset=utf-8", "Content-Length": len(body), "Cache-Control": "no-store",
                   "X-Content-Type-Options": "nosniff", "X-Instance-Id": INSTANCE, "X-Zone": ZONE}
        if kind == "text/html":
            headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
        if draining.is_set():
            headers["Connection"] = "close"
            self.close_connection = True
        for name, value in headers.items():
            self.send_header(name, str(value))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format, *values):
        """Health checks would be most of the log."""
        if self.path not in ("/live", "/ready"):
            print(self.address_string(), format % values, flush=True)

    def handle(self):
        with busy:
            super().handle()


class Busy:
    """How many connections are served now."""
    def __init__(self):
        self.count, self.changed = 0, threading.Condition()

    def __enter__(self):
        with self.changed:
            self.count += 1

    def __exit__(self, *_):
        with self.changed:
            self.count -= 1
            self.changed.notify_all()


busy = Busy()


class Server(ThreadingHTTPServer):
    # Connections that idle do not keep the process: it waits for those itself, and no longer than a while.
    daemon_threads = True
    request_queue_size = 256


server = Server((os.environ.get("HOST", ""), int(os.environ.get("PORT", "80"))), Hello)


def drain(*_):
    draining.set()
    threading.Thread(target=server.shutdown).start()


signal.signal(signal.SIGTERM, drain)
print("listens on http://127.0.0.1:%d" % server.server_port, flush=True)
server.serve_forever(poll_interval=0.05)
server.server_close()
with busy.changed:
    # Pages take milliseconds: what is still open after this idles.
    busy.changed.wait_for(lambda: busy.count == 0, timeout=2)
sys.stdout.flush()
END

put 644 /etc/systemd/system/hello.service <<'END'
[Unit]
Description=One page that says who answered
After=network-online.target
Wants=network-online.target

[Service]
ExecStart=/usr/bin/python3 /opt/hello/server.py
DynamicUser=yes
AmbientCapabilities=CAP_NET_BIND_SERVICE
CapabilityBoundingSet=CAP_NET_BIND_SERVICE
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
Restart=always
RestartSec=5

[Install]
WantedBy=multi-user.target
END

# For the agent that the launch template installs: may it take traffic, and what ends its work. Done when the service has
# finished what it had.
put 755 /etc/evenkeel/ready.d/50-hello <<'END'
#!/bin/sh
exec curl -fsS http://localhost/ready
END
put 755 /etc/evenkeel/drain.d/50-hello <<'END'
#!/bin/sh
exec systemctl stop hello.service
END

if [ -z "$root" ]; then
  systemctl daemon-reload
  systemctl enable --now hello.service
fi
