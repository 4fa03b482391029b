#include "protocol/documents/target_xml.hpp"

#include <array>
#include <string_view>

namespace protocol::documents {
namespace {

// Types are looked up inside their own feature, so each feature that uses one defines it.
constexpr std::string_view eflags_type = R"(<flags id="i386_eflags" size="4">
<field name="" start="22" end="31"/>
<field name="CF" start="0" end="0"/><field name="" start="1" end="1"/><field name="PF" start="2" end="2"/>
<field name="AF" start="4" end="4"/><field name="ZF" start="6" end="6"/><field name="SF" start="7" end="7"/>
<field name="TF" start="8" end="8"/><field name="IF" start="9" end="9"/><field name="DF" start="10" end="10"/>
<field name="OF" start="11" end="11"/><field name="NT" start="14" end="14"/>
<field name="RF" start="16" end="16"/><field name="VM" start="17" end="17"/>
<field name="AC" start="18" end="18"/><field name="VIF" start="19" end="19"/>
<field name="VIP" start="20" end="20"/><field name="ID" start="21" end="21"/>
</flags>
)";

constexpr std::string_view vec128_type = R"(<vector id="v8bf16" type="bfloat16" count="8"/>
<vector id="v8h" type="ieee_half" count="8"/>
<vector id="v4f" type="ieee_single" count="4"/>
<vector id="v2d" type="ieee_double" count="2"/>
<vector id="v16i8" type="int8" count="16"/>
<vector id="v8i16" type="int16" count="8"/>
<vector id="v4i32" type="int32" count="4"/>
<vector id="v2i64" type="int64" count="2"/>
<union id="vec128">
<field name="v8_bfloat16" type="v8bf16"/><field name="v8_half" type="v8h"/><field name="v4_float" type="v4f"/>
<field name="v2_double" type="v2d"/><field name="v16_int8" type="v16i8"/>
<field name="v8_int16" type="v8i16"/><field name="v4_int32" type="v4i32"/>
<field name="v2_int64" type="v2i64"/><field name="uint128" type="uint128"/>
</union>
)";

constexpr std::string_view mxcsr_type = R"(<flags id="i386_mxcsr" size="4">
<field name="IE" start="0" end="0"/><field name="DE" start="1" end="1"/><field name="ZE" start="2" end="2"/>
<field name="OE" start="3" end="3"/><field name="UE" start="4" end="4"/><field name="PE" start="5" end="5"/>
<field name="DAZ" start="6" end="6"/><field name="IM" start="7" end="7"/><field name="DM" start="8" end="8"/>
<field name="ZM" start="9" end="9"/><field name="OM" start="10" end="10"/>
<field name="UM" start="11" end="11"/><field name="PM" start="12" end="12"/>
<field name="FZ" start="15" end="15"/>
</flags>
)";

constexpr std::string_view zmm_half_type = R"(<vector id="v2ui128" type="uint128" count="2"/>
)";

struct TypeDefinition {
  std::string_view feature;
  std::string_view xml;
};
constexpr std::array type_definitions{
    TypeDefinition{"org.gnu.gdb.i386.core", eflags_type},
    TypeDefinition{"org.gnu.gdb.i386.sse", vec128_type},
    TypeDefinition{"org.gnu.gdb.i386.sse", mxcsr_type},
    TypeDefinition{"org.gnu.gdb.i386.avx512", vec128_type},
    TypeDefinition{"org.gnu.gdb.i386.avx512", zmm_half_type},
};

void append_attribute(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out.push_back(' ');
  out += name;
  out += "=\"";
  out += value;
  out.push_back('"');
}

// lldb lists registers by group, under this name; gdb has groups of its own, which must not be called otherwise.
std::string_view group_of(const target::RegisterSpec& spec, Dialect dialect) {
  return dialect == Dialect::Lldb && !spec.set.empty() ? spec.set : spec.group;
}

void append_register(std::string& out, const target::RegisterSpec& spec, std::size_t number, Dialect dialect) {
  out += "<reg";
  append_attribute(out, "name", spec.name);
  append_attribute(out, "bitsize", std::to_string(spec.bits));
  append_attribute(out, "type", spec.type);
  append_attribute(out, "regnum", std::to_string(number));
  append_attribute(out, "group", group_of(spec, dialect));
  // lldb takes what it does not know for an integer, and knows none of more than 16 bytes.
  if (spec.bits > 64) {
    append_attribute(out, "encoding", "vector");
    append_attribute(out, "format", "vector-uint8");
  }
  // lldb 19 would show the value of a pointer as the place that it points to.
  if (spec.type.ends_with("_ptr")) {
    append_attribute(out, "encoding", "uint");
    append_attribute(out, "format", "hex");
  }
  append_attribute(out, "altname", spec.alternate);
  append_attribute(out, "generic", spec.generic);
  if (spec.dwarf >= 0) {
    append_attribute(out, "dwarf_regnum", std::to_string(spec.dwarf));
    append_attribute(out, "ehframe_regnum", std::to_string(spec.dwarf));
  }
  out += "/>\n";
}

void begin_feature(std::string& out, std::string_view name) {
  out += "<feature name=\"";
  out += name;
  out += "\">\n";
  for (const auto& definition : type_definitions)
    if (definition.feature == name) out += definition.xml;
}

}  // namespace

std::string target_xml(const target::RegisterLayout& layout, Dialect dialect) {
  std::string out =
      "<?xml version=\"1.0\"?>\n<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n<target version=\"1.0\">\n";
  out += "<architecture>";
  out += layout.architecture;
  out += "</architecture>\n<osabi>GNU/Linux</osabi>\n";
  std::string_view feature;
  for (std::size_t number = 0; number < layout.registers.size(); ++number) {
    const auto& spec = layout.registers[number];
    if (spec.feature != feature) {
      if (!feature.empty()) out += "</feature>\n";
      feature = spec.feature;
      begin_feature(out, feature);
    }
    append_register(out, spec, number, dialect);
  }
  out += "</feature>\n</target>\n";
  return out;
}

}  // namespace protocol::documents
