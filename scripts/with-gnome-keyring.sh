#!/usr/bin/env bash
# Runs a command against a throw-away, unlocked gnome-keyring: scripts/with-gnome-keyring.sh COMMAND...
# HOME, the XDG folders and the D-Bus session are its own and end with it. The bus starts nothing but the keyring, as a
# desktop does, so a keyring that crashes is there again at the next request. The crash is told at the end, and also in the
# folder KEYRING_REPORTS if that is set.
# Without a display no prompt can appear. KEYRING_BUS=services: the bus starts what is installed, as the desktop portal.
set -euo pipefail

KEYRING_DIR=$(mktemp -d)
export KEYRING_DIR
trap 'rm -rf "$KEYRING_DIR"' EXIT
mkdir -p -m 700 "$KEYRING_DIR"/{home,run,data,config,cache} "$KEYRING_DIR/data/dbus-1/services"

# Session buses look for services in XDG_DATA_HOME first.
cat >"$KEYRING_DIR/data/dbus-1/services/org.freedesktop.secrets.service" <<END
[D-BUS Service]
Name=org.freedesktop.secrets
Exec=$KEYRING_DIR/keyring
END
printf %s throw-away >"$KEYRING_DIR/password"
cat >"$KEYRING_DIR/keyring" <<END
#!/usr/bin/env bash
exec >>"$KEYRING_DIR/daemon.log" 2>&1 <"$KEYRING_DIR/password"
echo \$\$ >>"$KEYRING_DIR/pids"
exec gnome-keyring-daemon --foreground --unlock --components=secrets
END
chmod +x "$KEYRING_DIR/keyring"

inside() {
  gdbus call --session --dest org.freedesktop.DBus --object-path /org/freedesktop/DBus \
    --method org.freedesktop.DBus.StartServiceByName org.freedesktop.secrets 0 >/dev/null ||
    { cat "$KEYRING_DIR/daemon.log" >&2; exit 97; }
  local status=0
  "$@" || status=$?
  local pid
  pid=$(tail -n 1 "$KEYRING_DIR/pids")
  local crashes=$(($(wc -l <"$KEYRING_DIR/pids") - 1))
  kill "$pid" 2>/dev/null || crashes=$((crashes + 1))
  if [ "$crashes" -gt 0 ]; then
    { echo "with-gnome-keyring: the keyring crashed, $crashes times:"; tail -n 10 "$KEYRING_DIR/daemon.log"; } |
      tee ${KEYRING_REPORTS:+"$KEYRING_REPORTS/keyring-$$.log"} >&2
  fi
  exit "$status"
}
export -f inside

sed "s|</busconfig>|<servicedir>$KEYRING_DIR/data/dbus-1/services</servicedir></busconfig>|" \
  "$(dirname "$0")/bus-without-services.conf" >"$KEYRING_DIR/bus.conf"
bus=(--config-file="$KEYRING_DIR/bus.conf")
[ "${KEYRING_BUS:-}" = services ] && bus=()
env -u DISPLAY -u WAYLAND_DISPLAY -u GNOME_KEYRING_CONTROL \
  HOME="$KEYRING_DIR/home" XDG_RUNTIME_DIR="$KEYRING_DIR/run" XDG_DATA_HOME="$KEYRING_DIR/data" \
  XDG_CONFIG_HOME="$KEYRING_DIR/config" XDG_CACHE_HOME="$KEYRING_DIR/cache" \
  dbus-run-session "${bus[@]}" -- bash -c 'inside "$@"' with-gnome-keyring "$@"
