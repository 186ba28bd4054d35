/* convert_freeze.c: what a county's present base was made from and what it holds, with
 * fingerprints, signed by the county's key; and such a document verified. */
#include "convert.h"

#include "guotu/hash.h"
#include "guotu/io.h"
#include "guotu/sign.h"

#include <stdlib.h>
#include <string.h>

#define FORMAT "guotu-freeze-1"
#define MAX_DOCUMENT ((size_t)16 << 20)

static void add_cents(struct gt_json *obj, const char *key, int64_t cents)
{
    char text[32];
    gt_json_add_str(obj, key, gt_cents_text(cents, text));
}

static void dataset_json(struct gt_json *arr, const char *what, const struct gt_dataset *d)
{
    if (!d)
        return;
    struct gt_json *obj = gt_json_add_obj(arr, NULL);
    gt_json_add_str(obj, "what", what);
    gt_json_add_str(obj, "id", d->id);
    gt_json_add_int(obj, "version", d->version);
    gt_json_add_str(obj, "hash", d->hash);
}

static void file_json(struct gt_json *arr, const char *what, const char *file, const char *hash)
{
    if (!file)
        return;
    struct gt_json *obj = gt_json_add_obj(arr, NULL);
    gt_json_add_str(obj, "what", what);
    gt_json_add_str(obj, "name", gt_path_base(file));
    gt_json_add_str(obj, "hash", hash);
}

/* ---- The document ---------------------------------------------------------------------------- */

static int by_code(const void *a, const void *b)
{
    return strcmp(((const struct gt_transfer *)a)->to, ((const struct gt_transfer *)b)->to);
}

/* Areas by planning class, as the matrix's columns add up. */
static void classes_json(const struct convert *k, struct gt_json *doc)
{
    size_t n = k->done.n_transfers;
    struct gt_transfer *v = GT_TAKE_N(k->a, struct gt_transfer, n + 1);
    struct gt_json *arr = gt_json_add_arr(doc, "classes");
    for (size_t i = 0; i < n; i++)
        v[i] = k->done.transfer[i];
    if (n > 1)
        qsort(v, n, sizeof *v, by_code);
    for (size_t i = 0, end; i < n; i = end) {
        int64_t sum = 0;
        for (end = i; end < n && strcmp(v[end].to, v[i].to) == 0; end++)
            sum += v[end].cents;
        struct gt_json *obj = gt_json_add_obj(arr, NULL);
        gt_json_add_str(obj, "code", v[i].to);
        gt_json_add_str(obj, "name", gt_land_class(k->standard, "planning2023", v[i].to)->name);
        add_cents(obj, "area_m2", sum);
    }
}

static enum gt_status outputs_json(struct convert *k, struct gt_txn *t, struct gt_json *doc,
                                   struct gt_err *err)
{
    static const char *const what[] = {"base", "ledger", "matrix"};
    struct gt_json *arr = gt_json_add_arr(doc, "outputs");
    for (size_t i = 0; i < GT_LEN(what); i++) {
        const struct gt_dataset *d;
        GT_TRY(gt_txn_dataset(t, i ? convert_dataset_id(k, what[i]) : k->name, &d, err));
        dataset_json(arr, what[i], d);
    }
    return GT_OK;
}

static enum gt_status document(struct convert *k, struct gt_txn *t, const char *county,
                               struct gt_json *doc, struct gt_err *err)
{
    char now[32];
    const struct gt_unit_code *u = gt_unit_code(k->standard, county);
    gt_time_now(now);
    gt_json_add_str(doc, "format", FORMAT);
    gt_json_add_str(doc, "county", county);
    gt_json_add_str(doc, "name", u ? u->name : "");
    gt_json_add_str(doc, "time", now);
    struct gt_json *inputs = gt_json_add_arr(doc, "inputs");
    dataset_json(inputs, "survey", k->survey);
    dataset_json(inputs, "approvals", k->approved);
    dataset_json(inputs, "settlements", k->settled);
    struct gt_json *files = gt_json_add_arr(doc, "files");
    file_json(files, "decisions", k->decisions_file, k->decisions_hash);
    file_json(files, "control", k->control_file, k->control_hash);
    struct gt_json *rules = gt_json_add_obj(doc, "rules");
    gt_json_add_str(rules, "standard", k->standard->hash);
    gt_json_add_str(rules, "conversion", k->rules->hash);
    GT_TRY(outputs_json(k, t, doc, err));
    gt_json_add_int(doc, "parcels", (int64_t)k->n_tracts);
    gt_json_add_int(doc, "parts", (int64_t)k->n_parts);
    gt_json_add_int(doc, "changed_parts", k->done.changed);
    add_cents(doc, "area_m2", k->done.total);
    classes_json(k, doc);
    return GT_OK;
}

