# modules.cmake: the modules from left to right, each with the outside libraries that are its own, and the
# program. tools/layers.py checks who includes whom.

configure_file(cmake/gt_version.h.in generated/gt_version.h @ONLY)

set(gt_modules base geo rules raster vector table evaluate sample survey review store atlas ops cli)
set(gt_base_libraries
    Threads::Threads m PkgConfig::YAML-0.1 PkgConfig::JANSSON PkgConfig::LIBSODIUM PkgConfig::LIBZIP PkgConfig::EXPAT)
set(gt_geo_libraries PkgConfig::PROJ)
set(gt_vector_libraries PkgConfig::GEOS)
set(gt_store_libraries PkgConfig::SQLITE3 gt_gdal)
set(gt_atlas_libraries PkgConfig::CAIRO PkgConfig::PANGOCAIRO PkgConfig::XLSXWRITER)

# One object library a module of all C files under its folder but main.c. A module whose folder is empty
# is left out; gt_built names the others, from left to right.
set(gt_built)
foreach(module IN LISTS gt_modules)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS src/${module}/*.c)
    list(FILTER sources EXCLUDE REGEX "/cli/main\\.c$")
    if(NOT sources)
        file(GLOB_RECURSE others CONFIGURE_DEPENDS src/${module}/*.h)
        if(others)
            message(WARNING "expected C files in src/${module}, found only headers")
        endif()
        continue()
    endif()
    add_library(gt_${module} OBJECT ${sources})
    target_include_directories(gt_${module} PRIVATE include src/${module} ${PROJECT_BINARY_DIR}/generated)
    target_link_libraries(gt_${module} PRIVATE gt_flags ${gt_${module}_libraries})
    list(APPEND gt_built ${module})
endforeach()

# Links the modules from the left up to and with `last` to a target.
function(gt_link_modules target last)
    list(FIND gt_modules ${last} end)
    foreach(module IN LISTS gt_built)
        list(FIND gt_modules ${module} at)
        if(at LESS_EQUAL end)
            target_link_libraries(${target} PRIVATE gt_${module} ${gt_${module}_libraries})
        endif()
    endforeach()
    target_link_libraries(${target} PRIVATE gt_flags)
    if(GT_SANITIZE)
        target_sources(${target} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/sanitizers.c)
    endif()
    target_include_directories(${target} PRIVATE include ${PROJECT_BINARY_DIR}/generated)
endfunction()

if(EXISTS ${PROJECT_SOURCE_DIR}/src/cli/main.c)
    add_executable(guotu src/cli/main.c)
    gt_link_modules(guotu cli)
    target_include_directories(guotu PRIVATE src/cli)
    install(TARGETS guotu)
    install(DIRECTORY rules DESTINATION share/guotu)
endif()
