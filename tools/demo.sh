#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# demo.sh BUILD: the main job on real input, in plain words. `./dev demo` builds everything and calls this.
set -eu
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
PATH=$build/bin:$PATH
vm=demo
guest=$("$here/guest/build.sh" --check) || { echo 'demo: build the test guest first: ./dev demo' >&2; exit 1; }

# What lasts between runs: the machine, powered off, with its saved state. The path is kept short: libvirt puts
# the agent's socket below it, and the name of a socket has at most 107 bytes.
state=$(dirname "$(dirname "$guest")")/demo
work=$(mktemp -d "${TMPDIR:-/tmp}/comeback-demo.XXXXXX")
# QEMU runs as an unprivileged user where it can: what it reads must be reachable.
chmod 0755 "$work"
COMEBACK_URI="qemu:///embed?root=$state/libvirt"
export COMEBACK_URI

step() { printf '\n\033[1m%s\033[0m\n' "$*"; }
show() { printf '\033[2m$ %s\033[0m\n' "$*"; "$@"; }

finish() {
  status=$?
  trap - EXIT HUP INT TERM
  if [ -e "$state/started" ]; then
    # Saved in good order it wakes in a second next time; otherwise it boots anew.
    if [ "$status" = 0 ] && comeback -q vm save "$vm"; then :; else forget; fi
    rm -f "$state/started"
  fi
  rm -rf "$work"
  [ "$status" = 0 ] || echo "demo: failed (status $status)" >&2
  exit "$status"
}

# The machine goes before its disk does; one that cannot be stopped keeps it.
forget() {
  if [ -e "$state/guest" ] && [ "$(comeback --json vm info "$vm" 2>/dev/null | grep -c '"state": "running"')" = 1 ]; then
    comeback -q vm stop "$vm"
  fi
  rm -rf "$state"
  mkdir -p "$state"
}
trap finish EXIT
trap 'exit 130' HUP INT TERM

# Waits until `sessions` says that as many users are on as wanted.
wait_for_users() {
  tries=0
  until [ "$(comeback --json guest sessions "$vm" 2>/dev/null | grep -c '"id"')" -ge "$1" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 240 ] || { echo 'demo: the users did not log on' >&2; exit 1; }
    sleep 0.5
  done
}

log_users_in() {
  run_in_guest "$vm" 'systemctl start --no-block getty@tty2 getty@tty3 desktop@carol' >/dev/null
  wait_for_users 3
}

digest_of_list() { LC_ALL=C sort | sha256sum | cut -d' ' -f1; }

start_guest() {
  : >"$state/started"
  if [ ! -e "$state/disk.qcow2" ]; then
    printf '%s\n' "$guest" >"$state/guest"
    qemu-img create -q -f qcow2 -F raw -b "$guest/root.img" "$state/disk.qcow2"
    "$here/guest/domain.sh" "$vm" "$guest" "$state/disk.qcow2" >"$work/domain.xml"
    comeback -q vm define "$work/domain.xml"
    echo 'Booting it under QEMU (later runs wake it from its saved state)'
  fi
  show comeback vm start "$vm"
}

mkdir -p "$state"
chmod 0755 "$state"
exec 9>"$state.lock"
flock -n 9 || { echo 'demo: another demo is running' >&2; trap - EXIT; rm -rf "$work"; exit 1; }

# A run that was cut off may have left a machine behind; a changed guest needs a new one.
if [ -e "$state/started" ] || [ "$(cat "$state/guest" 2>/dev/null)" != "$guest" ]; then forget; fi

step '1. Pack real folders of this machine into one image: ISO 9660, Joliet, Rock Ridge'
show comeback disc create "$work/demo.iso" --volume DEMO --follow-links \
  --root /include=/usr/include --root /ca-certificates=/usr/share/ca-certificates
show comeback disc info "$work/demo.iso"
show comeback disc ls -l "$work/demo.iso" /ca-certificates/mozilla | tail -n 5
show comeback disc verify "$work/demo.iso" --follow-links \
  --against /include=/usr/include --against /ca-certificates=/usr/share/ca-certificates
chmod 0644 "$work/demo.iso"

step '2. Start the Debian test guest: alice and bob on text consoles, carol in a graphical session'
start_guest
wait_for_agent=0
until run_in_guest "$vm" true >/dev/null 2>&1; do
  wait_for_agent=$((wait_for_agent + 1))
  [ "$wait_for_agent" -lt 240 ] || { echo 'demo: the guest agent did not answer' >&2; exit 1; }
  sleep 0.5
done
log_users_in
show comeback guest sessions "$vm"

step "3. Put the image into the guest's DVD drive; its own Linux reads every file, as ISO 9660 and as Joliet"
show comeback vm dvd insert "$vm" "$work/demo.iso"
( cd /usr && find -L include share/ca-certificates -type f -exec sha256sum {} + ) |
  sed 's,  share/ca-certificates,  ca-certificates,' >"$work/source.sums"
# Plain ISO 9660 has names of its own: there the contents alone are compared.
names=$(sed 's,  include/,  ./include/,; s,  ca-certificates/,  ./ca-certificates/,' "$work/source.sums" | digest_of_list)
contents=$(cut -d' ' -f1 "$work/source.sums" | digest_of_list)
count=$(wc -l <"$work/source.sums")
# shellcheck disable=SC2016  # the guest's shell expands it
# check=strict: /usr/include has names that differ in case alone, and Linux ignores case on Joliet by default.
# A guest that boots slowly has users before it has its drive.
script='set -e; trap "umount /mnt/dvd" EXIT
for i in $(seq 120); do [ ! -b /dev/sr0 ] || break; sleep 0.5; done
mount -t iso9660 -o "ro,$OPTIONS" /dev/sr0 /mnt/dvd
cd /mnt/dvd; find . -type f -exec sha256sum {} + >/tmp/sums; cd /
wc -l </tmp/sums; eval "$FILTER" </tmp/sums | LC_ALL=C sort | sha256sum | cut -d" " -f1'
check() { # TITLE OPTIONS FILTER DIGEST
  answer=$(run_in_guest "$vm" "OPTIONS='$2' FILTER='$3'; $script" 240)
  [ "$answer" = "$count
$4" ] || { echo "demo: $1: the guest read something else: $answer, not $count $4" >&2; exit 1; }
  echo "$1: all $count files have the same SHA-256 in the guest as in the source"
}
check 'plain ISO 9660' norock,nojoliet 'cut -d" " -f1' "$contents"
check 'Joliet' norock,iocharset=utf8,check=strict cat "$names"
show comeback -q vm dvd eject "$vm"

step '4. A COM client logs everyone off, then makes the image of step 1 through IFileSystemImage'
show logoff_and_image --logoff-only "$vm"
show logoff_and_image --image-only "$work/com.iso" /usr/include /usr/share/ca-certificates
show comeback disc verify "$work/com.iso" --follow-links --against /usr/include --against /usr/share/ca-certificates

step '5. The users log in again, and the command line does the same'
log_users_in
show comeback guest sessions "$vm"
show comeback guest logoff "$vm"
echo 'And once more, now that nobody is there:'
if show comeback guest logoff "$vm"; then
  echo 'demo: logging off nobody must fail' >&2
  exit 1
fi

step 'Done. Nothing is left running.'
