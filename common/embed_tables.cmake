# SPDX-License-Identifier: Apache-2.0
# Turns NAME/ROW.csv into the C array that NAME_tables.h declares. Hexadecimal bytes, so that no character of a
# table can be misread as C.
set(source "/* Made from the ${NAME} folder by the build. */\n#include \"${NAME}_tables.h\"\n\n#include <stddef.h>\n\n")
set(rows "")
foreach(file IN LISTS FILES)
    get_filename_component(row ${file} NAME_WE)
    string(MAKE_C_IDENTIFIER ${row} name)
    file(READ ${file} hex HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
    string(APPEND source "static const char csv_${name}[] = {${bytes}0};\n")
    string(APPEND rows "    {\"${row}\", csv_${name}},\n")
endforeach()
string(APPEND source "\nconst struct ${NAME}_table ${NAME}_tables[] = {\n${rows}    {NULL, NULL},\n};\n")
file(WRITE ${OUT} "${source}")
