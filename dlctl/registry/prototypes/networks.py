"""The pattern of networks in CIDR notation without host bits, as the API server accepts them."""

_BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_GROUP = "[0-9a-f]{1,4}"


def network_pattern() -> str:
    """Networks of IPv4 and IPv6, such as 10.0.0.0/8 and 2001:db8::/32."""
    return f"^({_version_4()}|{_version_6()})$"


def _version_4() -> str:
    whole = "|".join(
        rf"({_BYTE}\.){{{count}}}({'|'.join(_partial(count, bits) for bits in range(8))})"
        for count in range(4)
    )
    return rf"{whole}|({_BYTE}\.){{3}}{_BYTE}/32"


def _partial(count: int, bits: int) -> str:
    """After `count` whole bytes: one of which `bits` bits may be set, zeros, and the prefix."""
    values = "|".join(str(value) for value in range(0, 256, 2 ** (8 - bits)))
    zeros = r"\.0" * (3 - count)
    return f"({values}){zeros}/{8 * count + bits}"


def _version_6() -> str:
    whole = "|".join(f"({_GROUP}:){{{count}}}:/({_from(16 * count)})" for count in range(1, 8))
    return f"::/0|fc00::/7|f[cd]00::/8|fe80::/10|{whole}|({_GROUP}:){{7}}{_GROUP}/128"


def _from(least: int) -> str:
    return "|".join(str(prefix) for prefix in range(least, 129))
