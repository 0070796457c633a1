"""Refuses every request, as Vault does, over TLS with a certificate of its own authority.

    tls_vault.py FOLDER

It writes the authority's certificate to FOLDER/authority.pem and the port to standard output. Its name is localhost.
"""

import datetime
import http.server
import pathlib
import ssl
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

folder = pathlib.Path(sys.argv[1])
NOW = datetime.datetime.now(datetime.timezone.utc)


def certificate(name, key, issuer, issuer_key, *extensions):
    builder = x509.CertificateBuilder().subject_name(named(name)).issuer_name(named(issuer)).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(NOW - datetime.timedelta(days=1)).not_valid_after(NOW + datetime.timedelta(days=1))
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def named(name):
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


class Vault(http.server.BaseHTTPRequestHandler):
    def answer(self):
        body = b'{"errors": ["permission denied"]}'
        self.send_response(403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_LIST = answer


authority_key, own_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
authority = certificate("authority", authority_key, "authority", authority_key, x509.BasicConstraints(True, None))
(folder / "authority.pem").write_bytes(authority)
names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
(folder / "own.pem").write_bytes(certificate("localhost", own_key, "authority", authority_key, names))
(folder / "own.key").write_bytes(own_key.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(folder / "own.pem", folder / "own.key")
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Vault)
# The handshake runs in the connection's thread: a client that aborts it must not end the server.
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
print(server.server_port, flush=True)
server.serve_forever()
