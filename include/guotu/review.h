/* review.h: the quality check of a submission package (汇交成果质检): rules applied to layers,
 * tables and documents give findings. Knows no file format. Builds on base.h, geo.h, rules.h,
 * standard.h, vector.h, table.h, evaluate.h, survey.h. */
#ifndef GUOTU_REVIEW_H
#define GUOTU_REVIEW_H

#include "guotu/base.h"
#include "guotu/json.h"
#include "guotu/standard.h"
#include "guotu/table.h"
#include "guotu/vector.h"

/* ---- What is checked ------------------------------------------------------------------------- */

/* A file of the package that is no layer: its text where it has one. */
struct gt_review_document {
    const char *path; /* inside the package, with "/" */
    const char *text; /* of texts, DOCX, XML and metadata, in UTF-8; NULL: not read */
    int64_t bytes;
};
/* What could not be read, or does not belong. */
struct gt_review_trouble {
    const char *path;
    const char *rule; /* "completeness.unreadable" ... */
    const char *text; /* one sentence */
    const char *zh;   /* the same in Chinese; NULL: only the other */
};
struct gt_submission {
    const char *name; /* of the folder or file */
    /* The folder on the disk in which its paths begin, NULL: none (a workspace); and of a single
     * file its name in there, "": all of the folder is the package. */
    const char *root, *only;
    size_t n_layers, n_documents, n_folders, n_troubles;
    const struct gt_layer_source *const *layer; /* layers and tables; two may have one name */
    const struct gt_review_document *document;
    const char *const *folder; /* all, as paths inside the package */
    const struct gt_review_trouble *trouble;
    const struct gt_submission *upper; /* what the upper level issued; NULL: not given */
};

/* ---- Findings -------------------------------------------------------------------------------- */

/* One breach of one rule. Texts are never NULL. */
struct gt_finding {
    const char *id; /* "F000001": by order of rule, layer and place, the same for any threads */
    const struct gt_check_rule *rule;
    const char *layer; /* standard code, or the name as it came; "" of the package */
    const char *path;  /* file or document */
    size_t n_features;
    const char *const *feature; /* BSM where the layer has usable ones, else the number */
    double lon, lat;            /* CGCS2000 degrees; NaN: it has no place */
    double value;               /* measured; NaN: none */
    const char *unit;           /* "m2" "m" "" */
    struct gt_text2 text;       /* what was expected, what was found */
    const char *field;          /* "" */
    const double *xy;           /* flawed area, rings in CGCS2000 degrees; NULL: only the point */
    const int64_t *ring;
    size_t n_rings;
    bool fixed; /* --fix mended it */
};
/* More findings of one rule and layer than are kept. */
struct gt_more_findings {
    const struct gt_check_rule *rule;
    const char *layer;
    int64_t n;
};
struct gt_findings {
    const char *region; /* the unit's code; "": not known */
    size_t n;
    const struct gt_finding *v;
    int64_t count[4]; /* by enum gt_check_level, with those left out */
    size_t n_checked; /* rules that were applied */
    const struct gt_check_rule *const *checked;
    size_t n_skipped; /* rules that could not be applied, and why */
    const struct gt_review_trouble *skipped;
    size_t n_more;
    const struct gt_more_findings *more;
};

struct gt_review_opt {
    const struct gt_standard *standard;
    const struct gt_profile *profile;
    const char *region;   /* code of the unit; NULL: found in the layers */
    size_t memory;        /* bytes; 0: a quarter of the machine's */
    int64_t max_per_rule; /* findings kept of one rule and layer, others are counted; 0: 10,000 */
    struct gt_work *work;
};
/* Errors of one check never hide a later one. */
GT_MUST enum gt_status gt_review(struct gt_arena *a, const struct gt_submission *s,
                                 const struct gt_review_opt *opt, const struct gt_findings **out,
                                 struct gt_err *err);
/* {"rule", "level", "layer", "features", "at": [lon, lat], "value", ...} an element. */
void gt_findings_json(const struct gt_findings *f, struct gt_json *arr);

#endif
