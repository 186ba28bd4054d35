# tests.cmake: unit-tests runs the tests of all modules; unit-MODULE builds and runs one module's alone, with
# the modules to its left, so that it can be tested while others are being edited.

if(NOT BUILD_TESTING)
    return()
endif()

add_library(gt_test_harness OBJECT tests/unit/t.c)
target_include_directories(gt_test_harness PRIVATE include)
target_link_libraries(gt_test_harness PRIVATE gt_flags)

add_executable(unit-tests)
gt_link_modules(unit-tests cli)
target_link_libraries(unit-tests PRIVATE gt_test_harness)

foreach(module IN LISTS gt_modules)
    file(GLOB_RECURSE tests CONFIGURE_DEPENDS tests/unit/${module}/*.c)
    if(NOT tests OR NOT module IN_LIST gt_built)
        continue()
    endif()
    add_library(gt_test_${module} OBJECT ${tests})
    target_include_directories(gt_test_${module} PRIVATE
        include tests/unit src/${module} ${PROJECT_BINARY_DIR}/generated)
    target_compile_definitions(gt_test_${module} PRIVATE GT_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    target_link_libraries(gt_test_${module} PRIVATE gt_flags ${gt_${module}_libraries})
    target_link_libraries(unit-tests PRIVATE gt_test_${module})

    add_executable(unit-${module} EXCLUDE_FROM_ALL)
    gt_link_modules(unit-${module} ${module})
    target_link_libraries(unit-${module} PRIVATE gt_test_harness gt_test_${module})
endforeach()

add_test(NAME unit COMMAND unit-tests)
