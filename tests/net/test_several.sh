#!/bin/bash
# test_several.sh - several bridges in one run: one transaction, up to eight addresses at the same
# time, and one bridge that is wrong does not stop the others.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
in_sandbox "$@"
. "$here/live.sh"

# An ifup that takes a second, and notes how many run at the same time.
slow_ifup() {
    mkdir -p /run/real /run/at-work
    mv $libexec/ifup /run/real/
    cat >$libexec/ifup <<'END'
#!/bin/sh
: >/run/at-work/$$
ls /run/at-work | wc -l >>/run/at-once
sleep 1
/run/real/ifup "$@"
status=$?
rm /run/at-work/$$
exit $status
END
    chmod 755 $libexec/ifup
}

all_have_addresses() {
    local i
    for i in $(seq 20); do
        has_address "vlan$i" "10.100.$i.1/24" || {
            echo "vlan$i has none"
            return 1
        }
    done
}

make_live_host
python3 "$here/more_vlans.py" 20 >/run/vlans
cp /run/vlans /var/xapi/network.dbcache
check "their parent" force xenbr0 up
slow_ifup
: >/run/ovsdb.log
read -ra names < <(seq -f 'vlan%g' -s ' ' 20)
read -ra words < <(printf -- '--force %s ' "${names[@]}")

check "twenty VLANs in one run" interface-reconfigure --no-syslog "${words[@]}" up
check "one transaction" [ "$(writes)" = 1 ]
check "which makes all of them" \
    [ "$(grep -o '"fake_bridge": *true' /run/ovsdb.log | wc -l)" = 20 ]
check "an ifup for each" [ "$(wc -l </run/at-once)" = 20 ]
check "eight of them at the same time, and no more" [ "$(sort -n /run/at-once | tail -n 1)" = 8 ]
check "each has its address" all_have_addresses
: >/run/ovsdb.log
: >/run/at-once
check "again: all is right" exits 0 interface-reconfigure --no-syslog "${words[@]}" up \
    --detailed-exit-codes
check "again: nothing is written" [ "$(writes)" = 0 ]
check "again: no ifup" [ ! -s /run/at-once ]

# Down of all, with the bridge that they are on.
: >/run/ovsdb.log
check "all of them down" interface-reconfigure --no-syslog --force xenbr0 "${words[@]}" down
check "down: one transaction" [ "$(writes)" = 1 ]
check "down: no bridge is left" [ -z "$(ovs-vsctl list-br)" ]
: >/run/ovsdb.log
check "down again: all is right" interface-reconfigure --no-syslog --force xenbr0 "${words[@]}" down
check "down again: nothing is written" [ "$(writes)" = 0 ]
check "some down, in front of others" sh -c '
    interface-reconfigure --no-syslog --force xenbr0 --force vlan1 --force vlan2 up &&
    interface-reconfigure --no-syslog --force vlan1 --force xenbr0 down'
check "they are gone, what others use stays" \
    [ "$(ovs-vsctl list-br | sort | paste -sd ' ')" = "vlan2 xenbr0" ]
check "all are up again" interface-reconfigure --no-syslog "${words[@]}" up

# One of them is wrong.
for name in vlan3 vlan4; do force $name down >/run/out 2>&1; done
: >/run/ovsdb.log
interface-reconfigure --no-syslog --force vlan3 --force nowhere --force vlan4 up >/run/out 2>&1
check "one is wrong: exit status" [ $? = 1 ]
check "one is wrong: it is named" grep -q nowhere /run/out
check "one is wrong: the others are there" all_have_addresses
check "one is wrong: they are one transaction" [ "$(writes)" = 1 ]

# Two ifups fail, with different exit statuses.
for name in vlan5 vlan6 vlan7; do force $name down >/run/out 2>&1; done
# shellcheck disable=SC2016  # the script's own
printf '%s\n' '#!/bin/sh' 'for last; do :; done' \
    'case $last in vlan5) exit 4 ;; vlan6) exit 5 ;; esac' 'exec /run/real/ifup "$@"' >/run/bad-ifup
install -m 755 /run/bad-ifup $libexec/ifup
interface-reconfigure --no-syslog --force vlan5 --force vlan6 --force vlan7 up >/run/out 2>&1
status=$?
check "two bad ifups: exit status" [ $status = 1 ]
check "two bad ifups: the third is up" has_address vlan7 10.100.7.1/24
check "two bad ifups: the first is told its own" grep -qE '^vlan5: .*ifup.* vlan5' /run/out
check "two bad ifups: the second is told its own" grep -qE '^vlan6: .*ifup.* vlan6' /run/out
