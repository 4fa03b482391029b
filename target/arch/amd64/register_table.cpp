#include "target/arch/amd64/register_table.hpp"

#include <sys/user.h>

#include <array>

#include "target/arch/amd64/register_families.hpp"

namespace target::arch::amd64 {
namespace {

#define GENERAL(name, type, field, ...) \
  RegisterSpec { name, core_feature, type, 64, RegisterHome::General, \
                 offsetof(user_regs_struct, field), 8, 0, "", general_set, __VA_ARGS__ }
#define SHORT_GENERAL(name, type, field, dwarf) \
  RegisterSpec { name, core_feature, type, 32, RegisterHome::General, \
                 offsetof(user_regs_struct, field), 8, 0, "", general_set, "", "", dwarf }

#define FLAGS(name, type, field, dwarf) \
  RegisterSpec { name, core_feature, type, 32, RegisterHome::General, \
                 offsetof(user_regs_struct, field), 8, 0, "", general_set, "flags", "rflags", dwarf }

// name, type, field, lldb's role, lldb's other name, DWARF number
constexpr std::array core_registers{
    GENERAL("rax", "int64", rax, "", "", 0),
    GENERAL("rbx", "int64", rbx, "", "", 3),
    GENERAL("rcx", "int64", rcx, "arg4", "", 2),
    GENERAL("rdx", "int64", rdx, "arg3", "", 1),
    GENERAL("rsi", "int64", rsi, "arg2", "", 4),
    GENERAL("rdi", "int64", rdi, "arg1", "", 5),
    GENERAL("rbp", "data_ptr", rbp, "fp", "fp", 6),
    GENERAL("rsp", "data_ptr", rsp, "sp", "sp", 7),
    GENERAL("r8", "int64", r8, "arg5", "", 8),
    GENERAL("r9", "int64", r9, "arg6", "", 9),
    GENERAL("r10", "int64", r10, "", "", 10),
    GENERAL("r11", "int64", r11, "", "", 11),
    GENERAL("r12", "int64", r12, "", "", 12),
    GENERAL("r13", "int64", r13, "", "", 13),
    GENERAL("r14", "int64", r14, "", "", 14),
    GENERAL("r15", "int64", r15, "", "", 15),
    GENERAL("rip", "code_ptr", rip, "pc", "pc", 16),
    FLAGS("eflags", "i386_eflags", eflags, 49),
    SHORT_GENERAL("cs", "int32", cs, 51),
    SHORT_GENERAL("ss", "int32", ss, 52),
    SHORT_GENERAL("ds", "int32", ds, 53),
    SHORT_GENERAL("es", "int32", es, 50),
    SHORT_GENERAL("fs", "int32", fs, 54),
    SHORT_GENERAL("gs", "int32", gs, 55),
};

#undef GENERAL
#undef SHORT_GENERAL
#undef FLAGS

void add_linux_and_segments(RegisterLayout& layout) {
  add_general(layout, {.name = "orig_rax", .feature = linux_feature, .type = "int", .bits = 64,
                       .offset = offsetof(user_regs_struct, orig_rax), .group = "system"});
  add_general(layout, {.name = "fs_base", .feature = segments_feature, .type = "int", .bits = 64,
                       .offset = offsetof(user_regs_struct, fs_base), .group = "", .dwarf = 58});
  add_general(layout, {.name = "gs_base", .feature = segments_feature, .type = "int", .bits = 64,
                       .offset = offsetof(user_regs_struct, gs_base), .group = "", .dwarf = 59});
}

// The upper sixteen vector registers lie whole in one component: 64 bytes each, of which gdb wants the
// lowest 16 as xmm, the next 16 as ymmh and the upper 32 as zmmh.
void add_avx512(RegisterLayout& layout) {
  if (!has_avx512()) return;
  const auto high = component_offset(High16Zmm);
  add_bank(layout, {.prefix = "xmm", .suffix = "", .feature = avx512_feature, .type = "vec128",
                    .bits = 128, .offset = high, .stride = 64, .component = High16Zmm,
                    .set = vector_set, .dwarf = 67, .first = 16});
  add_bank(layout, {.prefix = "ymm", .suffix = "h", .feature = avx512_feature, .type = "uint128",
                    .bits = 128, .offset = high + 16, .stride = 64, .component = High16Zmm,
                    .set = vector_set, .first = 16});
  add_opmasks(layout, 118);
  add_zmm_high(layout, 16);
  add_bank(layout, {.prefix = "zmm", .suffix = "h", .feature = avx512_feature, .type = "v2ui128",
                    .bits = 256, .offset = high + 32, .stride = 64, .component = High16Zmm,
                    .set = vector_set, .first = 16});
}

RegisterLayout make_layout() {
  RegisterLayout layout;
  layout.architecture = "i386:x86-64";
  layout.machine = "x86_64";
  layout.word_bytes = 8;
  layout.registers.assign(core_registers.begin(), core_registers.end());
  add_x87(layout, {.stack = 33, .control = 65, .status = 66});
  add_sse(layout, 16, {.vectors = 17, .mxcsr = 64});
  add_linux_and_segments(layout);
  add_avx(layout, 16);
  add_avx512(layout);
  add_pkeys(layout);
  number_registers(layout);
  return layout;
}

}  // namespace

const RegisterLayout& register_layout() {
  static const RegisterLayout layout = make_layout();
  return layout;
}

}  // namespace target::arch::amd64
