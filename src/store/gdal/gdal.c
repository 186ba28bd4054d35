/* gdal.c: loads GDAL, leaves it the listed drivers, and takes down what it says. */
#include "gdal/gdal.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#ifndef GT_GDAL_SONAME
#define GT_GDAL_SONAME "libgdal.so.32"
#endif
#define CACHE_BYTES (64 << 20)

const char *const gt_gdal_raster_drivers[] = {"GTiff",   "HFA",  "AAIGrid", "DTED",
                                              "SRTMHGT", "EHdr", "ENVI",    NULL};
const char *const gt_gdal_vector_drivers[] = {
    "ESRI Shapefile", "OpenFileGDB", "GPKG", "GeoJSON", "FlatGeobuf", "DXF", "LIBKML", "KML", NULL};
const char *const gt_gdal_table_drivers[] = {"CSV", "XLSX", "ODS", "ESRI Shapefile", NULL};
/* Only written. */
static const char *const other_drivers[] = {"COG", "Memory", NULL};

static struct {
    pthread_once_t once;
    struct gt_gdal fn;
    struct gt_err err;
} library = {.once = PTHREAD_ONCE_INIT};

static bool listed(const char *const *list, const char *name)
{
    for (; *list; list++)
        if (strcmp(*list, name) == 0)
            return true;
    return false;
}

static void CPL_STDCALL say_nothing(CPLErr kind, CPLErrorNum number, const char *text)
{
    (void)kind;
    (void)number;
    (void)text;
}

/* Some formats hold addresses to be asked: of a coordinate system, in GeoJSON. */
static CPLHTTPResult *ask_nobody(const char *url, CSLConstList options, GDALProgressFunc progress,
                                 void *progress_ctx, CPLHTTPFetchWriteFunc write, void *write_ctx,
                                 void *user)
{
    (void)url;
    (void)options;
    (void)progress;
    (void)progress_ctx;
    (void)write;
    (void)write_ctx;
    const struct gt_gdal *gdal = user;
    CPLHTTPResult *out = gdal->CPLCalloc(1, sizeof *out);
    out->nStatus = 1;
    out->pszErrBuf = gdal->CPLStrdup("the network is off");
    return out;
}

static void keep_listed_drivers(const struct gt_gdal *gdal)
{
    for (int i = gdal->GDALGetDriverCount(); i-- > 0;) {
        GDALDriverH driver = gdal->GDALGetDriver(i);
        const char *name = gdal->GDALGetDriverShortName(driver);
        if (listed(gt_gdal_raster_drivers, name) || listed(gt_gdal_vector_drivers, name) ||
            listed(gt_gdal_table_drivers, name) || listed(other_drivers, name))
            continue;
        gdal->GDALDeregisterDriver(driver);
        gdal->GDALDestroyDriver(driver);
    }
}

static enum gt_status set_up(struct gt_gdal *gdal, struct gt_err *err)
{
    gdal->CPLHTTPSetFetchCallback(ask_nobody, gdal);
    gdal->CPLSetErrorHandler(say_nothing);
    gdal->CPLSetConfigOption("GDAL_DRIVER_PATH", "disable");
    gdal->CPLSetConfigOption("GDAL_DISABLE_READDIR_ON_OPEN", "TRUE");
    gdal->CPLSetConfigOption("CPL_DEBUG", "OFF");
    /* The first row of a sheet is its heading, whatever it looks like. */
    gdal->CPLSetConfigOption("OGR_XLSX_HEADERS", "FORCE");
    gdal->CPLSetConfigOption("OGR_ODS_HEADERS", "FORCE");
    /* No address has such an ending: none is asked. */
    gdal->CPLSetConfigOption("CPL_VSIL_CURL_ALLOWED_EXTENSIONS", ".guotu-asks-no-network");
    gdal->GDALAllRegister();
    keep_listed_drivers(gdal);
    gdal->GDALSetCacheMax64(CACHE_BYTES);
    gdal->OSRSetPROJEnableNetwork(0);
    return gt_gdal_io_install(gdal, err);
}

static enum gt_status load(struct gt_gdal *gdal, struct gt_err *err)
{
    void *so = dlopen(GT_GDAL_SONAME, RTLD_NOW | RTLD_LOCAL);
    if (!so)
        return gt_fail(err, GT_EIO, "expected GDAL as %s, cannot load it: %s", GT_GDAL_SONAME,
                       dlerror());
    static const struct {
        const char *name;
        size_t at;
    } wanted[] = {
#define WANTED(fn) {#fn, offsetof(struct gt_gdal, fn)},
        GT_GDAL_FNS(WANTED)
#undef WANTED
    };
    for (size_t i = 0; i < GT_LEN(wanted); i++) {
        void *found = dlsym(so, wanted[i].name);
        if (!found)
            return gt_fail(err, GT_EIO, "expected the function %s in %s, found none",
                           wanted[i].name, GT_GDAL_SONAME);
        memcpy((char *)gdal + wanted[i].at, &found, sizeof found);
    }
    return set_up(gdal, err);
}

static void load_once(void)
{
    library.err.status = load(&library.fn, &library.err);
}

enum gt_status gt_gdal_get(const struct gt_gdal **out, struct gt_err *err)
{
    pthread_once(&library.once, load_once);
    *out = &library.fn;
    if (library.err.status != GT_OK)
        return gt_fail(err, library.err.status, "%s", library.err.text);
    return GT_OK;
}

/* ---- What GDAL says ---- */

/* Cuts to the room there is, at a whole character; line ends become blanks. */
static void keep_text(char *out, size_t size, const char *text)
{
    size_t n = strlen(text);
    if (n >= size) {
        n = size - 1;
        while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80)
            n--;
    }
    for (size_t i = 0; i < n; i++)
        out[i] = text[i] == '\n' || text[i] == '\r' ? ' ' : text[i];
    out[n] = '\0';
}

static const struct gt_gdal *const gdal_table = &library.fn;

static void CPL_STDCALL take_down(CPLErr kind, CPLErrorNum number, const char *text)
{
    struct gt_gdal_said *said = gdal_table->CPLGetErrorHandlerUserData();
    if (kind == CE_Warning && said->warnings++ == 0)
        keep_text(said->warning, sizeof said->warning, text);
    if (kind != CE_Failure && kind != CE_Fatal)
        return;
    bool of_machine = number == GT_GDAL_EIO && said->number != GT_GDAL_EIO;
    if (said->failures++ == 0 || of_machine) {
        said->number = number;
        keep_text(said->error, sizeof said->error, text);
    }
}

void gt_gdal_begin(const struct gt_gdal *gdal, struct gt_gdal_said *said)
{
    *said = (struct gt_gdal_said){.gdal = gdal};
    gdal->CPLPushErrorHandlerEx(take_down, said);
}

void gt_gdal_end_(struct gt_gdal_said *said)
{
    if (said->gdal)
        said->gdal->CPLPopErrorHandler();
    said->gdal = NULL;
}

enum gt_status gt_gdal_fail(const struct gt_gdal_said *said, enum gt_status status,
                            struct gt_err *err, const char *fmt, ...)
{
    char what[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    const char *why = said->failures ? said->error : said->warnings ? said->warning : "";
    if (said->failures && said->number == GT_GDAL_EIO)
        status = GT_EIO;
    return gt_fail(err, status, "%s%s%s", what, why[0] ? ": " : "", why);
}
