"""The certificates of web.py, all by one authority that it makes anew.

`contexts(folder)` writes the authority's certificate to FOLDER/authority.pem, and returns a TLS context for each listener.
"""

import datetime
import ipaddress
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime.datetime.now(datetime.timezone.utc)
DAY = datetime.timedelta(days=1)

# Hosts of services on the internet. The proxy leads their requests here (web_proxy.py), and web_vendors.py answers.
VENDORS = (
    "hooks.slack.com",
    "hooks.slack-gov.com",
    "events.pagerduty.com",
    "events.eu.pagerduty.com",
    "api.opsgenie.com",
    "api.eu.opsgenie.com",
    "api.atlassian.com",
    "prod-07.westeurope.logic.azure.com",
    "default0a.b1.environment.api.powerplatform.com",
    "example.webhook.office.com",
)
NAMES = [x509.DNSName(name) for name in ("localhost", "web.test", "other.test", *VENDORS)]
NAMES.append(x509.IPAddress(ipaddress.IPv4Address("127.0.0.1")))
ELSEWHERE = [x509.DNSName("elsewhere.test")]


class Signer:
    def __init__(self, name):
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.key = ec.generate_private_key(ec.SECP256R1())


def usage(**allowed):
    every = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
             "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{name: name in allowed for name in every})


def certificate(owner, issuer, until, extensions):
    public, issuer_public = owner.key.public_key(), issuer.key.public_key()
    builder = x509.CertificateBuilder(issuer.name, owner.name, public, x509.random_serial_number())
    builder = builder.not_valid_before(NOW - 3 * DAY).not_valid_after(until)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_public), critical=False)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def of_server(owner, issuer, names, until=NOW + DAY):
    return certificate(owner, issuer, until, [
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (usage(digital_signature=True), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (x509.SubjectAlternativeName(names), False),
    ])


def contexts(folder):
    authority, server, itself = Signer("web.py's authority"), Signer("web.py"), Signer("web.py")
    (folder / "authority.pem").write_bytes(certificate(authority, authority, NOW + DAY, [
        (x509.BasicConstraints(ca=True, path_length=0), True),
        (usage(key_cert_sign=True, crl_sign=True), True),
    ]))

    def context(name, owner, pem, protocols=("http/1.1",)):
        key = owner.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        file = folder / f"{name}.pem"
        file.write_bytes(key + pem)
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(file)
        made.set_alpn_protocols(protocols)
        return made

    valid = of_server(server, authority, NAMES)
    return {
        "tls": context("tls", server, valid),
        "tls2": context("tls2", server, valid, ("h2", "http/1.1")),
        "expired": context("expired", server, of_server(server, authority, NAMES, NOW - DAY)),
        "misnamed": context("misnamed", server, of_server(server, authority, ELSEWHERE)),
        "self-signed": context("self-signed", itself, of_server(itself, itself, NAMES)),
    }
