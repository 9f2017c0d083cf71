# SPDX-License-Identifier: Apache-2.0
# Turns holidays/STATION.csv into the C array that holidays_tables.h declares. Hexadecimal bytes, so
# that no character of a table can be misread as C.
set(source "/* Made from the holidays folder by the build. */\n#include \"holidays_tables.h\"\n\n#include <stddef.h>\n\n")
set(rows "")
foreach(file IN LISTS FILES)
    get_filename_component(station ${file} NAME_WE)
    string(MAKE_C_IDENTIFIER ${station} name)
    file(READ ${file} hex HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
    string(APPEND source "static const char csv_${name}[] = {${bytes}0};\n")
    string(APPEND rows "    {\"${station}\", csv_${name}},\n")
endforeach()
string(APPEND source "\nconst struct holidays_table holidays_tables[] = {\n${rows}    {NULL, NULL},\n};\n")
file(WRITE ${OUT} "${source}")
