# SPDX-License-Identifier: Apache-2.0
# A guest agent that lies. It takes the place of qemu-guest-agent on its own channel, inside the real guest, and
# answers everything rightly (it even runs what it is told to run) until it is told to lie. Needs perl-base alone.
#
# Told to run anything in which the words "comeback-lie LIE COMMAND NTH TIMES SILENCE" occur, it answers from the
# NTH such COMMAND on, TIMES times, with LIE; it is honest again after SILENCE seconds in which nobody asked
# anything. Its programs find FAKE_AGENT in their environment.
use strict;
use warnings;
use Fcntl qw(O_RDWR);
use POSIX qw(:sys_wait_h _exit);

my %order;  # what to lie about, once the program that brought it has been seen to end
my $device = '/dev/virtio-ports/org.qemu.guest_agent.0';
my $folder = '/run/fake-agent';
my ($port, $hang_up);
mkdir $folder;
$ENV{FAKE_AGENT} = 'fake';
$SIG{PIPE} = 'IGNORE';

sub unescaped {
  my ($text) = @_;
  my %short = (n => "\n", t => "\t", r => "\r", b => "\b", f => "\f");
  $text =~ s{\\(?:u([0-9a-fA-F]{4})|(.))}{defined $1 ? chr hex $1 : exists $short{$2} ? $short{$2} : $2}ge;
  return $text;
}

