"""Checks the networks that a policy blocks. Pure."""

import ipaddress

from django.utils.translation import gettext as _

# The shortest prefix allowed, by IP version; a wider network is a mistake.
SHORTEST_PREFIX = {4: 8, 6: 16}
# Not `is_private`, which includes the example networks of RFC 5737.
PRIVATE = [
    ipaddress.ip_network(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.168.0.0/16", "::/127", "fc00::/7", "fe80::/10"),
    )
]


def problem(line: str) -> str:
    try:
        network = ipaddress.ip_network(line, strict=False)
    except ValueError:
        return _("“%(line)s” is not an address or a network.") % {"line": line[:50]}
    shortest = SHORTEST_PREFIX[network.version]
    if network.prefixlen < shortest:
        message = _("“%(line)s” is too wide: at most /%(bits)s can be shut out.")
        return message % {"line": line, "bits": shortest}
    if any(network.version == private.version and network.overlaps(private) for private in PRIVATE):
        message = _("“%(line)s” is private: this server, its proxy or your own house.")
        return message % {"line": line}
    return ""
