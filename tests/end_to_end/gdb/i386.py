#!/usr/bin/python3
"""32-bit programs under gdb: all that is done with 64-bit ones, and exec from one kind to the other."""

import os
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import gdb_driver
import processes
from debug_test import DebugTest, main
from gdb_driver import Session
from registers import processor_has, table_value, vector
from servers import inferior_path


class Test32(DebugTest):
    def setUp(self):
        super().setUp()
        if not os.path.exists(inferior_path("calls_deep_32")):
            self.skipTest("32-bit programs cannot be built here")


class BreakpointsAndStepping(Test32):
    def test_break_look_step_and_call(self):
        for name in ("calls_deep_32", "calls_deep_pie_32"):
            with self.subTest(name):
                gdb = self.gdb_on(name, "break inner", "continue", "backtrace", "stepi", "next", "print touched",
                                  "print factorial(5)", "print here", "finish", "info sharedlibrary", "delete",
                                  "continue")
                self.assert_in_order(gdb.of("backtrace"), r"inner \(value=8\)", r"middle \(value=7\)", "outer", "main")
                self.assertIn("= 120", gdb.of("print factorial(5)"))
                self.assertIn('label = 0x', gdb.of("print here"))
                self.assertIn("Value returned is $4 = 17", gdb.of("finish"))
                self.assert_in_order(gdb.of("info sharedlibrary"), r"ld-linux\.so", r"libc\.so\.6")
                self.assertIn("exited with code 052", gdb.of("continue", 1))

    def test_watchpoints_of_every_size(self):
        for name, value in (("one_byte", 1), ("two_bytes", 1), ("four_bytes", 1), ("eight_bytes", 1)):
            with self.subTest(name):
                gdb = self.gdb_on("watched_32", f"watch {name}", "continue", "backtrace 1", "kill")
                self.assert_in_order(gdb.of("continue"), "Hardware watchpoint 1", "Old value = 0", f"New value = {value}")
                self.assertIn("write_all", gdb.of("backtrace 1"))

    def test_reads_and_hardware_breakpoints(self):
        gdb = self.gdb_on("watched_32", "hbreak read_all", "continue", "awatch eight_bytes", "rwatch one_byte", "delete 1",
                          "continue", "backtrace 1", "kill")
        self.assertIn("Breakpoint 1, read_all", gdb.of("continue"))
        self.assertIn("Hardware read watchpoint 3: one_byte", gdb.of("continue", 1))
        self.assertIn("read_all", gdb.of("backtrace 1"))

    def test_breakpoints_with_many_threads(self):
        gdb = self.gdb_on("busy_threads_32", "break work if index == 7", "continue", "continue", "print index",
                          "info threads", "thread apply 1 2 print $eip != 0", "kill", arguments=(8,))
        self.assertIn("= 7", gdb.of("print index"))
        self.assertEqual(gdb.of("info threads").count("busy_threads_32"), 8, gdb.text)


