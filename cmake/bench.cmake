# bench.cmake: the benchmark's programs, bench/bench_NAME.c as bench-NAME; made only when asked for, by the target
# `bench` or their names. Each is linked with the modules up to the rightmost whose header it includes, at least
# raster.

add_custom_target(bench)
file(GLOB bench_sources CONFIGURE_DEPENDS bench/bench_*.c)
foreach(source IN LISTS bench_sources)
    get_filename_component(name ${source} NAME_WE)
    string(REGEX REPLACE "^bench_" "bench-" target ${name})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})

    set(last raster)
    file(STRINGS ${source} includes REGEX "^#include \"guotu/")
    foreach(module IN LISTS gt_modules)
        if(includes MATCHES "guotu/${module}\\.h")
            set(last ${module})
        endif()
    endforeach()

    add_executable(${target} EXCLUDE_FROM_ALL ${source} bench/bench.c)
    if(target STREQUAL bench-pass)
        target_sources(${target} PRIVATE bench/hand.c)
    endif()
    target_compile_definitions(${target} PRIVATE GT_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    target_include_directories(${target} PRIVATE src/raster) # operators, called directly
    gt_link_modules(${target} ${last})
    add_dependencies(bench ${target})
endforeach()
