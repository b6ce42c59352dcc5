#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prints libvirt's XML of the test guest: domain.sh NAME GUEST DISK [WORDS]
#   GUEST  the folder that build.sh printed
#   DISK   the machine's own disk (qcow2 over GUEST/root.img; `qemu-img create -f qcow2 -F raw -b …`)
#   WORDS  more for the kernel's command line, which makes another kind of guest of it
#
# Always type qemu: a saved state made without KVM cannot go on with it, and /dev/kvm being there does not mean
# that it works. The CD drive hangs on virtio-scsi, since Debian's cloud kernel has no AHCI.
set -eu
[ $# = 3 ] || [ $# = 4 ] || { echo 'usage: domain.sh NAME GUEST DISK [WORDS]' >&2; exit 2; }
# The same name is always the same machine: what was saved under it can be restored into it.
uuid=$(printf 'comeback test guest %s' "$1" | sha256sum |
  sed -E 's/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/\1-\2-4\3-8\4-\5/')
escape() { printf '%s' "$1" | sed -e 's/&/\&amp;/g' -e 's/</\&lt;/g' -e "s/'/\&apos;/g"; }
name=$(escape "$1") guest=$(escape "$2") disk=$(escape "$3") words=$(escape "${4:-}")

cat <<EOF
<domain type='qemu'>
  <name>$name</name>
  <uuid>$uuid</uuid>
  <memory unit='MiB'>512</memory>
  <vcpu>2</vcpu>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
    <kernel>$guest/vmlinuz</kernel>
    <initrd>$guest/initrd</initrd>
    <cmdline>root=/dev/vda rw console=ttyS0 quiet net.ifnames=0${words:+ $words}</cmdline>
  </os>
  <features><acpi/></features>
  <on_reboot>restart</on_reboot>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' cache='unsafe'/>
      <source file='$disk'/>
      <target dev='vda' bus='virtio'/>
    </disk>
    <controller type='scsi' model='virtio-scsi'/>
    <disk type='file' device='cdrom'>
      <driver name='qemu' type='raw'/>
      <target dev='sda' bus='scsi'/>
      <readonly/>
    </disk>
    <controller type='usb' model='none'/>
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <serial type='null'/>
    <video><model type='vga'/></video>
    <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
    <memballoon model='none'/>
  </devices>
</domain>
EOF
