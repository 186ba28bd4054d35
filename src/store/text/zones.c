/* zones.c: which coordinate system a header's Gauss-Krüger zone is. */
#include "text_int.h"

#include <math.h>
#include <string.h>

#define ZONE_M 1e6 /* what one zone number adds to eastings */

/* Codes of EPSG: of the first zone or meridian with numbers in the eastings and without; the others
 * follow by one. */
static const struct {
    int degrees;                /* longitudes and latitudes */
    int zone3, cm3, zone6, cm6; /* zones 25 and 13, meridians 75 */
} codes[] = {
    [GT_DATUM_CGCS2000] = {4490, 4513, 4534, 4491, 4502},
    [GT_DATUM_XIAN_1980] = {4610, 2349, 2370, 2327, 2338},
    [GT_DATUM_BEIJING_1954] = {4214, 2401, 2422, 21413, 21453},
};

enum gt_text_datum gt_text_datum_of(struct gt_str name)
{
    static const struct {
        const char *part;
        enum gt_text_datum datum;
    } names[] = {
        {"CGCS", GT_DATUM_CGCS2000},           {"2000", GT_DATUM_CGCS2000},
        {"西安", GT_DATUM_XIAN_1980},          {"Xian", GT_DATUM_XIAN_1980},
        {"Xi'an", GT_DATUM_XIAN_1980},         {"1980", GT_DATUM_XIAN_1980},
        {"80坐标", GT_DATUM_XIAN_1980},        {"80国家", GT_DATUM_XIAN_1980},
        {"IAG", GT_DATUM_XIAN_1980},           {"6378140", GT_DATUM_XIAN_1980},
        {"北京", GT_DATUM_BEIJING_1954},       {"Beijing", GT_DATUM_BEIJING_1954},
        {"1954", GT_DATUM_BEIJING_1954},       {"54坐标", GT_DATUM_BEIJING_1954},
        {"Krassovsky", GT_DATUM_BEIJING_1954}, {"克拉索夫斯基", GT_DATUM_BEIJING_1954},
        {"6378245", GT_DATUM_BEIJING_1954},
    };
    for (size_t i = 0; i < GT_LEN(names); i++)
        if (gt_text_has(name, names[i].part))
            return names[i].datum;
    return GT_DATUM_UNKNOWN;
}

static bool is_zone(int width, int zone)
{
    return width == 3 ? zone >= 25 && zone <= 45 : width == 6 && zone >= 13 && zone <= 23;
}

/* Numbers of China's zones of 3 and of 6 degrees are never the same. */
static int width_of(int zone)
{
    return is_zone(3, zone) ? 3 : is_zone(6, zone) ? 6 : 0;
}

/* The zone number that all eastings begin with; 0: none. */
static int prefix_of(const struct gt_text_zone *z)
{
    double a = floor(z->x0 / ZONE_M), b = floor(z->x1 / ZONE_M);
    return a == b && a >= 1 && a < 100 ? (int)a : 0;
}

static enum gt_status check(const char *file, const struct gt_text_zone *z, int prefix,
                            struct gt_err *err)
{
    int width = width_of(prefix);
    if (prefix && !width)
        return gt_fail(err, GT_EINPUT,
                       "%s: expected eastings that begin with a zone from 13 to 23 or 25 to 45, or "
                       "with none, found %.10g to %.10g",
                       file, z->x0, z->x1);
    if (prefix && z->zone && z->zone != prefix)
        return gt_fail(err, GT_EINPUT,
                       "%s: expected eastings of zone %d, as the header says, found them beginning "
                       "with %d",
                       file, z->zone, prefix);
    if (prefix && z->width && z->width != width)
        return gt_fail(err, GT_EINPUT,
                       "%s: expected a zone of %d degrees, as the header says, found eastings of "
                       "zone %d, one of %d degrees",
                       file, z->width, prefix, width);
    if (z->zone && z->width && !is_zone(z->width, z->zone))
        return gt_fail(err, GT_EINPUT,
                       "%s: expected a zone from %s for zones of %d degrees, found %d", file,
                       z->width == 3 ? "25 to 45" : "13 to 23", z->width, z->zone);
    return GT_OK;
}

/* -1: no such meridian. */
static int meridian_step(int width, double meridian)
{
    double step = (meridian - 75) / width;
    return step == floor(step) && step >= 0 && step <= (135 - 75) / width ? (int)step : -1;
}

enum gt_status gt_text_zone_crs(struct gt_arena *a, const char *file, const struct gt_text_zone *z,
                                const char **out, struct gt_err *err)
{
    *out = "";
    if (z->datum == GT_DATUM_UNKNOWN)
        return GT_OK;
    if (z->degrees) {
        *out = gt_printf(a, "EPSG:%d", codes[z->datum].degrees);
        return GT_OK;
    }
    int prefix = prefix_of(z);
    GT_TRY(check(file, z, prefix, err));
    int zone = prefix ? prefix : z->zone, width = z->width ? z->width : width_of(zone);
    if (prefix) {
        int first = width == 3 ? codes[z->datum].zone3 - 25 : codes[z->datum].zone6 - 13;
        *out = gt_printf(a, "EPSG:%d", first + prefix);
        return GT_OK;
    }
    if (width == 0) /* without a zone's number, a meridian of 6 degrees is one of 3 degrees too */
        width = 3;
    double meridian = zone ? (width == 3 ? 3.0 * zone : 6.0 * zone - 3) : z->meridian;
    int step = isfinite(meridian) ? meridian_step(width, meridian) : -1;
    if (step >= 0)
        *out = gt_printf(a, "EPSG:%d",
                         (width == 3 ? codes[z->datum].cm3 : codes[z->datum].cm6) + step);
    return GT_OK;
}

bool gt_text_swapped(struct gt_box b)
{
    bool degrees = b.x0 >= 3 && b.x1 <= 54 && b.y0 >= 73 && b.y1 <= 136;
    bool zone = b.y0 >= 13 * ZONE_M && b.y1 < 46 * ZONE_M && b.x0 > 0 && b.x1 < 7 * ZONE_M;
    bool plain = b.y0 >= 100e3 && b.y1 <= 900e3 && b.x0 >= 1500e3 && b.x1 <= 6000e3;
    return degrees || zone || plain;
}
