#!/bin/sh
# Makes the certificates of the tests anew, for 100 years: sh test/certificates/make.sh
#
#   authority.pem  who is to be trusted; other_authority.pem: who is not
#   server.pem     of localhost, *.test.lasti, 127.0.0.1 and ::1, with server.key
#   expired.pem    of the same, until 2021; with server.key
#   client.pem     of a client, with client.key
#   locked.key     server.key, with the password "open sesame"
set -eu
cd "$(dirname "$0")"
days=36500

authority() { # NAME SUBJECT
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days $days -subj "/CN=$2" \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign \
        -keyout "$1.key" -out "$1.pem"
}
key() { openssl genpkey -algorithm ec -pkeyopt ec_paramgen_curve:P-256 -out "$1.key"; }
extensions() { # USAGE NAMES
    printf '%s\n' 'basicConstraints=critical,CA:FALSE' 'keyUsage=critical,digitalSignature' \
        "extendedKeyUsage=$1" "subjectAltName=$2" 'subjectKeyIdentifier=hash' \
        'authorityKeyIdentifier=keyid'
}
names=DNS:localhost,DNS:*.test.lasti,IP:127.0.0.1,IP:::1

authority authority 'lasti test authority'
authority other_authority 'another authority'
key server
openssl req -new -key server.key -subj /O=lasti/CN=localhost -out request
extensions serverAuth "$names" >extensions
openssl x509 -req -in request -CA authority.pem -CAkey authority.key -set_serial 1 -days $days \
    -extfile extensions -out server.pem
# Only `openssl ca` is told when a certificate begins.
mkdir scratch && : >scratch/index && echo 02 >scratch/serial
cat >scratch/settings <<END
[ca]
default_ca=all
[all]
database=scratch/index
serial=scratch/serial
new_certs_dir=scratch
default_md=sha256
policy=any
[any]
commonName=supplied
END
openssl ca -batch -config scratch/settings -in request -cert authority.pem -keyfile authority.key \
    -startdate 20200101000000Z -enddate 20210101000000Z -extfile extensions -notext -out expired.pem
key client
openssl req -new -key client.key -subj /O=lasti/CN=client -out request
extensions clientAuth DNS:client.test.lasti >extensions
openssl x509 -req -in request -CA authority.pem -CAkey authority.key -set_serial 3 -days $days \
    -extfile extensions -out client.pem
openssl pkey -in server.key -aes256 -passout 'pass:open sesame' -out locked.key
rm -r scratch request extensions authority.key other_authority.key
