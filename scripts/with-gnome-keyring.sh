#!/usr/bin/env bash
# Runs a command against a throw-away, unlocked gnome-keyring: scripts/with-gnome-keyring.sh COMMAND...
# HOME, the XDG folders and the D-Bus session are its own and end with it, and the bus starts no service by itself.
# Without a display no prompt can appear. KEYRING_BUS=services: the bus starts what is installed, as the desktop portal.
set -euo pipefail

KEYRING_DIR=$(mktemp -d)
export KEYRING_DIR
trap 'rm -rf "$KEYRING_DIR"' EXIT
mkdir -p -m 700 "$KEYRING_DIR"/{home,run,data,config,cache}

name_has_owner() {
  gdbus call --session --dest org.freedesktop.DBus --object-path /org/freedesktop/DBus \
    --method org.freedesktop.DBus.NameHasOwner org.freedesktop.secrets 2>/dev/null | grep -q true
}

inside() {
  printf %s throw-away |
    gnome-keyring-daemon --foreground --unlock --components=secrets >"$KEYRING_DIR/daemon.log" 2>&1 &
  export KEYRING_PID=$!
  # NameHasOwner does not make D-Bus start a second, locked daemon.
  for _ in $(seq 200); do
    name_has_owner && break
    kill -0 "$KEYRING_PID" 2>/dev/null || { cat "$KEYRING_DIR/daemon.log" >&2; exit 97; }
    sleep 0.05
  done
  name_has_owner || { cat "$KEYRING_DIR/daemon.log" >&2; exit 98; }
  local status=0
  "$@" || status=$?
  if ! kill -0 "$KEYRING_PID" 2>/dev/null; then
    local ended=0
    wait "$KEYRING_PID" || ended=$?
    echo "with-gnome-keyring: the keyring ended unasked, with $ended:" >&2
    cat "$KEYRING_DIR/daemon.log" >&2
  fi
  kill "$KEYRING_PID" 2>/dev/null || true
  exit "$status"
}
export -f name_has_owner inside

bus=(--config-file="$(dirname "$0")/bus-without-services.conf")
[ "${KEYRING_BUS:-}" = services ] && bus=()
env -u DISPLAY -u WAYLAND_DISPLAY -u GNOME_KEYRING_CONTROL \
  HOME="$KEYRING_DIR/home" XDG_RUNTIME_DIR="$KEYRING_DIR/run" XDG_DATA_HOME="$KEYRING_DIR/data" \
  XDG_CONFIG_HOME="$KEYRING_DIR/config" XDG_CACHE_HOME="$KEYRING_DIR/cache" \
  dbus-run-session "${bus[@]}" -- bash -c 'inside "$@"' with-gnome-keyring "$@"
