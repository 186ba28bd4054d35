/* letters.c: texts of other encodings, by iconv. */
#include "letters.h"

#include <iconv.h>
#include <string.h>

/* The first letters of text in UTF-8; a letter that the piece cuts in two does not count. */
static bool convert(iconv_t cd, const char *text, char out[static 64])
{
    char piece[41], *in = piece, *to = out;
    size_t n_in = strlen(text) < 40 ? strlen(text) : 40, n_out = 60;
    memcpy(piece, text, n_in);
    size_t rc = iconv(cd, &in, &n_in, &to, &n_out);
    *to = '\0';
    return rc != (size_t)-1 || (strlen(text) > 40 && n_in < 4 && to > out);
}

bool gt_letters_are(const char *encoding, const char *text, char out[static 64])
{
    iconv_t cd = iconv_open("UTF-8", encoding);
    bool ok = cd != (iconv_t)-1 && convert(cd, text, out);
    iconv_close(cd); /* of one that is none, it does nothing */
    return ok;
}

const char *gt_letters(struct gt_arena *a, const char *encoding, const char *text)
{
    size_t n_in = strlen(text), n_out = 4 * n_in;
    char *out = GT_TAKE_N(a, char, n_out + 1), *to = out;
    char *in = GT_TAKE_N(a, char, n_in + 1);
    memcpy(in, text, n_in);
    iconv_t cd = iconv_open("UTF-8", encoding);
    if (cd == (iconv_t)-1)
        return NULL;
    bool ok = iconv(cd, &in, &n_in, &to, &n_out) != (size_t)-1;
    iconv_close(cd);
    *to = '\0';
    return ok ? out : NULL;
}

const char *gt_letters_any(struct gt_arena *a, const char *text)
{
    const char *found = gt_letters(a, "GB18030", text);
    struct gt_buf b = {.a = a};
    for (const char *p = text; !found && *p; p++) {
        bool ascii = (unsigned char)*p < 0x80;
        gt_buf_addn(&b, ascii ? p : "\xef\xbf\xbd", ascii ? 1 : 3);
    }
    return found ? found : b.p ? b.p : "";
}
