#!/usr/bin/python3
"""Every register group is shown by gdb, and what is written there is what the program finds."""

import pathlib
import re
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
from debug_test import DebugTest, main


def processor_has(flag):
    with open("/proc/cpuinfo", encoding="ascii") as info:
        return re.search(rf"^flags.*\b{flag}\b", info.read(), re.MULTILINE) is not None


def table_value(register, byte):
    """What registers_main.c puts there."""
    return (register * 7 + byte) & 0xff


def vector(register, length):
    """The register as gdb prints it: one number, highest byte first."""
    return "0x" + "".join(f"{table_value(register, i):02x}" for i in reversed(range(length))).lstrip("0")


class Registers(DebugTest):
    def at(self, label, *commands):
        return self.gdb_on("registers", f"break *{label}", "continue", *commands)

    def require(self, flag):
        if not processor_has(flag):
            self.skipTest(f"this processor has no {flag}")

    def test_general(self):
        names = "rax rbx rcx rdx rsi rdi rbp r8 r9 r10 r11 r12 r13 r14 r15".split()
        gdb = self.at("&general_loaded", "info registers")
        for value, name in enumerate(names, 1):
            self.assertRegex(gdb.of("info registers"), rf"(?m)^{name} +0x11111111111111{value:02x} ")
        for name in "rip eflags cs ss ds es fs gs".split():
            self.assertRegex(gdb.of("info registers"), rf"(?m)^{name} ")

    def test_general_written(self):
        gdb = self.at("&general_loaded", "set $rax = 0x123456789abcdef0", "set $r15 = -2", "set $rbx = 7",
                      "print/x $rbx", "break group_done", "continue", "print/x *(long*)&general_seen",
                      "print ((long*)&general_seen)[14]", "print/x $eflags | 1")
        self.assertIn("= 0x7", gdb.of("print/x $rbx"))
        self.assertIn("= 0x123456789abcdef0", gdb.of("print/x *(long*)&general_seen"))
        self.assertIn("= -2", gdb.of("print ((long*)&general_seen)[14]"))

    def test_pc_and_flags_written(self):
        gdb = self.at("&general_loaded", "set $eflags = $eflags | 1", "print $eflags", "print/x $pc",
                      "set $pc = $pc + 1", "print (long)$pc - (long)&general_loaded", "stepi",
                      "print $_siginfo.si_signo")
        self.assertIn("CF", gdb.of("print $eflags"))
        self.assertIn("= 1", gdb.of("print (long)$pc - (long)&general_loaded"))

    def test_x87_and_mxcsr(self):
        gdb = self.at("&x87_loaded", "print $st0", "print $st1", "print/x $mxcsr", "info float", "set $st0 = 7.25",
                      "set $mxcsr = 0x1fc0", "break group_done", "continue", "print/x (int)mxcsr_seen",
                      "print *((double*)&x87_seen)@2")
        self.assertIn("= 1.5", gdb.of("print $st0"))
        self.assertIn("= -2.25", gdb.of("print $st1"))
        self.assertIn("= 0x3f80", gdb.of("print/x $mxcsr"))
        self.assertRegex(gdb.of("info float"), r"Status Word")
        self.assertIn("{7.25, -2.25}", gdb.of("print *((double*)&x87_seen)@2"))
        self.assertIn("= 0x1fc0", gdb.of("print/x (int)mxcsr_seen"))

    def test_xmm(self):
        gdb = self.at("&sse_loaded", *(f"print/x $xmm{n}.uint128" for n in range(16)),
                      "set $xmm3.v4_int32[2] = 0x5a5a5a5a", "break group_done", "continue",
                      "print/x *(int*)&vector_seen[3][8]", "print/x vector_seen[15][15]")
        for n in range(16):
            self.assertIn(f"= {vector(n, 16)}\n", gdb.of(f"print/x $xmm{n}.uint128"))
        self.assertIn("= 0x5a5a5a5a", gdb.of("print/x *(int*)&vector_seen[3][8]"))
        self.assertIn(f"= {table_value(15, 15):#x}", gdb.of("print/x vector_seen[15][15]"))

    def test_ymm(self):
        self.require("avx")
        gdb = self.at("&avx_loaded", *(f"print/x $ymm{n}.v2_int128" for n in range(16)),
                      "set $ymm5.v8_int32[7] = 0x77777777", "break group_done", "continue",
                      "print/x *(int*)&vector_seen[5][28]", "print/x vector_seen[5][27]")
        for n in range(16):
            high = "0x" + "".join(f"{table_value(n, i):02x}" for i in reversed(range(16, 32))).lstrip("0")
            self.assertIn(f"{{{vector(n, 16)}, {high}}}", gdb.of(f"print/x $ymm{n}.v2_int128"))
        self.assertIn("= 0x77777777", gdb.of("print/x *(int*)&vector_seen[5][28]"))
        self.assertIn(f"= {table_value(5, 27):#x}", gdb.of("print/x vector_seen[5][27]"))

    def test_zmm_and_masks(self):
        self.require("avx512bw")
        gdb = self.at("&avx512_loaded", *(f"print/x $zmm{n}.v64_int8" for n in range(32)),
                      *(f"print/x $k{n}" for n in range(8)), "set $zmm31.v16_int32[15] = 0x31313131",
                      "set $zmm2.v16_int32[9] = 0x22222222", "set $xmm20.v4_int32[0] = 0x20202020",
                      "set $k7 = 0x77", "break group_done", "continue", "print/x *(int*)&vector_seen[31][60]",
                      "print/x *(int*)&vector_seen[2][36]", "print/x *(int*)&vector_seen[20][0]",
                      "print/x mask_seen[7]", "print/x mask_seen[6]")
        for n in range(32):
            expected = ", ".join(f"{table_value(n, i):#x}" for i in range(64))
            self.assertIn(f"{{{expected}}}", gdb.of(f"print/x $zmm{n}.v64_int8"))
        for n in range(8):
            self.assertIn(f"= {0x0102030405060700 + n:#x}", gdb.of(f"print/x $k{n}"))
        self.assertIn("= 0x31313131", gdb.of("print/x *(int*)&vector_seen[31][60]"))
        self.assertIn("= 0x22222222", gdb.of("print/x *(int*)&vector_seen[2][36]"))
        self.assertIn("= 0x20202020", gdb.of("print/x *(int*)&vector_seen[20][0]"))
        self.assertIn("= 0x77", gdb.of("print/x mask_seen[7]"))
        self.assertIn("= 0x102030405060706", gdb.of("print/x mask_seen[6]"))

    def test_protection_keys(self):
        self.require("ospke")
        gdb = self.at("&general_loaded", "print/x $pkru", "set $pkru = 0x55555550", "print/x $pkru")
        self.assertIn("= 0x55555554", gdb.of("print/x $pkru"))
        self.assertIn("= 0x55555550", gdb.of("print/x $pkru", 1))

    def test_all_groups_are_shown(self):
        gdb = self.at("&general_loaded", "info all-registers", "info registers float", "info registers vector",
                      "info registers general", "info registers system", "print $orig_rax", "print $fs_base != 0")
        shown = gdb.of("info all-registers")
        for name in "rax rip st7 fctrl fop mxcsr".split():
            self.assertRegex(shown, rf"(?m)^{name} ")
        self.assertRegex(shown, r"(?m)^[xyz]mm15 ")
        self.assertNotIn("<unavailable>", shown)
        self.assertRegex(gdb.of("info registers system"), r"(?s)fs_base .*gs_base ")
        self.assertIn("= -1", gdb.of("print $orig_rax"))
        self.assertIn("= 1", gdb.of("print $fs_base != 0"))

    def test_registers_survive_a_call_from_gdb(self):
        gdb = self.at("&avx_loaded" if processor_has("avx") else "&sse_loaded", "print (int)getpid() > 0",
                      "print/x $xmm9.uint128", "break group_done", "continue", "print same")
        self.assertIn("= 1", gdb.of("print (int)getpid() > 0"))
        self.assertIn(f"= {vector(9, 16)}", gdb.of("print/x $xmm9.uint128"))
        self.assertIn("= 1", gdb.of("print same"))


if __name__ == "__main__":
    main()
