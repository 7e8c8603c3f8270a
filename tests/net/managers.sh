# managers.sh - managers of Open vSwitch's database at the other end of the wire, each with its own
# certificate authority; for the tests that set a manager.  Source lib.sh first.
# shellcheck shell=bash disable=SC2154  # here: of lib.sh

# authority NAME - a certificate authority of its own, and a manager's certificate from it.
authority() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
        -subj "/CN=$1 authority" -keyout "/run/$1-ca.key" -out "/run/$1-ca.pem" &&
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" \
            -keyout "/run/$1.key" -out "/run/$1.csr" &&
        openssl x509 -req -days 2 -in "/run/$1.csr" -CA "/run/$1-ca.pem" \
            -CAkey "/run/$1-ca.key" -CAcreateserial -out "/run/$1.crt" &&
        cat "/run/$1.crt" "/run/$1-ca.pem" >"/run/$1.pem"
}

host_certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
        -subj "/CN=the host" -keyout /run/host.key -out /run/host.pem &&
        cat /run/host.key /run/host.pem >/etc/xensource/xapi-ssl.pem
}

manager() { # NAME ADDRESS PORT AUTHORITY
    peer python3 "$here/manager.py" listen "$2" "$3" "/run/$4.pem" "/run/$4.key" /run/host.pem \
        >>"/run/$1.log" 2>&1 & # appending: connected() empties it
}

# connected NAME - Open vSwitch has connected to the manager since the last call.
connected() {
    grep -q '^the host has .*Open_vSwitch' "/run/$1.log" && : >"/run/$1.log"
}
