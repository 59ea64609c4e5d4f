#!/usr/bin/env bash
# Runs a command against a throw-away KeePassXC as the Secret Service: scripts/with-keepassxc.sh COMMAND...
# Its database (password "kppass", nothing in it) is a copy; HOME, the XDG folders and the bus are its own.
set -euo pipefail

FIXTURES=$(cd "$(dirname "$0")/../test/fixtures/keepassxc" && pwd)
KEEPASSXC_DIR=$(mktemp -d)
export KEEPASSXC_DIR
trap 'rm -rf "$KEEPASSXC_DIR"' EXIT
mkdir -p -m 700 "$KEEPASSXC_DIR"/{home,run,data,config,cache,tmp}
mkdir "$KEEPASSXC_DIR/config/keepassxc"
cp "$FIXTURES/vault.kdbx" "$KEEPASSXC_DIR/vault.kdbx"
chmod 600 "$KEEPASSXC_DIR/vault.kdbx"
cat >"$KEEPASSXC_DIR/config/keepassxc/keepassxc.ini" <<'INI'
[General]
AutoReloadOnChange=false
AutoSaveAfterEveryChange=false
AutoSaveOnExit=false
ConfigVersion=2
FirstRun=false
UpdateCheckMessageShown=true
[FdoSecrets]
ConfirmAccessItem=false
ConfirmDeleteItem=false
Enabled=true
ShowNotification=false
UnlockBeforeSearch=false
[GUI]
MinimizeOnStartup=true
INI

# The default collection is there only once the database is open.
is_open() {
  gdbus call --session --dest org.freedesktop.DBus --object-path /org/freedesktop/DBus \
    --method org.freedesktop.DBus.NameHasOwner org.freedesktop.secrets 2>/dev/null | grep -q true || return 1
  gdbus call --session --dest org.freedesktop.secrets --object-path /org/freedesktop/secrets \
    --method org.freedesktop.Secret.Service.ReadAlias default 2>/dev/null | grep -q collection
}

inside() {
  echo kppass | keepassxc --pw-stdin "$KEEPASSXC_DIR/vault.kdbx" >"$KEEPASSXC_DIR/keepassxc.log" 2>&1 &
  local keepassxc=$!
  for _ in $(seq 200); do
    is_open && break
    kill -0 "$keepassxc" 2>/dev/null || { cat "$KEEPASSXC_DIR/keepassxc.log" >&2; exit 97; }
    sleep 0.1
  done
  is_open || { cat "$KEEPASSXC_DIR/keepassxc.log" >&2; exit 98; }
  # It goes on exposing its groups for a moment, and dies of a client that comes in between.
  sleep 1.5
  local status=0
  "$@" || status=$?
  # It has nothing to save that is kept, and SIGTERM does not always end it.
  kill -KILL "$keepassxc" 2>/dev/null || true
  exit "$status"
}
export -f is_open inside

# Its own TMPDIR: that is where it looks for another instance of itself.
env -u DISPLAY -u WAYLAND_DISPLAY TMPDIR="$KEEPASSXC_DIR/tmp" QT_QPA_PLATFORM=offscreen \
  HOME="$KEEPASSXC_DIR/home" XDG_RUNTIME_DIR="$KEEPASSXC_DIR/run" XDG_DATA_HOME="$KEEPASSXC_DIR/data" \
  XDG_CONFIG_HOME="$KEEPASSXC_DIR/config" XDG_CACHE_HOME="$KEEPASSXC_DIR/cache" \
  dbus-run-session --config-file="$(dirname "$0")/bus-without-services.conf" -- bash -c 'inside "$@"' with-keepassxc "$@"
