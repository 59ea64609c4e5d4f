"""A Python process that stays: one JSON request a line in, one answer a line out (get, set, delete through `keyring`)."""

import json
import sys

import keyring

for line in sys.stdin:
    op, service, account, value = json.loads(line)
    if op == "get":
        answer = keyring.get_password(service, account)
    elif op == "set":
        answer = keyring.set_password(service, account, value)
    else:
        answer = keyring.delete_password(service, account)
    print(json.dumps(answer), flush=True)
