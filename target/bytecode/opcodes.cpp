#include "target/bytecode/opcodes.hpp"

namespace target::bytecode {
namespace {

// Floating point is in no server's agent; recording belongs to tracepoints.
constexpr OpTraits unsupported(std::string_view name) { return {name, 0, 0, 0, false}; }

constexpr std::array<OpTraits, 0x35> table{{
    /* 00 */ {},
    /* 01 */ unsupported("float"),
    /* 02 */ {"add", 0, 2, 1},
    /* 03 */ {"sub", 0, 2, 1},
    /* 04 */ {"mul", 0, 2, 1},
    /* 05 */ {"div_signed", 0, 2, 1},
    /* 06 */ {"div_unsigned", 0, 2, 1},
    /* 07 */ {"rem_signed", 0, 2, 1},
    /* 08 */ {"rem_unsigned", 0, 2, 1},
    /* 09 */ {"lsh", 0, 2, 1},
    /* 0a */ {"rsh_signed", 0, 2, 1},
    /* 0b */ {"rsh_unsigned", 0, 2, 1},
    /* 0c */ unsupported("trace"),
    /* 0d */ unsupported("trace_quick"),
    /* 0e */ {"log_not", 0, 1, 1},
    /* 0f */ {"bit_and", 0, 2, 1},
    /* 10 */ {"bit_or", 0, 2, 1},
    /* 11 */ {"bit_xor", 0, 2, 1},
    /* 12 */ {"bit_not", 0, 1, 1},
    /* 13 */ {"equal", 0, 2, 1},
    /* 14 */ {"less_signed", 0, 2, 1},
    /* 15 */ {"less_unsigned", 0, 2, 1},
    /* 16 */ {"ext", 1, 1, 1},
    /* 17 */ {"ref8", 0, 1, 1},
    /* 18 */ {"ref16", 0, 1, 1},
    /* 19 */ {"ref32", 0, 1, 1},
    /* 1a */ {"ref64", 0, 1, 1},
    /* 1b */ unsupported("ref_float"),
    /* 1c */ unsupported("ref_double"),
    /* 1d */ unsupported("ref_long_double"),
    /* 1e */ unsupported("l_to_d"),
    /* 1f */ unsupported("d_to_l"),
    /* 20 */ {"if_goto", 2, 1, 0},
    /* 21 */ {"goto", 2, 0, 0},
    /* 22 */ {"const8", 1, 0, 1},
    /* 23 */ {"const16", 2, 0, 1},
    /* 24 */ {"const32", 4, 0, 1},
    /* 25 */ {"const64", 8, 0, 1},
    /* 26 */ {"reg", 2, 0, 1},
    /* 27 */ {"end", 0, 0, 0},
    /* 28 */ {"dup", 0, 1, 2},
    /* 29 */ {"pop", 0, 1, 0},
    /* 2a */ {"zero_ext", 1, 1, 1},
    /* 2b */ {"swap", 0, 2, 2},
    /* 2c */ unsupported("getv"),
    /* 2d */ unsupported("setv"),
    /* 2e */ unsupported("tracev"),
    /* 2f */ unsupported("tracenz"),
    /* 30 */ unsupported("trace16"),
    /* 31 */ {},
    /* 32 */ {"pick", 1, 1, 2},
    /* 33 */ {"rot", 0, 3, 3},
    /* 34 */ {"printf", 3, 2, 0},
}};

}  // namespace

const OpTraits* traits(std::uint8_t op) {
  return op < table.size() && !table[op].name.empty() ? &table[op] : nullptr;
}

}  // namespace target::bytecode
