#!/usr/bin/python3
"""remora count: exact where the number is known, and what gdb counts by stepping."""

import pathlib
import re
import signal
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import gdb_driver
from debug_test import main
from processes import wait_until, tracer_of
from tool_test import EXACT_INSTRUCTIONS, EXACT_REPETITIONS, ToolTest, inferior_path


class Count(ToolTest):
    def total(self, outcome):
        return outcome.objects("total")[0]

    def test_a_known_number(self):
        outcome = self.tool("count", "--json", "--", self.exact())
        self.assertEqual(outcome.status, 0, outcome.err)
        self.assertEqual(self.total(outcome), {"v": 1, "type": "total", "instructions": EXACT_INSTRUCTIONS,
                                               "repetitions": EXACT_REPETITIONS, "passes": 0})

    def test_as_many_as_gdb_steps(self):
        program = self.exact()
        text = gdb_driver.run(["starti", "python\ncount = 0\nwhile gdb.selected_thread():\n    gdb.execute('stepi', to_string=True)\n"
                               "    count += 1\nprint('steps', count)\nend"], program, 60).text
        steps = int(re.search(r"steps (\d+)", text)[1])
        total = self.total(self.tool("count", "--json", "--", program))
        self.assertEqual(total["instructions"] + total["repetitions"], steps)

    def test_between_two_places(self):
        program = self.exact()
        total = self.total(self.tool("count", "--json", "--from", "halfway", "--to", "last", "--", program))
        self.assertEqual((total["instructions"], total["passes"]), (6, 1))

    def test_the_same_place_again_and_again(self):
        outcome = self.tool("count", "--json", "--from", "raise_next", "--to", "on_signal", "--", inferior_path("raises"), 10, 12, 10)
        self.assertEqual(outcome.status, 3)
        self.assertEqual(self.total(outcome)["passes"], 3)

    def test_a_limit(self):
        outcome = self.tool("count", "--json", "--limit", 100, "--", inferior_path("exits"), "code", 42)
        self.assertEqual(self.total(outcome)["instructions"], 100)
        self.assertEqual(outcome.status, 42)  # it has run on to its end

    def test_threads_and_modules_add_up(self):
        outcome = self.tool("count", "--json", "--from", "main", "--", inferior_path("thread_locals"))
        self.assertEqual(outcome.status, 0, outcome.err)
        total = self.total(outcome)["instructions"]
        threads = outcome.objects("thread")
        self.assertEqual(len(threads), 3)
        self.assertTrue(all(thread["instructions"] > 50 for thread in threads), threads)
        self.assertEqual(sum(thread["instructions"] for thread in threads), total)
        self.assertEqual(sum(module["instructions"] for module in outcome.objects("module")), total)

    def test_children_are_followed_unless_told_otherwise(self):
        for options, programs in (([], 3), (["--no-follow"], 1)):
            outcome = self.tool("count", "--json", "--from", "main", *options, "--", inferior_path("forks"), "fork", 2)
            self.assertEqual(outcome.status, 0, outcome.err)
            self.assertEqual(len({thread["pid"] for thread in outcome.objects("thread")}), programs)

    def test_what_the_program_writes_and_ends_with_is_its_own(self):
        outcome = self.tool("count", "--from", "main", "--", inferior_path("shows_arguments"), "it is me")
        self.assertEqual(outcome.status, 1)
        self.assertIn("[it is me]\n", outcome.out)
        self.assertRegex(outcome.err, r"\d  instructions\n")
        outcome = self.tool("count", "--limit", 10 ** 9, "--", inferior_path("exits"), "signal", "9")
        self.assertEqual(outcome.status, 128 + signal.SIGKILL)

    def test_a_running_process_goes_on(self):
        inferior = self.inferior("counts_forever")
        total = self.total(self.tool("count", "--json", "--limit", 500, "--pid", inferior.pid))
        self.assertEqual(total["instructions"], 500)
        wait_until(lambda: tracer_of(inferior.pid) == 0, "end of tracing")
        self.assert_runs_untouched(inferior, "counter")

    def test_what_cannot_be_done_is_said_in_one_line(self):
        self.assert_refuses(self.tool("count", "--", "/no/such/program"), "Cannot exec /no/such/program")
        self.assert_refuses(self.tool("count", "--pid", 2 ** 22 + 1), "there is none with that id")
        refused = self.tool("count", "--from", "nowhere", "--", inferior_path("raises"))
        self.assert_refuses(refused, 'no "nowhere": no symbol')
        self.assertEqual(refused.out, "")  # it has not been run
        self.assert_refuses(self.tool("count", "-o", "/no/such/file", "--", self.exact()), "Cannot write /no/such/file")
        self.assertEqual(self.tool("count").status, 125)


if __name__ == "__main__":
    main()
