# libraries.cmake: the outside libraries. Which module may use which is said in modules.cmake.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
foreach(library IN ITEMS yaml-0.1 jansson libsodium libzip expat proj geos sqlite3 cairo pangocairo xlsxwriter)
    string(TOUPPER ${library} name)
    pkg_check_modules(${name} REQUIRED IMPORTED_TARGET ${library})
endforeach()
pkg_check_modules(GDAL REQUIRED gdal)

# GDAL is opened at its first use: linking it would cost every start of the program 40 ms. So only its
# headers are used here, and the name under which the linker would have asked for it.
find_library(GDAL_LIBRARY gdal HINTS ${GDAL_LIBRARY_DIRS} REQUIRED)
execute_process(COMMAND ${CMAKE_OBJDUMP} -p ${GDAL_LIBRARY} OUTPUT_VARIABLE gdal_header COMMAND_ERROR_IS_FATAL ANY)
if(NOT gdal_header MATCHES "SONAME +([^ \n]+)")
    message(FATAL_ERROR "expected a SONAME in ${GDAL_LIBRARY}, found none")
endif()
set(GT_GDAL_SONAME ${CMAKE_MATCH_1})

add_library(gt_gdal INTERFACE)
target_include_directories(gt_gdal SYSTEM INTERFACE ${GDAL_INCLUDE_DIRS})
target_compile_definitions(gt_gdal INTERFACE GT_GDAL_SONAME="${GT_GDAL_SONAME}")
target_link_libraries(gt_gdal INTERFACE ${CMAKE_DL_LIBS})
