# Read by cpack for each kind of package: what depends on the version, and what must be so.
if(NOT CPACK_PACKAGING_INSTALL_PREFIX STREQUAL "/usr")
    message(FATAL_ERROR "The build is for ${CPACK_PACKAGING_INSTALL_PREFIX}, and packages are for "
            "/usr: configure it with `cmake --preset packages`.")
endif()
# Times in an archive are this one.
set(ENV{SOURCE_DATE_EPOCH} ${CPACK_DBCACHE_EPOCH})

set(same "(= ${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})")
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "libdbcache0 ${same}")
set(CPACK_DEBIAN_XENSERVER_PACKAGE_DEPENDS "dbcache ${same}, iproute2, ethtool")

set(same "= ${CPACK_PACKAGE_VERSION}-${CPACK_RPM_PACKAGE_RELEASE}")
set(CPACK_RPM_dev_PACKAGE_REQUIRES "libdbcache0 ${same}")
set(CPACK_RPM_xenserver_PACKAGE_REQUIRES "dbcache ${same}, iproute, ethtool")
set(CPACK_RPM_SPEC_MORE_DEFINE "%define use_source_date_epoch_as_buildtime 1
%define clamp_mtime_to_source_date_epoch 1
%define _buildhost dbcache.invalid")
