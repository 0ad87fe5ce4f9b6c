# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# DHCPv6 in two messages: the client asks for rapid commit, the server does it.
needs="dhcpd dhcpcd"
takes=7
truth="dhcp6_binding"
is_quick=yes

record() {
    begin_dhcp6 'option dhcp6.rapid-commit;'
    printf '%s\n' 'option rapid_commit' 'noipv6rs' 'interface v0' 'ia_na 7' >"$work/dhcpcd.conf"
    start dhcpcd.log vm unshare -m sh -c "mount -t tmpfs none /run; mount -t tmpfs none /var/lib/dhcpcd;
        exec dhcpcd -6 -B -d -f $work/dhcpcd.conf -C resolv.conf v0"
    wait_for 10 "$work/log/dhcpd6.log" 'Sending Reply'
    sleep 0.5
    witness_lease6
}