class Registers(Test32):
    def at(self, label, *commands):
        return self.gdb_on("registers_32", f"break *&{label}", "continue", *commands)

    def require(self, flag):
        if not processor_has(flag):
            self.skipTest(f"this processor has no {flag}")

    def test_general(self):
        gdb = self.at("general_loaded", "info registers", "set $eax = 0x87654321", "set $edi = -2", "print/x $eax",
                      "break group_done", "continue", "print/x general_seen")
        for value, name in enumerate("eax ecx edx".split(), 1):
            self.assertRegex(gdb.of("info registers"), rf"(?m)^{name} +0x1111110{value} ")
        self.assertRegex(gdb.of("info registers"), r"(?m)^ebx +0x91111104 +-")
        self.assertRegex(gdb.of("info registers"), r"(?m)^cs +0x23 ")
        self.assertIn("= 0x87654321", gdb.of("print/x $eax"))
        self.assertIn("{0x87654321, 0x11111102, 0x11111103, 0x91111104, 0x11111105, 0x11111106, 0xfffffffe}",
                      gdb.of("print/x general_seen"))

    def test_pc_flags_and_segments(self):
        gdb = self.at("general_loaded", "set $eflags = $eflags | 1", "print $eflags", "set $pc = $pc + 1",
                      "print (long)$pc - (long)&general_loaded", "print $orig_eax", "set $cs = 0", "print $cs",
                      "print $fs_base", "delete", "continue")
        self.assertIn("CF", gdb.of("print $eflags"))
        self.assertIn("= 1", gdb.of("print (long)$pc - (long)&general_loaded"))
        self.assertIn("= -1", gdb.of("print $orig_eax"))
        self.assertIn("Could not write register", gdb.of("set $cs = 0"))
        self.assertIn("= 35", gdb.of("print $cs"))
        self.assertIn("= void", gdb.of("print $fs_base"))
        self.assertIn("exited normally", gdb.text)

    def test_x87(self):
        gdb = self.at("x87_loaded", "print $st0", "print $st1", "set $st0 = 7.25", "break group_done", "continue",
                      "print x87_seen")
        self.assertIn("= 1.5", gdb.of("print $st0"))
        self.assertIn("= -2.25", gdb.of("print $st1"))
        self.assertIn("{7.25, -2.25}", gdb.of("print x87_seen"))

    def test_xmm(self):
        gdb = self.at("sse_loaded", *(f"print/x $xmm{n}.uint128" for n in range(8)), "print $xmm8", "print/x $mxcsr",
                      "set $xmm3.v4_int32[2] = 0x5a5a5a5a", "break group_done", "continue",
                      "print/x *(int*)&vector_seen[3][8]", "print/x vector_seen[7][15]")
        for n in range(8):
            self.assertIn(f"= {vector(n, 16)}\n", gdb.of(f"print/x $xmm{n}.uint128"))
        self.assertIn("= void", gdb.of("print $xmm8"))
        self.assertIn("= 0x1f80", gdb.of("print/x $mxcsr"))
        self.assertIn("= 0x5a5a5a5a", gdb.of("print/x *(int*)&vector_seen[3][8]"))
        self.assertIn(f"= {table_value(7, 15):#x}", gdb.of("print/x vector_seen[7][15]"))

    def test_ymm(self):
        self.require("avx")
        gdb = self.at("avx_loaded", "print/x $ymm7.v32_int8", "set $ymm5.v8_int32[7] = 0x77777777", "break group_done",
                      "continue", "print/x *(int*)&vector_seen[5][28]", "print/x vector_seen[5][27]")
        self.assertIn(", ".join(f"{table_value(7, i):#x}" for i in range(32)), gdb.of("print/x $ymm7.v32_int8"))
        self.assertIn("= 0x77777777", gdb.of("print/x *(int*)&vector_seen[5][28]"))
        self.assertIn(f"= {table_value(5, 27):#x}", gdb.of("print/x vector_seen[5][27]"))

    def test_zmm_and_masks(self):
        self.require("avx512bw")
        gdb = self.at("avx512_loaded", "print/x $zmm7.v64_int8", "print/x $k3", "set $zmm7.v16_int32[15] = 0x31313131",
                      "set $k7 = 0x77", "break group_done", "continue", "print/x *(int*)&vector_seen[7][60]",
                      "print/x mask_seen[7]", "print/x mask_seen[6]")
        self.assertIn(", ".join(f"{table_value(7, i):#x}" for i in range(64)), gdb.of("print/x $zmm7.v64_int8"))
        self.assertIn("= 0x102030405060703", gdb.of("print/x $k3"))
        self.assertIn("= 0x31313131", gdb.of("print/x *(int*)&vector_seen[7][60]"))
        self.assertIn("= 0x77", gdb.of("print/x mask_seen[7]"))
        self.assertIn("= 0x102030405060706", gdb.of("print/x mask_seen[6]"))


