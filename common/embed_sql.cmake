# SPDX-License-Identifier: Apache-2.0
# Turns SQL files into C string constants. Hexadecimal bytes, so that no character of a statement
# can be misread as C.
set(header "/* Made from the sql folder by the build. */\n#ifndef UPTAKE_SQL_H\n#define UPTAKE_SQL_H\n\n")
set(source "/* Made from the sql folder by the build. */\n#include \"sql.h\"\n\n")
foreach(file IN LISTS FILES)
    get_filename_component(name ${file} NAME_WE)
    file(READ ${file} hex HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
    string(APPEND header "extern const char sql_${name}[];\n")
    string(APPEND source "const char sql_${name}[] = {${bytes}0};\n")
endforeach()
string(APPEND header "\n#endif\n")
file(WRITE ${OUT}/sql.h "${header}")
file(WRITE ${OUT}/sql.c "${source}")
