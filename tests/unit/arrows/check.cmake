# SPDX-License-Identifier: Apache-2.0
# Compiles one include at a time: SEES must compile, BLIND must fail because the file is not found.
foreach(include IN LISTS INCLUDES)
    list(APPEND flags "-I${include}")
endforeach()
find_program(SHELL sh REQUIRED)
function(try header result error)
    execute_process(
        COMMAND ${SHELL} -c "printf '#include \"%s\"\\n' \"$1\" | { shift; exec \"$@\"; }" sh ${header}
            ${COMPILER} -std=c17 -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE ${flags} -fsyntax-only -x c -
        RESULT_VARIABLE code ERROR_VARIABLE text OUTPUT_QUIET)
    set(${result} ${code} PARENT_SCOPE)
    set(${error} "${text}" PARENT_SCOPE)
endfunction()

foreach(header IN LISTS SEES)
    try(${header} code text)
    if(NOT code EQUAL 0)
        message(SEND_ERROR "${header} should be within reach:\n${text}")
    endif()
endforeach()
foreach(header IN LISTS BLIND)
    try(${header} code text)
    if(code EQUAL 0)
        message(SEND_ERROR "${header} compiles here, against the arrows")
    elseif(NOT text MATCHES "${header}: No such file")
        message(SEND_ERROR "${header} fails for another reason:\n${text}")
    endif()
endforeach()
