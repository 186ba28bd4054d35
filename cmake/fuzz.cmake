# fuzz.cmake: each fuzz/fuzz_NAME.c is a libFuzzer target fuzz-NAME in the preset `fuzz`, and in the others
# replay-NAME, which runs the inputs in fuzz/corpus/NAME once. It is linked with the modules up to the
# rightmost whose header it includes.

# What a target shares with the unit tests: folders to look in for headers, and sources without t.h.
set(gt_fuzz_engine_folders tests/unit/raster src/raster)
set(gt_fuzz_engine_sources compare dice graph graph_expr graph_steps oracle oracle_around oracle_input
    oracle_layer oracle_zonal scene)
list(TRANSFORM gt_fuzz_engine_sources REPLACE "(.+)" "tests/unit/raster/\\1.c")

file(GLOB fuzz_sources CONFIGURE_DEPENDS fuzz/fuzz_*.c)
foreach(source IN LISTS fuzz_sources)
    get_filename_component(name ${source} NAME_WE)
    string(REGEX REPLACE "^fuzz_" "" name ${name})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})

    set(last base)
    file(STRINGS ${source} includes REGEX "^#include \"guotu/")
    foreach(module IN LISTS gt_modules)
        if(includes MATCHES "guotu/${module}\\.h")
            set(last ${module})
        endif()
    endforeach()

    if(GT_FUZZ)
        set(target fuzz-${name})
        add_executable(${target} ${source} ${gt_fuzz_${name}_sources})
        target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    else()
        set(target replay-${name})
        add_executable(${target} ${source} ${gt_fuzz_${name}_sources} fuzz/replay_main.c)
        if(BUILD_TESTING)
            add_test(NAME ${target} COMMAND ${target} ${PROJECT_SOURCE_DIR}/fuzz/corpus/${name})
        endif()
    endif()
    foreach(folder IN LISTS gt_fuzz_${name}_folders)
        target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/${folder})
    endforeach()
    target_compile_definitions(${target} PRIVATE GT_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    gt_link_modules(${target} ${last})
endforeach()