static enum gt_status one_county(const struct convert *k, const char **out, struct gt_err *err)
{
    *out = convert_county(k->a, k->tract[0].unit);
    for (size_t i = 0; i < k->n_tracts; i++)
        if (!gt_starts(k->tract[i].unit, *out))
            return gt_fail(err, GT_EINPUT,
                           "--key: one county is frozen at a time, found parcels of %s and of %s; "
                           "give --unit",
                           *out, convert_county(k->a, k->tract[i].unit));
    return GT_OK;
}

enum gt_status convert_freeze(struct convert *k, struct gt_txn *t, const char *key_file,
                              struct gt_err *err)
{
    struct gt_sign_key key;
    const char *county;
    char signature[GT_SIGN_TEXT];
    struct gt_json *root = gt_json_obj(k->a), *doc = gt_json_add_obj(root, "document");
    if (k->done.undecided > 0)
        return gt_fail(err, GT_EINPUT,
                       "--key: %lld parcels are still to be decided; fill in the list that a run "
                       "without --key writes, and give it as --decisions",
                       (long long)k->done.undecided);
    GT_TRY(one_county(k, &county, err));
    GT_TRY(gt_sign_key_read(k->a, key_file, &key, err));
    GT_TRY(document(k, t, county, doc, err));
    const char *text = gt_json_text(k->a, doc, 0);
    gt_sign(&key, text, strlen(text), signature);
    struct gt_json *sign = gt_json_add_obj(root, "signature");
    gt_json_add_str(sign, "algorithm", GT_SIGN_ALGORITHM);
    gt_json_add_str(sign, "owner", key.owner);
    gt_json_add_str(sign, "public_key", key.public_key);
    gt_json_add_str(sign, "value", signature);
    gt_json_add_copy(k->c->result, "frozen", root);
    const char *whole = gt_printf(k->a, "%s\n", gt_json_text(k->a, root, 2));
    return gt_txn_document(t, gt_printf(k->a, "%s_%s_freeze.json", k->name, county), whole,
                           strlen(whole), err);
}

/* ---- Verifying ------------------------------------------------------------------------------- */

struct verifying {
    struct gt_call *c;
    struct gt_store *store;
    struct gt_json *rows;
    int64_t bad;
};

static void row(struct verifying *v, const struct gt_json *in, const char *state)
{
    struct gt_json *obj = gt_json_add_obj(v->rows, NULL);
    const char *id = gt_json_str(gt_json_get(in, "id"), "");
    int64_t version = gt_json_int(gt_json_get(in, "version"), 0);
    gt_json_add_str(obj, "id", id);
    gt_json_add_int(obj, "version", version);
    gt_json_add_str(obj, "state", state);
    v->bad += strcmp(state, "same") != 0;
    gt_buf_addf(&v->c->text, "%s@%lld: %s\n", id, (long long)version,
                strcmp(state, "same") == 0      ? OPS_SAY(v->c, "the same", "一致")
                : strcmp(state, "changed") == 0 ? OPS_SAY(v->c, "changed", "已改动")
                                                : OPS_SAY(v->c, "missing", "缺失"));
}

