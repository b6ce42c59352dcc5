#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds a Debian test guest once: CACHE/SYSTEM-KEY/{root.img,vmlinuz,initrd}. KEY is a hash of what it is made
# of, so that a changed recipe is built anew and an old guest is never used by mistake.
#
#   build.sh [--system SYSTEM] [CACHE]          builds unless it is there; prints the folder as the last line
#   build.sh --check [--system SYSTEM] [CACHE]  status 0 and the folder when it is there, 1 when it must be built
#
# SYSTEM is debian12 (the default) or debian13.
# Needs root, or sudo, for the root file system alone. COMEBACK_MIRROR names another Debian mirror.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

default_cache() {
  if [ -n "${COMEBACK_CACHE:-}" ]; then printf '%s/guest\n' "$COMEBACK_CACHE"
  elif [ -n "${XDG_CACHE_HOME:-}" ]; then printf '%s/comeback/guest\n' "$XDG_CACHE_HOME"
  # QEMU does not run as root: what root builds must lie where others may read.
  elif [ "$(id -u)" = 0 ]; then printf '/var/cache/comeback/guest\n'
  else printf '%s/.cache/comeback/guest\n' "$HOME"
  fi
}

suite_of() { # SYSTEM
  case $1 in
    debian12) echo bookworm ;;
    debian13) echo trixie ;;
    *) echo "build.sh: no system '$1'; there are debian12 and debian13" >&2; return 2 ;;
  esac
}

build_root() { # FOLDER OWNER SUITE; as root
  folder=$1
  root=$folder/root
  # The initial RAM disk holds what it takes to mount the disk, nothing else: a third of the time to boot.
  # shellcheck disable=SC2016  # $1 is for mmdebstrap's hooks
  mmdebstrap --quiet --mode=root --variant=minbase --format=directory \
    --include=systemd,systemd-sysv,dbus,libpam-systemd,openssh-server,qemu-guest-agent,linux-image-cloud-amd64,login,udev,kmod \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --aptopt='Acquire::Languages "none"' \
    --essential-hook='mkdir -p "$1/etc/initramfs-tools/conf.d" "$1/usr/share/initramfs-tools/modules.d"' \
    --essential-hook='printf "MODULES=list\nCOMPRESS=lz4\n" >"$1/etc/initramfs-tools/conf.d/comeback"' \
    --essential-hook='printf "virtio_pci\nvirtio_blk\next4\n" >"$1/usr/share/initramfs-tools/modules.d/comeback"' \
    --customize-hook="sh '$here/setup.sh' \"\$1\"" \
    "$3" "$root" ${COMEBACK_MIRROR:+"$COMEBACK_MIRROR"}
  truncate -s 1G "$folder/root.img"
  mke2fs -q -F -t ext4 -L comeback -E lazy_itable_init=1,lazy_journal_init=1 -d "$root" "$folder/root.img"
  cp "$root"/boot/vmlinuz-* "$folder/vmlinuz"
  cp "$root"/boot/initrd.img-* "$folder/initrd"
  rm -rf --one-file-system "$root"
  chown "$2" "$folder/root.img" "$folder/vmlinuz" "$folder/initrd"
  chmod 0644 "$folder/root.img" "$folder/vmlinuz" "$folder/initrd"
}

if [ "${1:-}" = --as-root ]; then
  build_root "$2" "$3" "$4"
  exit
fi

check='' system=debian12
while :; do
  case ${1:-} in
    --check) check=1; shift ;;
    --system) system=${2:?}; shift 2 ;;
    *) break ;;
  esac
done
cache=${1:-$(default_cache)}
suite=$(suite_of "$system")
key=$system-$(cat "$here/build.sh" "$here/setup.sh" "$here/other_guest.sh" | sha256sum | cut -c 1-16)

if [ -e "$cache/$key/root.img" ]; then
  printf '%s\n' "$cache/$key"
  exit
fi
[ -z "$check" ] || exit 1

mkdir -p "$cache"
# Two that build the same at once: the second waits and finds the work done.
exec 9>"$cache/$system.lock"
flock 9
if [ ! -e "$cache/$key/root.img" ]; then
  work=$(mktemp -d "$cache/building.XXXXXX")
  trap 'rm -rf --one-file-system "$work" 2>/dev/null || sudo rm -rf --one-file-system "$work"' EXIT
  trap 'exit 1' HUP INT TERM
  chmod 0755 "$work"
  as_root=
  if [ "$(id -u)" != 0 ]; then as_root="sudo COMEBACK_MIRROR=${COMEBACK_MIRROR:-}"; fi
  echo "Building the test guest in $cache/$key (once)" >&2
  # shellcheck disable=SC2086  # words of a command
  $as_root sh "$here/build.sh" --as-root "$work" "$(id -u):$(id -g)" "$suite" >&2
  rm -rf "${cache:?}/$key"
  mv "$work" "$cache/$key"
fi
printf '%s\n' "$cache/$key"
