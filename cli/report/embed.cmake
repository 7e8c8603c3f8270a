# embed.cmake - turns the page's style and script into C: their bytes, and their SHA-256 in base64
# for the page's Content-Security-Policy.  cmake -DCSS=... -DJS=... -DOUT=... -P embed.cmake
cmake_minimum_required(VERSION 3.18)

# Base64 of a text of hexadecimal digits whose number of bytes leaves 2 when divided by 3, as 32
# does.
function(base64_of hex out)
    set(alphabet ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/)
    set(text "")
    string(LENGTH "${hex}" length)
    math(EXPR last "${length} - 1")
    foreach(start RANGE 0 ${last} 6)
        string(SUBSTRING "${hex}00" ${start} 6 part)
        math(EXPR number "0x${part}")
        foreach(shift 18 12 6 0)
            math(EXPR place "(${number} >> ${shift}) & 63")
            string(SUBSTRING ${alphabet} ${place} 1 letter)
            string(APPEND text ${letter})
        endforeach()
    endforeach()
    string(REGEX REPLACE ".$" "=" text "${text}")
    set(${out} "${text}" PARENT_SCOPE)
endfunction()

set(code "/* Made by embed.cmake of page.css and page.js. */\n#include \"cli/report/page.h\"\n")
foreach(kind css js)
    string(TOUPPER ${kind} variable)
    file(READ ${${variable}} bytes HEX)
    file(SHA256 ${${variable}} sum)
    base64_of(${sum} hash)
    string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
    string(APPEND code "const char report_${kind}[] = { ${bytes} 0 };\n"
           "const char report_${kind}_hash[] = \"sha256-${hash}\";\n")
endforeach()
file(WRITE ${OUT} "${code}")
