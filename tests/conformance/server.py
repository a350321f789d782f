"""The real server over a store of its own, for examples."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import grpc

# The plugin that is there from the start, and the one that the example of LoadPlugin adds.
FIRST, LATER = "company_name", "account_fit"
LARGEST_ANSWER = 64 << 20


class Server:
    """leadlined with the shipped rules. Use it in a `with`."""

    def __init__(self, binaries: Path, root: Path) -> None:
        self._binaries, self._root = binaries.resolve(), root

    def __enter__(self) -> "Server":
        self._folder = tempfile.TemporaryDirectory(prefix="leadline-conformance-")
        work = Path(self._folder.name)
        self.plugins = work / "plugins"
        self.plugins.mkdir()
        built = self._binaries.parent / "plugins"
        for name in (FIRST, LATER):
            for ending in (".so", ".plugin.json"):
                shutil.copy(built / (name + ending), self.plugins)
        trust = work / "trust.json"
        subprocess.run([self._binaries / "leadline", "plugin", "trust", self.plugins, f"--local=org.leadline.{FIRST}",
                        f"--local=org.leadline.{LATER}", "--out", trust], check=True, stdout=subprocess.DEVNULL)
        (self.plugins / f"{LATER}.so").rename(work / f"{LATER}.so")
        self._later = work / f"{LATER}.so"
        address = f"unix:{work}/socket"
        self._log = open(work / "log", "w+", encoding="utf-8")
        self._process = subprocess.Popen(
            [self._binaries / "leadlined", "--listen", address, "--data", work / "data", "--rules", "rules",
             "--plugins", self.plugins, "--plugin-trust", trust, "--plugin-without-landlock",
             "--log-level", "warning"], cwd=self._root, stdout=self._log, stderr=self._log)
        self.channel = grpc.insecure_channel(address, options=[("grpc.max_receive_message_length", LARGEST_ANSWER)])
        try:
            grpc.channel_ready_future(self.channel).result(timeout=30)
        except grpc.FutureTimeoutError:
            self.__exit__()
            raise
        return self

    def add_plugin(self) -> None:
        """Puts the later plugin where the server finds it."""
        shutil.copy(self._later, self.plugins)

    def __exit__(self, *_) -> None:
        self.channel.close()
        self._process.terminate()
        status = self._process.wait(timeout=30)
        self._log.seek(0)
        log = self._log.read()
        self._log.close()
        self._folder.cleanup()
        if status != 0:
            raise RuntimeError(f"the server ended with exit status {status}; its log:\n{log}")
