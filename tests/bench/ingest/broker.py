# SPDX-License-Identifier: Apache-2.0
"""A private RabbitMQ node on loopback, for one run of the bench; skipped by name where it is not installed."""
import os
import pathlib
import pwd
import shutil
import signal
import subprocess

from ground import harness

PROGRAM = pathlib.Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
ACCOUNT = "rabbitmq"  # made by the package; used only by root


def is_installed():
    return PROGRAM.exists()


class Broker:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder) / "broker"
        self.port, self.distribution, self.names = harness.free_ports(3)
        self.process = None

    def environment(self):
        return {
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "LC_ALL": "C.UTF-8",
            "RABBITMQ_NODENAME": f"bench{os.getpid()}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1", "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self.distribution),
            "ERL_EPMD_PORT": str(self.names), "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"), "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq"),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "none"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS":
                "-kernel inet_dist_use_interface {127,0,0,1}",
        }

    def start(self):
        self.folder.mkdir()
        (self.folder / "plugins").write_text("[].\n")
        (self.folder / "rabbitmq.conf").write_text(f"listeners.tcp.default = 127.0.0.1:{self.port}\n")
        if os.geteuid() == 0:
            account = pwd.getpwnam(ACCOUNT)
            for path in (self.folder, *self.folder.iterdir()):
                os.chown(path, account.pw_uid, account.pw_gid)
            os.chmod(self.folder.parent, 0o711)
        with open(self.folder / "start.log", "wb") as log:
            self.process = subprocess.Popen(self.owned([PROGRAM]), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=self.environment(), cwd="/", start_new_session=True)
        harness.wait_until(self.answers, "RabbitMQ listening", 120)

    def owned(self, command):
        if os.geteuid() != 0:
            return list(map(str, command))
        return ["setpriv", f"--reuid={ACCOUNT}", f"--regid={ACCOUNT}", "--clear-groups", "--", *map(str, command)]

    def answers(self):
        if self.process.poll() is not None:
            raise SystemExit(f"RabbitMQ did not start:\n{(self.folder / 'start.log').read_text()[-2000:]}")
        return "Starting broker... completed" in (self.folder / "start.log").read_text()

    def stop(self):
        """The node, then the name server that it started: on a port of its own, so it is ours."""
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        subprocess.run(["epmd", "-port", str(self.names), "-kill"], stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.environment(), check=False)
        shutil.rmtree(self.folder, ignore_errors=True)