class SignalsAndSystemCalls(Test32):
    def test_siginfo_of_every_kind(self):
        fields = {  # in the order in which the signals come
            "SIGUSR1": ("_rt.si_sigval.sival_int", "-77"),
            "SIGUSR2": ("_timer.si_sigval.sival_int", "1234567"),
            "SIGCHLD": ("_sigchld.si_status", "23"),
            "SIGIO": ("_sigpoll.si_band & 1", "1"),
            "SIGSEGV": ("_sigfault.si_addr", "0xdead000"),
            "SIGFPE": ("_sigfault.si_addr == $pc", "1"),
            "SIGSYS": ("_sigpoll.si_fd == $orig_eax", "1"),  # gdb has no name for si_syscall, which lies there
        }
        prints = [f"print $_siginfo._sifields.{field}" for field, _ in fields.values()]
        steps = [command for shown in prints for command in ("continue", shown)]
        gdb = self.gdb_on("signals_itself_32", "handle all stop print pass", "handle SIGALRM nostop", *steps, "continue")
        for number, ((name, (_, value)), shown) in enumerate(zip(fields.items(), prints)):
            self.assertIn(f"received signal {name}", gdb.of("continue", number))
            nth = prints[:number].count(shown)
            self.assertIn(f"= {value}" if "addr" not in shown or "==" in shown else value, gdb.of(shown, nth), name)
        self.assertIn("exited with code 07", gdb.text)

    def test_siginfo_written_reaches_the_handler(self):
        gdb = self.gdb_on("signals_itself_32", "handle SIGUSR1 stop", "continue",
                          "set $_siginfo._sifields._rt.si_sigval.sival_int = -5", "break on_signal", "continue",
                          "print info->_sifields._rt.si_sigval.sival_int", "print info->_sifields._rt.si_pid > 1", "kill")
        self.assertIn("= -5", gdb.of("print info->_sifields._rt.si_sigval.sival_int"))
        self.assertIn("= 1", gdb.of("print info->_sifields._rt.si_pid > 1"))

    def test_catch_syscall(self):
        gdb = self.gdb_on("calls_deep_32", "catch syscall write", "continue", "print $orig_eax", "continue", "print $eax",
                          "continue")
        self.assertIn("call to syscall write", gdb.of("continue"))
        self.assertIn("= 4", gdb.of("print $orig_eax"))
        self.assertIn("returned from syscall write", gdb.of("continue", 1))
        self.assertIn("= 10", gdb.of("print $eax"))

    def test_attach_interrupt_and_detach(self):
        inferior = self.inferior("counts_forever_dynamic_32")
        inferior.wait_for_progress("counter")
        server = self.attach(inferior)
        gdb = Session(inferior.path)
        gdb.do(f"target remote {server.remote}")
        gdb.do("break count_once")
        self.assertIn("Breakpoint 1, count_once", gdb.do("continue"))
        gdb.do("delete")
        resumed = gdb.tell("continue")
        inferior.wait_for_progress("counter")
        gdb.interrupt()
        self.assertIn("SIGINT", gdb.finish(resumed))
        self.assertRegex(gdb.do("backtrace"), r"main \(\)")
        gdb.do("detach")
        self.assert_runs_untouched(inferior, "counter")

    def test_attach_after_the_first_thread_has_ended(self):
        inferior = self.inferior("leader_exits_32")
        processes.wait_until(lambda: processes.state_of(inferior.pid) == "Z", "end of the first thread")
        server = self.attach(inferior)
        gdb = self.gdb(server, "break survive", "continue", "backtrace", "print $eip == $pc", "delete", "detach",
                       program="leader_exits_32")
        self.assert_in_order(gdb.of("backtrace"), "survive", "outlive_leader")
        self.assertIn("= 1", gdb.of("print $eip == $pc"))

    # The kernel's restart logic reads the saved eax as a 64-bit number.
    def test_a_call_from_gdb_does_not_wake_a_sleeping_thread(self):
        inferior = self.inferior("sleeps_32")
        inferior.wait_for_global("asleep", lambda count: count == 5)
        server = self.attach(inferior)
        gdb = Session(inferior.path)
        gdb.do(f"target remote {server.remote}")
        called = gdb.do("thread apply all -q print (int)getpid() > 0")
        self.assertEqual(called.count("= 1"), 5, called)
        resumed = gdb.tell("continue")
        for tid in processes.threads_of(inferior.pid):
            processes.wait_until(lambda: processes.state_of(inferior.pid, tid) == "S", "sleep")
        gdb.interrupt()
        self.assertIn("SIGINT", gdb.finish(resumed))
        self.assertIn("= 0", gdb.do("print returned_early"))


