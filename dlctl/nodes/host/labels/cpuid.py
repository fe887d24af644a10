"""NFD's names of processor features for the kernel's, where /proc/cpuinfo has them.

NFD asks the processor through klauspost/cpuid, whose names are on the left of its README; the kernel's are
those of arch/x86/include/asm/cpufeatures.h and, for arm64, arch/arm64/kernel/cpuinfo.c. What has no name in
both is left out, and so is what cpuinfo does not show although the processor has it: CETSS, BHI_CTRL,
IDPRED_CTRL, PSFD, RRSBA_CTRL, CMPSB_SCADBS_SHORT, MOVSB_ZL, STOSB_SHORT, AMXFP8. HTT is left out since it
means another thing there.
"""

_SAME = """adx amd3dnow avx avx2 bmi1 bmi2 cldemote clzero cmov cx16 enqcmd erms f16c flush_l1d fma4 fsrm
fxsr gfni hle hypervisor ibpb ibrs invlpgb md_clear mmx mmxext movbe movdir64b movdiri mpx nx pconfig popcnt
rdpru rdrand rdseed rdtscp rtm serialize sgx sme sse sse2 sse4a ssse3 stibp succor syscall tbm tme tsxldtrk
vaes vmx vpclmulqdq waitpkg wbnoinvd xgetbv1 xop xsave xsavec xsaveopt xsaves"""
_OTHER = """3dnow:AMD3DNOW 3dnowext:AMD3DNOWEXT abm:LZCNT aes:AESNI amx_bf16:AMXBF16 amx_complex:AMXCOMPLEX
amx_fp16:AMXFP16 amx_int8:AMXINT8 amx_tile:AMXTILE arch_capabilities:IA32_ARCH_CAP
avx512_4fmaps:AVX5124FMAPS avx512_4vnniw:AVX5124VNNIW avx512_bf16:AVX512BF16 avx512_bitalg:AVX512BITALG
avx512bw:AVX512BW avx512cd:AVX512CD avx512dq:AVX512DQ avx512er:AVX512ER avx512f:AVX512F
avx512_fp16:AVX512FP16 avx512ifma:AVX512IFMA avx512pf:AVX512PF avx512vbmi:AVX512VBMI
avx512_vbmi2:AVX512VBMI2 avx512vl:AVX512VL avx512_vnni:AVX512VNNI avx512_vp2intersect:AVX512VP2INTERSECT
avx512_vpopcntdq:AVX512VPOPCNTDQ avx_ifma:AVXIFMA avx_ne_convert:AVXNECONVERT avx_vnni:AVXVNNI
avx_vnni_int8:AVXVNNIINT8 cmpccxadd:CMPCCXADD core_capabilities:IA32_CORE_CAP cpb:CPBOOST cx8:CMPXCHG8
fma:FMA3 fpu:X87 fxsr_opt:FXSROPT ibs:IBS ibt:CETIBT lahf_lm:LAHF overflow_recov:MCAOVERFLOW pclmulqdq:CLMUL
pni:SSE3 sep:SYSEE sgx_lc:SGXLC sha_ni:SHA ssbd:SPEC_CTRL_SSBD sse4_1:SSE4 sse4_2:SSE42 tdx_guest:TDX_GUEST
topoext:TOPEXT user_shstk:CETSS"""
_X86 = {name: name.upper() for name in _SAME.split()}
_X86 |= {kernel: nfd for kernel, _, nfd in (pair.partition(":") for pair in _OTHER.split())}
_ARM = """AES ASIMD ASIMDDP ASIMDHP ASIMDRDM ATOMICS CPUID CRC32 DCPOP EVTSTRM FCMA FP FPHP JSCVT LRCPC PMULL
SHA1 SHA2 SHA3 SHA512 SM3 SM4 SVE"""
"""Those that NFD labels on arm64 (source/cpu/cpuid_arm64.go)."""

_LEVELS = (
    ("X86_64_V1", "cmov cx8 fpu fxsr mmx syscall sse sse2"),
    ("X86_64_V2", "cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3"),
    ("X86_64_V3", "avx avx2 bmi1 bmi2 f16c fma abm movbe xsave"),
    ("X86_64_V4", "avx512f avx512bw avx512cd avx512dq avx512vl"),
)
"""x86-64 psABI, "Micro-Architecture Levels". The kernel shows xsave where it has turned it on (OSXSAVE)."""


def cpuid_features(flags: frozenset[str], *, arm: bool) -> frozenset[str]:
    """NFD's names for the kernel's flags of a processor."""
    if arm:
        return frozenset(flag.upper() for flag in flags) & frozenset(_ARM.split())
    return frozenset(_X86[flag] for flag in flags if flag in _X86) | _levels(flags)


def _levels(flags: frozenset[str]) -> frozenset[str]:
    """The levels that a processor reaches; each needs the ones before it. Only 64-bit processors have any."""
    reached = []
    for name, needed in _LEVELS:
        if "lm" not in flags or not flags.issuperset(needed.split()):
            break
        reached.append(name)
    return frozenset(reached)
