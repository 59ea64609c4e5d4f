"""Cost of commands: CPU seconds, peak memory in KiB and seconds by the clock of each run; the commands take turns.

Reads {"runs": N, "commands": {NAME: [PROGRAM, ARGUMENT, ...]}} and writes {NAME: [[CPU seconds, KiB, seconds], ...]}.
"""

import json
import os
import subprocess
import sys
import time

order = json.load(sys.stdin)
costs = {name: [] for name in order["commands"]}
for run in range(order["runs"] + 1):
    for name, command in order["commands"].items():
        start = time.perf_counter()
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _, _, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        if run > 0:  # the first fills caches of files
            costs[name].append([usage.ru_utime + usage.ru_stime, usage.ru_maxrss, seconds])
json.dump(costs, sys.stdout)
