/* crs.c: coordinate systems between GDAL and geo. */
#include "gdal/gdal.h"

#include <stdlib.h>
#include <string.h>

static const char *epsg_of(struct gt_arena *a, const struct gt_gdal *gdal, OGRSpatialReferenceH srs)
{
    const char *name = gdal->OSRGetAuthorityName(srs, NULL);
    const char *code = gdal->OSRGetAuthorityCode(srs, NULL);
    int64_t n;
    if (!name || !code || strcmp(name, "EPSG") != 0 || !gt_parse_int(code, &n))
        return NULL;
    return gt_printf(a, "EPSG:%s", code);
}

static enum gt_status text_of(struct gt_arena *a, const struct gt_gdal *gdal,
                              OGRSpatialReferenceH srs, const char **out, struct gt_err *err)
{
    static const char *const options[] = {"FORMAT=WKT2_2019", "MULTILINE=NO", NULL};
    GT_GDAL_LISTEN(said, gdal);
    char *wkt = NULL;
    *out = epsg_of(a, gdal, srs);
    if (*out)
        return GT_OK;
    if (gdal->OSRExportToWktEx(srs, &wkt, options) == OGRERR_NONE && wkt && wkt[0])
        *out = gt_strdup(a, wkt);
    gdal->VSIFree(wkt);
    if (!*out)
        return gt_gdal_fail(&said, GT_EINPUT, err,
                            "expected a coordinate system that can be "
                            "written as WKT, found one that cannot");
    return GT_OK;
}

enum gt_status gt_gdal_crs_text(struct gt_arena *a, const struct gt_gdal *gdal,
                                OGRSpatialReferenceH srs, const char **out, struct gt_err *err)
{
    *out = NULL;
    OGRSpatialReferenceH flat = srs ? gdal->OSRClone(srs) : NULL;
    if (!flat)
        return GT_OK;
    gdal->OSRStripVertical(flat);
    enum gt_status status = text_of(a, gdal, flat, out, err);
    gdal->OSRDestroySpatialReference(flat);
    return status;
}

enum gt_status gt_gdal_crs_new(const struct gt_gdal *gdal, const struct gt_crs *crs,
                               OGRSpatialReferenceH *out, struct gt_err *err)
{
    GT_GDAL_LISTEN(said, gdal);
    OGRSpatialReferenceH srs = gdal->OSRNewSpatialReference(NULL);
    const char *text = crs->code[0] ? crs->code : crs->wkt;
    *out = NULL;
    if (!srs || gdal->OSRSetFromUserInput(srs, text) != OGRERR_NONE) {
        gdal->OSRDestroySpatialReference(srs);
        return gt_gdal_fail(&said, GT_EINPUT, err, "%s: GDAL does not take this coordinate system",
                            crs->name);
    }
    gdal->OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
    *out = srs;
    return GT_OK;
}
