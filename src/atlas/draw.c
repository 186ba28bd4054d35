/* draw.c: text by Pango, with Chinese letterforms for Chinese, and small things by Cairo. */
#include "atlas_int.h"

#include <math.h>
#include <pango/pangocairo.h>
#include <stdio.h>

void gt_pen_open(struct gt_pen *pen, cairo_surface_t *surface)
{
    PangoFontMap *fonts = pango_cairo_font_map_new();
    pen->cr = cairo_create(surface);
    pen->text = pango_font_map_create_context(fonts);
    pango_cairo_update_context(pen->cr, pen->text);
    g_object_unref(fonts);
}

void gt_pen_close(struct gt_pen *pen)
{
    g_object_unref(pen->text);
    cairo_destroy(pen->cr);
}

void gt_pen_rgb(const struct gt_pen *pen, uint32_t rgb, double alpha)
{
    cairo_set_source_rgba(pen->cr, (double)(rgb >> 16 & 255) / 255, (double)(rgb >> 8 & 255) / 255,
                          (double)(rgb & 255) / 255, alpha);
}

/* Without a language the font gives Japanese forms of the same characters. */
static PangoLayout *lay_out(const struct gt_pen *pen, const struct gt_type *type, const char *text)
{
    PangoLayout *layout = pango_layout_new(pen->text);
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family(font, "Noto Sans CJK SC");
    pango_font_description_set_weight(font, type->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_absolute_size(font, type->size * pen->unit * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    PangoAttrList *list = pango_attr_list_new();
    pango_attr_list_insert(list, pango_attr_language_new(pango_language_from_string("zh-CN")));
    pango_layout_set_attributes(layout, list);
    pango_attr_list_unref(list);
    if (type->wrap > 0) {
        pango_layout_set_width(layout, (int)(type->wrap * pen->unit * PANGO_SCALE));
        pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    }
    if (type->lines > 0) {
        pango_layout_set_height(layout, -type->lines);
        pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    }
    pango_layout_set_text(layout, text, -1);
    return layout;
}

double gt_pen_text(const struct gt_pen *pen, double x, double y, const struct gt_type *type,
                   const char *text)
{
    int w, h;
    PangoLayout *layout = lay_out(pen, type, text);
    pango_layout_get_pixel_size(layout, &w, &h);
    double left = type->align == GT_LEFT ? x : type->align == GT_MIDDLE ? x - w / 2.0 : x - w;
    cairo_move_to(pen->cr, left, type->wrap > 0 ? y : y - h / 2.0);
    if (type->halo) {
        pango_cairo_layout_path(pen->cr, layout);
        gt_pen_rgb(pen, 0xffffff, 0.85);
        cairo_set_line_join(pen->cr, CAIRO_LINE_JOIN_ROUND);
        cairo_set_line_width(pen->cr, 4 * pen->unit);
        cairo_stroke(pen->cr);
        cairo_move_to(pen->cr, left, type->wrap > 0 ? y : y - h / 2.0);
    }
    gt_pen_rgb(pen, type->rgb, 1);
    pango_cairo_show_layout(pen->cr, layout);
    cairo_new_path(pen->cr);
    g_object_unref(layout);
    return h;
}

double gt_pen_width(const struct gt_pen *pen, const struct gt_type *type, const char *text)
{
    int w, h;
    PangoLayout *layout = lay_out(pen, type, text);
    pango_layout_get_pixel_size(layout, &w, &h);
    g_object_unref(layout);
    return w;
}

double gt_atlas_nice(double v)
{
    double power = 1;
    while (power * 10 <= v)
        power *= 10;
    while (power > v)
        power /= 10;
    return v >= 5 * power ? 5 * power : v >= 2 * power ? 2 * power : power;
}

void gt_atlas_arrow(const struct gt_pen *pen, double x, double y)
{
    double u = pen->unit;
    const struct gt_type type = {
        .size = 20, .bold = true, .halo = true, .align = GT_MIDDLE, .rgb = 0x222222};
    for (int side = -1; side <= 1; side += 2) {
        cairo_move_to(pen->cr, x, y + 22 * u);
        cairo_line_to(pen->cr, x + side * 12 * u, y + 58 * u);
        cairo_line_to(pen->cr, x, y + 48 * u);
        cairo_close_path(pen->cr);
        gt_pen_rgb(pen, side < 0 ? 0x222222 : 0xffffff, 1);
        cairo_fill_preserve(pen->cr);
        gt_pen_rgb(pen, 0x222222, 1);
        cairo_set_line_width(pen->cr, 1.2 * u);
        cairo_stroke(pen->cr);
    }
    gt_pen_text(pen, x, y + 8 * u, &type, pen->lang == GT_ZH ? "北" : "N");
}

/* Four fields that are a round number of kilometres together. */
void gt_atlas_scale(const struct gt_pen *pen, double x, double y, double m_px)
{
    enum { FIELDS = 4 };
    double u = pen->unit, km = gt_atlas_nice(200 * u * m_px / 1000),
           field = km * 1000 / m_px / FIELDS;
    const struct gt_type type = {.size = 15, .align = GT_MIDDLE, .rgb = 0x222222};
    for (int i = 0; i <= FIELDS; i++) {
        char text[32], full[40];
        cairo_rectangle(pen->cr, x + i * field, y + 22 * u, field, 8 * u);
        gt_pen_rgb(pen, i % 2 ? 0xffffff : 0x222222, 1);
        if (i < FIELDS)
            cairo_fill(pen->cr);
        cairo_new_path(pen->cr);
        if (i % 2)
            continue;
        snprintf(full, sizeof full, i == FIELDS ? "%s km" : "%s",
                 gt_fmt_num(km * i / FIELDS, text));
        gt_pen_text(pen, x + i * field, y + 10 * u, &type, full);
    }
    cairo_rectangle(pen->cr, x, y + 22 * u, FIELDS * field, 8 * u);
    gt_pen_rgb(pen, 0x222222, 1);
    cairo_set_line_width(pen->cr, 1.2 * u);
    cairo_stroke(pen->cr);
}
