"""Classes of affinity: known vectors, and what must hold for any two devices."""

from hypothesis import given
from hypothesis import strategies as st

from dlctl.nodes.host.hardware.topology import Affinity, affinity
from dlctl.nodes.host.sources.pci import PciDevice

FIRST = "pci0000:00/0000:00:02.0/0000:03:00.0/0000:04:08.0/0000:06:00.0"


def device(path: str, numa: int | None = 0) -> PciDevice:
    parts = tuple(path.split("/"))
    return PciDevice(parts[-1], "10de", "1db5", "030200", path=parts, numa_node=numa)


def test_known_vectors() -> None:
    one = device(FIRST)
    same_switch = device("pci0000:00/0000:00:02.0/0000:03:00.0/0000:04:10.0/0000:05:00.0")
    other_switch = device("pci0000:00/0000:00:03.0/0000:08:00.0/0000:09:10.0/0000:0c:00.0")
    other_socket = device("pci0000:80/0000:80:02.0/0000:82:00.0/0000:83:00.0/0000:84:00.0", 1)
    assert affinity(one, same_switch) is Affinity.PIX
    assert affinity(one, other_switch) is Affinity.PHB
    assert affinity(one, other_socket) is Affinity.SYS
    assert (
        affinity(
            device("pci0000:15/0000:15:01.0/0000:16:00.0"), device("pci0000:26/0000:26:01.0/0000:27:00.0")
        )
        == "NODE"
    )


def test_a_switch_below_a_switch_is_pxb() -> None:
    below = "pci0000:00/0000:00:02.0/0000:03:00.0/0000:04:10.0/0000:05:00.0/0000:06:00.0/0000:07:00.0"
    assert affinity(device(FIRST), device(below)) is Affinity.PXB


def test_functions_of_one_card_are_pix() -> None:
    card = "pci0000:00/0000:00:02.0/0000:03:00"
    assert affinity(device(f"{card}.0"), device(f"{card}.1")) is Affinity.PIX
    assert affinity(device("pci0000:00/0000:00:06.0"), device("pci0000:00/0000:00:06.1")) is Affinity.PIX


def test_a_virtual_machine_has_no_switches_to_see() -> None:
    one, other = device("pci0000:00/0000:00:06.0", None), device("pci0000:00/0000:00:07.0", None)
    assert affinity(one, other) is Affinity.PHB
    assert affinity(one, device("pci0001:00/0001:00:01.0", None)) is Affinity.UNKNOWN
    assert affinity(one, device("pci0001:00/0001:00:01.0", 0)) is Affinity.UNKNOWN


NUMBERS = st.integers(0, 3)
PATHS = st.tuples(NUMBERS, st.lists(NUMBERS, min_size=1, max_size=6)).map(
    lambda found: "/".join(
        [f"pci0000:{found[0]:02x}", *(f"0000:0{index}:0{part}.0" for index, part in enumerate(found[1]))]
    )
)
DEVICES = st.builds(device, PATHS, st.none() | st.integers(0, 1))


@given(DEVICES, DEVICES)
def test_it_is_symmetric(one: PciDevice, other: PciDevice) -> None:
    assert affinity(one, other) is affinity(other, one)


@given(DEVICES, DEVICES)
def test_names_of_buses_do_not_matter(one: PciDevice, other: PciDevice) -> None:
    def renamed(found: PciDevice) -> PciDevice:
        return device("/".join(part.replace("0000:", "00a1:") for part in found.path), found.numa_node)

    assert affinity(renamed(one), renamed(other)) is affinity(one, other)


@given(DEVICES, DEVICES)
def test_what_is_below_one_root_bus_is_known(one: PciDevice, other: PciDevice) -> None:
    inside = affinity(one, other) in (Affinity.PIX, Affinity.PXB, Affinity.PHB)
    assert inside is (one.path[0] == other.path[0])
