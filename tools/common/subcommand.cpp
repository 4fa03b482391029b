#include "tools/common/subcommand.hpp"

namespace tools {

void add_subject(CLI::App& tool, Subject& subject) {
  auto* pid = tool.add_option("-p,--pid", subject.pid, "a process that runs already")->type_name("PID")->check(CLI::PositiveNumber);
  auto* command = tool.add_option("PROG", subject.command, "the program to start, and its arguments")->type_name("ARGS")->excludes(pid);
  tool.add_flag("!--no-follow", subject.follow, "leave the programs that it starts alone");
  // What comes behind the program's name is the program's.
  tool.positionals_at_end();
  tool.prefix_command(false);
  tool.parse_complete_callback([&subject] {
    if (subject.command.empty() && subject.pid == 0)
      throw CLI::ValidationError("nothing to work on; give a program behind --, or a process with --pid");
  });
  (void)command;
}

void add_output(CLI::App& tool, OutputOptions& options) {
  tool.add_flag("--json", options.json, "one JSON object a line");
  tool.add_option("-o,--output", options.file, "write there")->type_name("FILE");
}

}  // namespace tools
