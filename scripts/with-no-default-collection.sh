#!/usr/bin/env bash
# Runs a command against a gnome-keyring that holds no collection: scripts/with-no-default-collection.sh COMMAND...
# What a first start on a bare machine or under WSL finds. Without a display no prompt can appear.
set -euo pipefail
exec env KEYRING_START=empty "$(dirname "$0")/with-locked-keyring.sh" "$@"
