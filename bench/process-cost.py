"""Cost of commands: CPU seconds and peak memory in KiB of each run; the commands take turns.

Reads {"runs": N, "commands": {NAME: [PROGRAM, ARGUMENT, ...]}} and writes {NAME: [[seconds, KiB], ...]}.
"""

import json
import os
import subprocess
import sys

order = json.load(sys.stdin)
costs = {name: [] for name in order["commands"]}
for run in range(order["runs"] + 1):
    for name, command in order["commands"].items():
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _, _, usage = os.wait4(child.pid, 0)
        if run > 0:  # the first fills caches of files
            costs[name].append([usage.ru_utime + usage.ru_stime, usage.ru_maxrss])
json.dump(costs, sys.stdout)
