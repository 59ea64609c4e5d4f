#!/usr/bin/env bash
# Runs a command against a throw-away gnome-keyring whose default collection is locked:
#   scripts/with-locked-keyring.sh COMMAND...
# KEYRING_DISPLAY=:7 lets the keyring ask for its password there; without it no prompt can appear.
set -euo pipefail

KEYRING_DIR=$(mktemp -d)
export KEYRING_DIR
trap 'rm -rf "$KEYRING_DIR"' EXIT
mkdir -p -m 700 "$KEYRING_DIR"/{home,run,data,config,cache}

await_name() {
  for _ in $(seq 200); do
    gdbus call --session --dest org.freedesktop.DBus --object-path /org/freedesktop/DBus \
      --method org.freedesktop.DBus.NameHasOwner org.freedesktop.secrets 2>/dev/null | grep -q true && return
    sleep 0.05
  done
  exit 98
}

# Unlocked once, so that there is a collection with a password.
make_collection() {
  printf %s throw-away |
    gnome-keyring-daemon --foreground --unlock --components=secrets >/dev/null 2>&1 &
  local daemon=$!
  await_name
  printf %s value | secret-tool store --label=probe service latchkey-locked username key
  kill "$daemon"
  wait "$daemon" 2>/dev/null || true
}

inside() {
  gnome-keyring-daemon --foreground --components=secrets >/dev/null 2>&1 &
  local daemon=$!
  await_name
  local status=0
  "$@" || status=$?
  kill "$daemon" 2>/dev/null || true
  exit "$status"
}
export -f await_name make_collection inside

run() {
  env -u WAYLAND_DISPLAY -u GNOME_KEYRING_CONTROL -u DISPLAY ${KEYRING_DISPLAY:+DISPLAY=$KEYRING_DISPLAY} \
    HOME="$KEYRING_DIR/home" XDG_RUNTIME_DIR="$KEYRING_DIR/run" XDG_DATA_HOME="$KEYRING_DIR/data" \
    XDG_CONFIG_HOME="$KEYRING_DIR/config" XDG_CACHE_HOME="$KEYRING_DIR/cache" \
    dbus-run-session -- bash -c "$@"
}

if [ "${KEYRING_START:-locked}" = locked ]; then run make_collection; fi
run 'inside "$@"' with-locked-keyring "$@"
