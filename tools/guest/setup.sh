#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Turns a bare Debian root into the test guest: alice and bob log in on text consoles, carol in a session of
# graphical type. Runs as root, outside the root: setup.sh ROOT
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=${1:?usage: setup.sh ROOT}
unit=$root/etc/systemd/system

printf 'comeback-guest\n' >"$root/etc/hostname"
printf '127.0.0.1 localhost comeback-guest\n' >"$root/etc/hosts"
printf '/dev/vda / ext4 rw,noatime 0 0\n' >"$root/etc/fstab"
: >"$root/etc/machine-id"
mkdir -p "$root/mnt/dvd"

for user in alice bob carol; do
  chroot "$root" useradd --create-home --shell /bin/bash "$user"
  chroot "$root" passwd --quiet --delete "$user"
done
chroot "$root" passwd --quiet --delete root

# Restart=no: after a logoff the console stays dead until somebody is logged in again on purpose, so that
# "nobody is logged on" is a state that lasts.
autologin() { # USER TTY
  mkdir -p "$unit/getty@$2.service.d" "$unit/getty.target.wants"
  cat >"$unit/getty@$2.service.d/autologin.conf" <<EOF
[Service]
Type=simple
Restart=no
ExecStart=
ExecStart=-/sbin/agetty --autologin $1 --noclear %I linux
EOF
  ln -sf /lib/systemd/system/getty@.service "$unit/getty.target.wants/getty@$2.service"
}
autologin alice tty2
autologin bob tty3

# No desktop is installed: what makes a session graphical is its type, which PAM hands to logind.
cat >"$unit/desktop@.service" <<'EOF'
[Unit]
Description=Graphical session of %i
After=systemd-user-sessions.service systemd-logind.service getty.target

[Service]
User=%i
PAMName=login
Environment=XDG_SESSION_TYPE=wayland XDG_SESSION_CLASS=user
TTYPath=/dev/tty7
StandardInput=tty
StandardOutput=journal
ExecStart=/bin/sleep infinity
Restart=no

[Install]
WantedBy=multi-user.target
EOF
mkdir -p "$unit/multi-user.target.wants"
ln -sf /etc/systemd/system/desktop@.service "$unit/multi-user.target.wants/desktop@carol.service"

# Users from afar: root reaches every account by ssh, over the loopback (there is no network), once a test has
# started the server.
rm -f "$unit/multi-user.target.wants/ssh.service" "$unit/sshd.service"
mkdir -p -m 0700 "$root/root/.ssh"
chroot "$root" ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519
cp "$root/root/.ssh/id_ed25519.pub" "$root/root/.ssh/authorized_keys"
printf 'StrictHostKeyChecking no\nUserKnownHostsFile /dev/null\nLogLevel ERROR\n' >"$root/root/.ssh/config"
for user in alice bob carol; do
  chroot "$root" install -d -m 0700 -o "$user" -g "$user" "/home/$user/.ssh"
  chroot "$root" install -m 0600 -o "$user" -g "$user" /root/.ssh/id_ed25519.pub "/home/$user/.ssh/authorized_keys"
done

# A boot that does not end, before users may log in and after they have: the kernel line wants one of them
# (systemd.wants=).
hold() { # NAME ORDER
  cat >"$unit/$1.service" <<EOF
[Unit]
Description=The boot waits here
$2

[Service]
Type=oneshot
TimeoutStartSec=infinity
ExecStart=/bin/sleep infinity
EOF
}
hold hold-before-logins 'Before=systemd-user-sessions.service'
hold hold-after-logins 'After=getty.target desktop@carol.service'

install -m 0755 "$here/other_guest.sh" "$root/usr/local/sbin/other-guest"

# On a machine that a dozen share a boot takes minutes, and a log-in more than login's usual patience. Nobody reads the
# journal, which costs a fifth of the boot.
sed -i 's/^LOGIN_TIMEOUT.*/LOGIN_TIMEOUT 0/' "$root/etc/login.defs"
mkdir -p "$root/etc/systemd/system.conf.d" "$root/etc/systemd/journald.conf.d"
printf '[Manager]\nDefaultTimeoutStartSec=300s\n' >"$root/etc/systemd/system.conf.d/patient.conf"
printf '[Journal]\nStorage=none\n' >"$root/etc/systemd/journald.conf.d/quiet.conf"

# What a guest that lives for minutes has no use for.
for name in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer \
  e2scrub_reap.service systemd-timesyncd.service getty@tty1.service serial-getty@ttyS0.service \
  systemd-update-utmp.service console-getty.service; do
  ln -sf /dev/null "$unit/$name"
done
rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/*
