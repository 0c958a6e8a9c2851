"""Which network addresses lie on the open internet: the only ones that a stranger's web address may lead us to."""

import ipaddress
from typing import Final

type IP = ipaddress.IPv4Address | ipaddress.IPv6Address
type _Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _networks(*written: str) -> tuple[_Network, ...]:
    return tuple(ipaddress.ip_network(one) for one in written)


_OPEN_IPV6: Final = ipaddress.ip_network("2000::/3")
"""The only part of IPv6 that is given out as global unicast (RFC 4291, IANA)."""

_SPECIAL: Final = _networks(
    "168.63.129.16/32",  # a public-looking address at which one cloud tells its machines their secrets
    "192.88.99.0/24",  # relays of 6to4, given up by RFC 7526
    "192.31.196.0/24",  # AS112 by DNAME
    "192.52.193.0/24",  # AMT
    "192.175.48.0/24",  # AS112
    "2001::/23",  # protocols of the IETF: Teredo, ORCHID, benchmarks
    "2001:db8::/32",  # documents
    "2002::/16",  # 6to4
    "2620:4f:8000::/48",  # AS112
    "3ffe::/16",  # 6bone, given back
    "3fff::/20",  # documents, RFC 9637
)
_TRANSLATED: Final = ipaddress.ip_network("64:ff9b::/96")
"""The well-known prefix by which a network without IPv4 reaches it (RFC 6052)."""

_ISATAP: Final = {0x0000_5EFE, 0x0200_5EFE}
_LAST_32: Final = 0xFFFF_FFFF


def is_public(address: str) -> bool:
    """Whether an address is on the open internet, and so is what is packed inside it."""
    try:
        ip: IP = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return _is_open(ip)
    packed = _packed(ip)
    if packed is not None and not _is_open(packed):
        return False
    return ip.ipv4_mapped is not None or ip in _TRANSLATED or (ip in _OPEN_IPV6 and _is_open(ip))


def _is_open(ip: IP) -> bool:
    is_special = ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback or ip.is_link_local
    return ip.is_global and not is_special and not any(ip in network for network in _SPECIAL)


def _packed(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that a packet to ``ip`` would be unpacked to: mapped, NAT64, ISATAP. 6to4, Teredo and all
    other forms are refused as a whole.
    """
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip in _TRANSLATED or (int(ip) >> 32) & _LAST_32 in _ISATAP:
        return ipaddress.IPv4Address(int(ip) & _LAST_32)
    return None
