#pragma once

namespace tools {

/// SIGINT, SIGTERM and SIGHUP end a tool in good order from now on.
void catch_interruptions();

/// The signal that is to end the tool; 0: none has come.
int interruption();
/// Can be read once it has come; -1 before catch_interruptions().
int interruption_descriptor();
/// It came from the terminal, and so to the programs in our process group as well.
bool interruption_was_typed();

/// How many have come.
int interruptions();

/// From now on calls that sleep are ended some times a second.
void tick_often();
/// One has been, or has been about to be, since the last time this was asked.
bool ticked();

}  // namespace tools
