#include "target/arch/i386/register_table.hpp"

#include <sys/user.h>

#include <array>

#include "target/arch/amd64/register_families.hpp"

namespace target::arch::i386 {
namespace {

using namespace amd64;

constexpr RegisterSpec general(std::string_view name, std::string_view type, std::size_t offset,
                               std::int16_t dwarf, std::string_view role = "") {
  return {name, core_feature, type, 32, RegisterHome::General, static_cast<std::uint32_t>(offset), 8, 0, "",
          general_set, role, role, dwarf};
}

// The kernel's restart logic, when a thread goes on, looks at rax as a 64-bit number unless the thread is
// still in its 32-bit system call; -ERESTARTSYS must be negative there too.
constexpr RegisterSpec sign_extended(RegisterSpec spec) {
  spec.sign_extended = true;
  return spec;
}

// DWARF numbers: System V ABI for i386, table 2.14.
constexpr std::array core_registers{
    sign_extended(general("eax", "int32", offsetof(user_regs_struct, rax), 0)),
    general("ecx", "int32", offsetof(user_regs_struct, rcx), 1),
    general("edx", "int32", offsetof(user_regs_struct, rdx), 2),
    general("ebx", "int32", offsetof(user_regs_struct, rbx), 3),
    general("esp", "data_ptr", offsetof(user_regs_struct, rsp), 4, "sp"),
    general("ebp", "data_ptr", offsetof(user_regs_struct, rbp), 5, "fp"),
    general("esi", "int32", offsetof(user_regs_struct, rsi), 6),
    general("edi", "int32", offsetof(user_regs_struct, rdi), 7),
    general("eip", "code_ptr", offsetof(user_regs_struct, rip), 8, "pc"),
    general("eflags", "i386_eflags", offsetof(user_regs_struct, eflags), 9),
    general("cs", "int32", offsetof(user_regs_struct, cs), 41),
    general("ss", "int32", offsetof(user_regs_struct, ss), 42),
    general("ds", "int32", offsetof(user_regs_struct, ds), 43),
    general("es", "int32", offsetof(user_regs_struct, es), 40),
    general("fs", "int32", offsetof(user_regs_struct, fs), 44),
    general("gs", "int32", offsetof(user_regs_struct, gs), 45),
};

constexpr int vector_registers = 8;

RegisterLayout make_layout() {
  RegisterLayout layout;
  layout.architecture = "i386";
  layout.machine = "i386";
  layout.word_bytes = 4;
  layout.registers.assign(core_registers.begin(), core_registers.end());
  add_x87(layout, {.stack = 11, .control = 37, .status = 38});
  add_sse(layout, vector_registers, {.vectors = 21, .mxcsr = 39});
  add_general(layout, {.name = "orig_eax", .feature = linux_feature, .type = "int", .bits = 32,
                       .offset = offsetof(user_regs_struct, orig_rax), .group = "system",
                       .sign_extended = true});
  add_avx(layout, vector_registers);
  if (has_avx512()) {
    add_opmasks(layout, 93);
    add_zmm_high(layout, vector_registers);
  }
  add_pkeys(layout);
  number_registers(layout);
  return layout;
}

}  // namespace

const RegisterLayout& register_layout() {
  static const RegisterLayout layout = make_layout();
  return layout;
}

}  // namespace target::arch::i386