class Processes(Test32):
    def test_forks(self):
        for how in ("fork", "vfork", "spawn"):
            with self.subTest(how):
                gdb = self.gdb_on("forks_32", "break shared_path", "continue", "print who", "continue", arguments=(how, 1))
                self.assertIn('"parent"', gdb.of("print who"))
                self.assertIn("exited normally", gdb.text)

    def test_following_the_child(self):
        gdb = self.gdb_on("forks_32", "set follow-fork-mode child", "break shared_path", "continue", "print who",
                          "print $eip == $pc", "continue", arguments=("fork", 1))
        self.assertIn('"child"', gdb.of("print who"))
        self.assertIn("= 1", gdb.of("print $eip == $pc"))
        self.assertIn("exited with code 011", gdb.text)

    def assert_new_program_is_debugged(self, program, who, into, pc):
        gdb = self.gdb_on(program, "set breakpoint pending on", "catch exec", "continue", f"print ${pc} != 0",
                          "tbreak inner", "continue", "backtrace", "info threads", "print factorial(5)",
                          "info sharedlibrary", "delete", "continue", arguments=(who, inferior_path(into)))
        self.assertIn("exec'd", gdb.of("continue"))
        self.assertIn("= 1", gdb.of(f"print ${pc} != 0"))
        self.assert_in_order(gdb.of("backtrace"), r"inner \(value=8\)", r"main \(\)")
        self.assertEqual(gdb.of("info threads").count("Thread"), 1, gdb.text)
        self.assertIn("= 120", gdb.of("print factorial(5)"))
        self.assertIn("libc.so.6", gdb.of("info sharedlibrary"))
        self.assertIn("exited with code 052", gdb.of("continue", 2))

    def test_exec_from_64_to_32_bit(self):
        self.assert_new_program_is_debugged("execs", "leader", "calls_deep_32", "eip")
        self.assert_new_program_is_debugged("execs", "thread", "calls_deep_pie_32", "eip")

    def test_exec_from_32_to_64_bit(self):
        self.assert_new_program_is_debugged("execs_32", "leader", "calls_deep", "rip")
        self.assert_new_program_is_debugged("execs_32", "thread", "calls_deep_pie", "rip")

    def test_exec_from_32_to_32_bit(self):
        self.assert_new_program_is_debugged("execs_32", "leader", "calls_deep_32", "eip")


class WithoutDescription(Test32):
    """A gdb that reads no target description still finds each register where it expects it."""

    def test_both_kinds(self):
        for name, pc, linux in (("calls_deep", "rip", "orig_rax"), ("calls_deep_32", "eip", "orig_eax")):
            with self.subTest(name):
                server = self.launch(name)
                gdb = gdb_driver.run(["set remote target-features-packet off", f"target remote {server.remote}",
                                      "break inner", "continue", f"print ${pc} == $pc", f"print ${linux}",
                                      "print $ymm0", "print/x $xmm1.uint128", "print factorial(5)", "backtrace",
                                      "delete", "continue"], inferior_path(name))
                self.assertIn("= 1", gdb.of(f"print ${pc} == $pc"))
                self.assertIn("= -1", gdb.of(f"print ${linux}"))
                self.assertIn("= void", gdb.of("print $ymm0"))
                self.assertIn("= 0x", gdb.of("print/x $xmm1.uint128"))
                self.assertIn("= 120", gdb.of("print factorial(5)"))
                self.assert_in_order(gdb.of("backtrace"), r"inner \(value=8\)", r"main \(\)")
                self.assertIn("exited with code 052", gdb.text)


if __name__ == "__main__":
    main()
