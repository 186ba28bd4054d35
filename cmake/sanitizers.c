/* sanitizers.c: what the sanitizers are told of outside libraries; linked into every checked
 * program. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void);
const char *__tsan_default_suppressions(void);
const char *__tsan_default_options(void);

/* fontconfig keeps its rules behind offsets, which the leak checker does not take for pointers. */
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig.so\n";
}

const char *__lsan_default_options(void)
{
    return "print_suppressions=0";
}

/* Pango loads fonts in a thread of its own and hands them over by means that the checker does not
 * see. GDAL takes its own locks in orders that it knows to be safe. */
const char *__tsan_default_suppressions(void)
{
    return "race:libglib-2.0.so\nrace:libpangoft2-1.0.so\nrace:libfontconfig.so\n"
           "deadlock:libgdal.so\n";
}

const char *__tsan_default_options(void)
{
    return "print_suppressions=0";
}
