#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The first process of a machine whose kernel line says init=/usr/local/sbin/other-guest comeback.guest=KIND: makes
# another kind of guest of the same root, on the machine's throw-away disk, before systemd sees it.
#
#   no-logind   systemd without logind, as where a distribution leaves it out
#   no-systemd  no systemd at all: a kernel, the agent, and a shell
set -eu
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH
# In the initial RAM disk's place: it has left /dev, /proc, /sys and /run mounted.
kind=$(sed -n 's/.*comeback\.guest=\([a-z-]*\).*/\1/p' /proc/cmdline)

case $kind in
  no-logind)
    rm -f /usr/lib/systemd/systemd-logind /usr/lib/systemd/system/systemd-logind.service \
      /usr/lib/systemd/system/*.wants/systemd-logind.service /usr/lib/systemd/system/dbus-org.freedesktop.login1.service \
      /usr/share/dbus-1/system-services/org.freedesktop.login1.service
    exec /sbin/init
    ;;
  no-systemd)
    rm -f /usr/bin/busctl /usr/bin/loginctl /usr/bin/systemctl /usr/bin/systemd-run
    modprobe virtio_console
    # udev would name the port; without it the kernel's own name must do.
    until [ "$(cat /sys/class/virtio-ports/*/name 2>/dev/null)" = org.qemu.guest_agent.0 ]; do sleep 0.1; done
    port=$(ls /sys/class/virtio-ports)
    while :; do
      qemu-ga --method=virtio-serial --path="/dev/$port" || sleep 1
    done
    ;;
esac
echo "other-guest: no kind '$kind' of guest" >/dev/console
exec /sbin/init
