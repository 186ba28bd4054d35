# flags.cmake: the target gt_flags, which everything compiled here links: language, warnings, sanitizers.

add_library(gt_flags INTERFACE)
set(gcc "$<C_COMPILER_ID:GNU>")

# Results must not depend on the compiler's taste for fused or reordered arithmetic.
target_compile_options(gt_flags INTERFACE -ffp-contract=off -fno-fast-math)

target_compile_options(gt_flags INTERFACE
    -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes -Wmissing-prototypes
    -Wold-style-definition -Wvla -Wundef -Wformat=2 -Wcast-qual -Wpointer-arith -Wwrite-strings
    -Wimplicit-fallthrough -Wnull-dereference
    $<${gcc}:-Wdouble-promotion> # clang takes NAN and INFINITY for it
    $<${gcc}:-Wduplicated-cond>
    $<${gcc}:-Wduplicated-branches>
    $<${gcc}:-Wlogical-op>
    $<${gcc}:-Wjump-misses-init>
    $<${gcc}:-Warith-conversion>
    $<$<BOOL:${GT_WERROR}>:-Werror>)

if(GT_SANITIZE)
    target_compile_options(gt_flags INTERFACE
        -fsanitize=${GT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(gt_flags INTERFACE -fsanitize=${GT_SANITIZE})
endif()

if(GT_ANALYZE)
    target_compile_options(gt_flags INTERFACE $<${gcc}:-fanalyzer>)
endif()

if(GT_FUZZ)
    target_compile_options(gt_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# clang 14 gives a function with target_clones another name, so other files do not find it.
target_compile_definitions(gt_flags INTERFACE
    $<$<BOOL:${GT_DEBUG_ARENA}>:GT_DEBUG_ARENA>
    $<$<OR:$<BOOL:${GT_NO_CLONES}>,$<NOT:${gcc}>>:GT_NO_CLONES>)

if(GT_HARDEN)
    set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
    target_compile_options(gt_flags INTERFACE
        -fPIE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection
        $<$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},x86_64>:-fcf-protection>)
    target_link_options(gt_flags INTERFACE -pie -Wl,-z,relro,-z,now)
endif()

# Debug keeps frames readable and still runs the raster tests in reasonable time.
set(CMAKE_C_FLAGS_DEBUG "-O1 -g")
# No code here reads errno or traps of the floating-point unit; without this, loops do not vectorise.
set(CMAKE_C_FLAGS_RELEASE "-O3 -fno-math-errno -fno-trapping-math")
