/* export_names.c: names of fields for formats that keep short ones only. */
#include "export.h"

#include <string.h>
#include <strings.h>

static bool is_taken(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (names[i] && strcasecmp(names[i], name) == 0)
            return true;
    return false;
}

/* Bytes of the letter of UTF-8 at p. */
static size_t letter(const char *p)
{
    size_t n = 1;
    while (((unsigned char)p[n] & 0xC0) == 0x80)
        n++;
    return n;
}

/* What a name takes up in the file. */
static size_t size_of(const char *name, size_t wide)
{
    size_t n = 0;
    for (const char *p = name; *p; p += letter(p))
        n += letter(p) == 1 ? 1 : wide ? wide : letter(p);
    return n;
}

/* As many whole letters as `room` bytes hold. */
static const char *cut(struct gt_arena *a, const char *name, size_t room, size_t wide)
{
    const char *p = name;
    for (size_t n = 0; *p; p += letter(p)) {
        n += letter(p) == 1 ? 1 : wide ? wide : letter(p);
        if (n > room)
            return gt_strndup(a, name, (size_t)(p - name));
    }
    return name;
}

static const char *shorten(struct gt_arena *a, const char *name, size_t room, size_t wide,
                           int number)
{
    if (number == 0)
        return cut(a, name, room, wide);
    const char *end = gt_printf(a, "_%d", number);
    return gt_printf(a, "%s%s", cut(a, name, room - strlen(end), wide), end);
}

const char *const *gt_export_names(struct gt_exporting *e, const struct gt_file_layer *l,
                                   size_t room, size_t wide)
{
    size_t n = l->source->n_fields;
    const struct gt_field *field = l->source->field;
    const char **out = GT_TAKE_N(e->a, const char *, n + 1);
    struct gt_buf told = {.a = e->a};
    for (size_t i = 0; i < n; i++)
        if (size_of(field[i].name, wide) <= room && !is_taken(out, n, field[i].name))
            out[i] = field[i].name;
    for (size_t i = 0; i < n; i++) {
        if (out[i])
            continue;
        const char *name = shorten(e->a, field[i].name, room, wide, 0);
        for (int number = 1; is_taken(out, n, name); number++)
            name = shorten(e->a, field[i].name, room, wide, number);
        out[i] = name;
        gt_buf_addf(&told, "%s%s to %s", told.n ? ", " : "", field[i].name, name);
    }
    if (told.n)
        gt_warn(e->w, "%s: the format keeps %zu bytes of a field's name; renamed are %s", l->name,
                room, told.p);
    return out;
}
