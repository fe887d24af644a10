"""The processors, from /proc/cpuinfo and /sys/devices/system/cpu.

What is read for NFD's labels is what NFD reads, as far as there are files for it: source/cpu of NFD (cpu.go,
pstate_amd64.go, cstate_amd64.go, security_amd64.go).
"""

from msgspec import Struct

from dlctl.nodes.host.tree.host_tree import HostTree

FOLDER = "sys/devices/system/cpu"


class Cpu(Struct, frozen=True):
    """The first processor's facts, which stand for all. Texts are as the kernel writes them, empty if
    unknown.

    `multithreading` is None where no processor's siblings can be read. `hypervisor` is the virtual
    machine's kind where files show it, `none` on bare metal, and None where the host is a virtual machine
    of unknown kind.
    """

    vendor: str
    family: str
    model: str
    name: str
    flags: frozenset[str]
    arm: bool
    online: str
    multithreading: bool | None
    hypervisor: str | None
    pstate: tuple[tuple[str, str], ...]
    cstate: bool | None
    security: tuple[str, ...]


def read_cpu(tree: HostTree) -> Cpu:
    """The processors of the host."""
    facts = _first_processor(tree.head("proc/cpuinfo"))
    flags = frozenset((facts.get("flags") or facts.get("Features") or "").split())
    return Cpu(
        vendor=facts.get("vendor_id", "") or facts.get("CPU implementer", ""),
        family=facts.get("cpu family", ""),
        model=facts.get("model", ""),
        name=facts.get("model name", ""),
        flags=flags,
        arm="CPU implementer" in facts,
        online=tree.text(f"{FOLDER}/online") or "",
        multithreading=_multithreading(tree),
        hypervisor=_hypervisor(tree, flags) if "flags" in facts else None,
        pstate=tuple(_pstate(tree)),
        cstate=_cstate(tree),
        security=tuple(_security(tree)),
    )


def _first_processor(text: str) -> dict[str, str]:
    block = text.partition("\n\n")[0]
    pairs = (line.partition(":") for line in block.splitlines())
    return {key.strip(): value.strip() for key, _, value in pairs}


def _multithreading(tree: HostTree) -> bool | None:
    """Whether a processor has a sibling, by the separators in its list; None as soon as one has no list."""
    found = None
    for name in tree.names("sys/bus/cpu/devices"):
        siblings = tree.text(f"sys/bus/cpu/devices/{name}/topology/thread_siblings_list")
        if siblings is None:
            return None
        if "," in siblings or "-" in siblings:
            return True
        found = False
    return found


def _hypervisor(tree: HostTree, flags: frozenset[str]) -> str | None:
    """The kind of virtual machine by NFD's names; NFD asks the processor itself.

    Files show it where the kernel keeps time with the hypervisor's clock, or Xen is below.
    """
    if "hypervisor" not in flags:
        return "none"
    if tree.text("sys/hypervisor/type") == "xen":
        return "xenhvm"
    clocks = tree.text("sys/devices/system/clocksource/clocksource0/available_clocksource") or ""
    return next((word for clock, word in _CLOCKS if clock in clocks), None)


_CLOCKS = (("kvm-clock", "kvm"), ("hyperv_clocksource", "msvm"), ("xen", "xenhvm"))


def _pstate(tree: HostTree) -> list[tuple[str, str]]:
    status = tree.text(f"{FOLDER}/intel_pstate/status")
    if not status or status == "off":
        return []
    found = [("status", status)]
    if turbo := tree.text(f"{FOLDER}/intel_pstate/no_turbo"):
        found.append(("turbo", "true" if turbo.startswith("0") else "false"))
    governors = _governors(tree) if status == "active" else set()
    return found + [("scaling_governor", governor) for governor in governors if len(governors) == 1]


def _governors(tree: HostTree) -> set[str]:
    policies = (f"{FOLDER}/cpufreq/{name}" for name in tree.names(f"{FOLDER}/cpufreq"))
    used = (policy for policy in policies if tree.text(f"{policy}/affected_cpus"))
    return {governor for policy in used if (governor := tree.text(f"{policy}/scaling_governor"))}


def _cstate(tree: HostTree) -> bool | None:
    if tree.text(f"{FOLDER}/cpuidle/current_driver") != "intel_idle":
        return None
    deepest = tree.integer("sys/module/intel_idle/parameters/max_cstate")
    return None if deepest is None else deepest > 0


def _security(tree: HostTree) -> list[str]:
    """What of confidential computing the kernel has turned on, by NFD's names."""
    found = ["tdx"] if tree.text("sys/module/kvm_intel/parameters/tdx") == "Y" else []
    for parameter, name in (("sev", "sev"), ("sev_es", "sev.es"), ("sev_snp", "sev.snp")):
        if (tree.text(f"sys/module/kvm_amd/parameters/{parameter}") or "").startswith(("1", "Y")):
            found.append(name)
    return found