sub base64 {
  my $text = pack 'u', $_[0];
  $text =~ s/^.//mg;
  $text =~ tr{` -_\n}{AA-Za-z0-9+/}d;
  my $rest = length($_[0]) % 3;
  substr($text, $rest - 3) = '=' x (3 - $rest) if $rest;
  return $text;
}

sub slurp {
  open my $file, '<', $_[0] or return '';
  local $/;
  my $text = <$file>;
  unlink $_[0];
  return defined $text ? $text : '';
}

# False when the host has pulled the channel out.
sub send_bytes {
  my ($bytes) = @_;
  for (my $sent = 0; $sent < length $bytes;) {
    my $n = syswrite $port, $bytes, 32768, $sent;
    return 0 if !$n;
    $sent += $n;
  }
  return 1;
}

sub run_program {
  my ($line) = @_;
  my ($path) = $line =~ /"path":\s*"([^"\\]*(?:\\.[^"\\]*)*)"/;
  my ($list) = $line =~ /"arg":\s*\[((?:\s*"[^"\\]*(?:\\.[^"\\]*)*"\s*,?)*)\]/;
  my @words = map { unescaped($_) } ($list || '') =~ /"([^"\\]*(?:\\.[^"\\]*)*)"/g;
  my $pid = fork;
  if (!$pid) {
    close $port;
    open STDIN, '<', '/dev/null';
    open STDOUT, '>', "$folder/$$.out";
    open STDERR, '>', "$folder/$$.err";
    exec { unescaped($path) } unescaped($path), @words or _exit(127);
  }
  if ("@words" =~ /comeback-lie (\w+) ([\w-]+) (\d+) (\d+) (\d+)/) {
    %order = (lie => $1, command => $2, nth => $3, times => $4, silence => $5, seen => 0, by => $pid,
              pid => '');
  }
  return "{\"return\":{\"pid\":$pid}}";
}

sub status_of {
  my ($pid) = $_[0] =~ /"pid":\s*(-?\d+)/;
  my $ended = $pid > 1 ? waitpid $pid, WNOHANG : -1;
  return '{"return":{"exited":false}}' if $ended == 0;
  return q({"error":{"class":"GenericError","desc":"Invalid parameter 'pid'"}}) if $ended < 0;
  my $code = $? >> 8;
  if (%order && $order{by} == $pid) {
    $order{by} = 0;
    $hang_up = $order{command} eq 'guest-sync';  # libvirt greets who has come, and nobody else
  }
  my ($out, $err) = (base64(slurp("$folder/$pid.out")), base64(slurp("$folder/$pid.err")));
  return "{\"return\":{\"exited\":true,\"exitcode\":$code,\"out-data\":\"$out\",\"err-data\":\"$err\"}}";
}

sub honest {
  my ($name, $line) = @_;
  my @known = qw(guest-sync guest-sync-delimited guest-ping guest-info guest-exec guest-exec-status);
  return run_program($line) if $name eq 'guest-exec';
  return status_of($line) if $name eq 'guest-exec-status';
  return '{"return":{}}' if $name eq 'guest-ping';
  if ($name eq 'guest-info') {
    my $all = join ',', map { "{\"enabled\":true,\"name\":\"$_\",\"success-response\":true}" } @known;
    return "{\"return\":{\"version\":\"7.2.22\",\"supported_commands\":[$all]}}";
  }
  return "{\"error\":{\"class\":\"CommandNotFound\",\"desc\":\"The command $name has not been found\"}}";
}

sub done_with {
  my $out = base64($_[0]);
  return "{\"return\":{\"exited\":true,\"exitcode\":0,\"pid\":1,\"out-data\":\"$out\"}}\n";
}

my %lies = (
  # libvirt 9.0 hears nothing more of what comes after a byte of zero, until the channel is opened anew.
  zero => sub { send_bytes("{\"return\":{\"pid\":1}}\x00\n") },
  garbage => sub { send_bytes("hello \xff\x1b[2J \$(touch /tmp/comeback-was-here)\n") },
  # It has begun to answer, and is never heard of again.
  half => sub { send_bytes('{"return":{"pid":') },
  cut => sub { send_bytes("{\"return\":{\"pid\":\n") },
  never => sub { 1 },
  huge => sub { my $part = 'x' x (1 << 20); send_bytes($part) or return 0 for 1 .. 100; 1 },
  # Below libvirt's limit of 10 MiB, above ours, and right in form.
  long => sub { send_bytes(done_with('x' x 1_500_000)) },
  long_error => sub {
    send_bytes('{"error":{"class":"GenericError","desc":"' . '\u001b[2J' x 200_000 . "\"}}\n");
  },
  # Not deeper: 500,000 levels are more than libvirt 9.0 survives, which takes such trees apart by recursion.
  deep => sub { send_bytes('{"return":' . '[' x 10_000 . ']' x 10_000 . "}\n") },
  deeper => sub { send_bytes('{"a":' x 10_000 . "\n") },
  other_type => sub { send_bytes("{\"return\":\"1; touch /tmp/comeback-was-here\"}\n") },
  big_number => sub { send_bytes("{\"return\":{\"pid\":99999999999999999999999}}\n") },
  negative => sub { send_bytes("{\"return\":{\"pid\":-1}}\n") },
  other_id => sub { send_bytes('{"return":' . ($_[1] + 1) . "}\n") },
  # Answers to what nobody asked, more than anybody waits for, and then the right one.
  unasked => sub {
    my ($name, undef, $line) = @_;
    send_bytes("{\"return\":{\"pid\":1}}\n{\"event\":\"X\",\"data\":{}}\n" x 200) or return 0;
    send_bytes(honest($name, $line) . "\n");
  },
  flood => sub { while (send_bytes("{\"return\":{}}\n" x 1000)) { } 0 },
  unended => sub { send_bytes("{\"return\":{\"exited\":false}}\n") },
  no_list => sub { send_bytes(done_with("status 0\nno list\x00\x1b[2J\n")) },
  list_of_words => sub {
    my @rows;
    for my $id ('$(touch /tmp/comeback-was-here)', '1; touch /tmp/comeback-was-here', '--help', '../../1', "1'2") {
      push @rows, "[\"$id\",0,\"root\",\"seat0\",\"/org/freedesktop/login1/session/_31\"]";
    }
    send_bytes(done_with("status 0\n{\"type\":\"a(susso)\",\"data\":[[" . join(',', @rows) . "]]}\n"));
  },
  ids_of_words => sub {
    send_bytes(done_with("status 0\nids 1 \$(touch /tmp/comeback-was-here) ;reboot --help\nend 0\n"));
  },
  closes => sub { close $port; undef $port; sleep 1; 1 },
  dies => sub { exit },
);

# Of the questions whether one program has ended all count as one: how often that is asked depends on the machine.
sub lie_now {
  my ($name, $line) = @_;
  return if !%order || $order{by} || $name ne $order{command};
  my $pid = $name eq 'guest-exec-status' && $line =~ /"pid":\s*(-?\d+)/ ? $1 : '';
  ++$order{seen} if $pid eq '' || $pid ne $order{pid};
  $order{pid} = $pid;
  return $order{seen} >= $order{nth} && $order{seen} < $order{nth} + $order{times};
}

# Returns when the channel is gone.
sub answer_all {
  my $held = '';
  while (defined $port) {
    my $ready = '';
    vec($ready, fileno $port, 1) = 1;
    if (!select $ready, undef, undef, $order{silence} || undef) {
      %order = () if !$order{by};
      next;
    }
    my $n = sysread $port, $held, 65536, length $held;
    return if !defined $n;
    if ($n == 0) {  # the host has not opened its end
      select undef, undef, undef, 0.02;
      next;
    }
    while ($held =~ s/^([^\n]*)\n//) {
      my $line = $1;
      my ($name) = $line =~ /"execute":\s*"([^"]*)"/;
      next if !defined $name;
      my ($id) = $line =~ /"id":\s*(-?\d+)/;
      if (lie_now($name, $line)) { $lies{$order{lie}}->($name, $id || 0, $line) or return; }
      elsif ($name eq 'guest-sync') { send_bytes("{\"return\":$id}\n") or return; }
      elsif ($name eq 'guest-sync-delimited') { send_bytes("\xff{\"return\":$id}\n") or return; }
      else { send_bytes(honest($name, $line) . "\n") or return; }
      if ($hang_up) {
        $hang_up = 0;
        close $port;
        undef $port;
        sleep 1;
        return;
      }
    }
  }
}

select undef, undef, undef, 0.3;  # the real one has yet to answer who started this
# Not masked: that makes systemd read all its units anew. It comes back with a channel that is plugged in again, too.
system 'mount --bind /bin/false /usr/sbin/qemu-ga; systemctl stop qemu-guest-agent';
for (;;) {
  answer_all() if sysopen $port, $device, O_RDWR;
  undef $port;
  select undef, undef, undef, 0.02;
}