static enum gt_status check_dataset(struct verifying *v, const struct gt_json *in,
                                    struct gt_err *err)
{
    const struct gt_dataset *d;
    struct gt_err absent = {0};
    char hash[GT_HASH_TEXT];
    enum gt_status status = gt_store_find(v->store, v->c->a, gt_json_str(gt_json_get(in, "id"), ""),
                                          gt_json_int(gt_json_get(in, "version"), 0), &d, &absent);
    if (status != GT_OK) {
        row(v, in, "missing");
        return GT_OK;
    }
    GT_TRY(gt_store_hash(v->store, d, v->c->work, hash, err));
    row(v, in, strcmp(hash, gt_json_str(gt_json_get(in, "hash"), "")) == 0 ? "same" : "changed");
    return GT_OK;
}

static enum gt_status check_signature(struct verifying *v, const struct gt_json *root, bool *ok,
                                      struct gt_err *err)
{
    struct gt_call *c = v->c;
    const struct gt_json *sign = gt_json_get(root, "signature");
    const char *text = gt_json_text(c->a, gt_json_get(root, "document"), 0);
    const char *claimed = gt_json_str(gt_json_get(sign, "public_key"), "");
    const char *known = gt_arg_text(c, "public-key", NULL);
    const char *algorithm = gt_json_str(gt_json_get(sign, "algorithm"), "");
    if (strcmp(algorithm, GT_SIGN_ALGORITHM) != 0)
        return gt_fail(err, GT_EINPUT,
                       "expected a signature by " GT_SIGN_ALGORITHM ", found '%.40s'", algorithm);
    GT_TRY(gt_sign_verify(known ? known : claimed, gt_json_str(gt_json_get(sign, "value"), ""),
                          text, strlen(text), ok, err));
    gt_json_add_bool(c->result, "signature_holds", *ok);
    gt_json_add_bool(c->result, "key_is_known", known != NULL);
    gt_json_add_str(c->result, "owner", gt_json_str(gt_json_get(sign, "owner"), ""));
    gt_json_add_str(c->result, "public_key", claimed);
    gt_buf_addf(&c->text,
                *ok ? OPS_SAY(c, "the signature of %s holds\n", "%s 的签名有效\n")
                    : OPS_SAY(c, "the signature of %s does not hold\n", "%s 的签名无效\n"),
                gt_json_str(gt_json_get(sign, "owner"), "?"));
    if (!known)
        gt_warn(c->work,
                OPS_SAY(c,
                        "the document names its own key; give the county's as --public-key to know "
                        "who signed",
                        "公钥取自文件自身；请用 --public-key 给出该县公钥，以确认签名者"));
    return GT_OK;
}

enum gt_status convert_verify(struct gt_call *c, const char *file, struct gt_err *err)
{
    OPS_AUTO_STORE store = NULL;
    struct verifying v = {.c = c};
    struct gt_str text;
    struct gt_json *root;
    bool ok;
    GT_TRY(gt_file_get(c->a, file, MAX_DOCUMENT, &text, err));
    GT_TRY(gt_json_parse(c->a, file, text, &root, err));
    const struct gt_json *doc = gt_json_get(root, "document");
    if (strcmp(gt_json_str(gt_json_get(doc, "format"), ""), FORMAT) != 0)
        return gt_fail(err, GT_EINPUT, "%s: expected a freeze document (" FORMAT ")", file);
    GT_TRY(ops_open(c, GT_STORE_READ, &store, err));
    v.store = store;
    gt_json_add_str(c->result, "verified", gt_path_base(file));
    gt_json_add_str(c->result, "county", gt_json_str(gt_json_get(doc, "county"), ""));
    GT_TRY(check_signature(&v, root, &ok, err));
    v.rows = gt_json_add_arr(c->result, "datasets");
    for (const char *const *key = (const char *const[]){"inputs", "outputs", NULL}; *key; key++)
        for (size_t i = 0; i < gt_json_len(gt_json_get(doc, *key)); i++)
            GT_TRY(check_dataset(&v, gt_json_at(gt_json_get(doc, *key), i), err));
    return ok && v.bad == 0 ? GT_OK : GT_FINDINGS;
}
