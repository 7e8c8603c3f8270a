# Run by cpack on the files of all packages before they are packed: Debian wants manuals and
# changelogs compressed, and the same bytes each time.
file(GLOB_RECURSE texts
    "${CPACK_TEMPORARY_DIRECTORY}/*/usr/share/man/man[0-9]/*.[0-9]"
    "${CPACK_TEMPORARY_DIRECTORY}/*/usr/share/doc/*/changelog"
    "${CPACK_TEMPORARY_DIRECTORY}/*/usr/share/doc/*/changelog.Debian")
if(texts)
    execute_process(COMMAND gzip -9n -f ${texts} COMMAND_ERROR_IS_FATAL ANY)
endif()
