#!/bin/sh
# Runs in the place of Electron's executable: starts it on a session bus with a keychain and with the desktop
# portal, which D-Bus starts on demand. Root may look into every process but a person's portal may not, so
# root gives up that capability.
set -eu
if [ -z "${LATCHKEY_E2E_DISPLAY:-}" ]; then
  export LATCHKEY_E2E_DISPLAY="$DISPLAY" KEYRING_BUS=services
  [ "$(id -u)" = 0 ] && less='setpriv --bounding-set=-sys_ptrace --inh-caps=-sys_ptrace' || less=
  exec $less "$(dirname "$0")/../../scripts/with-gnome-keyring.sh" "$0" "$@"
fi
gdbus call --session --dest org.freedesktop.DBus --object-path /org/freedesktop/DBus \
  --method org.freedesktop.DBus.UpdateActivationEnvironment \
  "{'DISPLAY': '$LATCHKEY_E2E_DISPLAY', 'GSETTINGS_BACKEND': 'memory'}" >/dev/null
DISPLAY="$LATCHKEY_E2E_DISPLAY" exec "$LATCHKEY_E2E_ELECTRON" "$@"
