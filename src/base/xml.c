/* xml.c: texts of XML, by expat, which stops documents that unfold without end. */
#include "guotu/zip.h"

#include <expat.h>
#include <limits.h>
#include <string.h>

struct document {
    struct gt_buf text;
    bool taken; /* inside an element whose letters are the text */
};

/* The name without its prefix: "w:t" is "t". */
static const char *local(const char *name)
{
    const char *colon = strchr(name, ':');
    return colon ? colon + 1 : name;
}

static void on_open(void *ctx, const char *name, const char **attributes)
{
    struct document *d = ctx;
    const char *what = local(name);
    (void)attributes;
    d->taken = strcmp(what, "t") == 0;
    if (strcmp(what, "tab") == 0 || strcmp(what, "br") == 0)
        gt_buf_add(&d->text, what[0] == 't' ? "\t" : "\n");
}

static void on_close(void *ctx, const char *name)
{
    struct document *d = ctx;
    const char *what = local(name);
    d->taken = false;
    if (strcmp(what, "p") == 0)
        gt_buf_add(&d->text, "\n");
    else if (strcmp(what, "tc") == 0)
        gt_buf_add(&d->text, "\t");
}

static void on_letters(void *ctx, const char *text, int n)
{
    struct document *d = ctx;
    if (d->taken)
        gt_buf_addn(&d->text, text, (size_t)n);
}

enum gt_status gt_xml_document(struct gt_arena *a, const char *name, struct gt_str xml,
                               const char **out, struct gt_err *err)
{
    struct document d = {.text = {.a = a}};
    XML_Parser p = XML_ParserCreate(NULL);
    enum gt_status status = GT_OK;
    gt_buf_add(&d.text, "");
    XML_SetUserData(p, &d);
    XML_SetElementHandler(p, on_open, on_close);
    XML_SetCharacterDataHandler(p, on_letters);
    if (xml.n > INT_MAX || XML_Parse(p, xml.p, (int)xml.n, 1) == XML_STATUS_ERROR)
        status = gt_fail(err, GT_EINPUT, "%s:%lu: expected XML, found a fault: %s", name,
                         (unsigned long)XML_GetCurrentLineNumber(p),
                         XML_ErrorString(XML_GetErrorCode(p)));
    XML_ParserFree(p);
    *out = d.text.p;
    return status;
}
