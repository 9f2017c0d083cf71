/* SPDX-License-Identifier: Apache-2.0 */
/*
 * form - the page that a reminder's link opens: one unit answers for one action.
 *
 * GET /a/TOKEN puts the token into a cookie of one path and leads to /form/ID, where ID stands for
 * the token and is no secret; so the token is in no address that stays, and forms that are open
 * side by side do not mix. GET and HEAD change nothing. POST keeps what was written as a draft
 * first, then does what the button says: whatever happens after that, the text is not lost.
 *
 * What is submitted is pushed by the principal "unit-forms" and names the unit; its message id is
 * made of the token and the content, so that sending it twice is one update.
 */
#ifndef UPTAKE_REPORTING_FORM_H
#define UPTAKE_REPORTING_FORM_H

#include "call.h"
#include "csrf.h"
#include "model/answer_link.h"
#include "model/words.h"

#define FORM_PRINCIPAL "unit-forms"

enum {
    FORM_ID = 33, /* 32 hexadecimal digits and the closing NUL */
    FORM_ERRORS = 8,
    FORM_BODY_MAX = 256 * 1024, /* a character of three bytes comes as nine */
    FORM_TEXT_MAX = 16 * 1024,  /* bytes of the narrative */
};

enum form_deed { FORM_SAVE, FORM_SUBMIT, FORM_DELEGATE, FORM_NOT_OURS };

/* What a person writes; as typed. No NULLs. A draft has these columns in this order. */
struct form_text {
    const char *progress;
    const char *source;
    const char *narrative;
    const char *evidence;
    const char *completed_on;
    const char *hold;
    const char *hold_reason;
};

enum { FORM_TEXTS = sizeof(struct form_text) / sizeof(const char *) };

struct form_error {
    const char *field; /* id of the input */
    const char *text;
};

/* What the register says of the action, and of the unit's part in it. */
struct form_facts {
    const char *document;
    int64_t revision;
    enum progress progress;
    bool retracted;
    bool hidden;                       /* restricted, and nobody is signed in who may read it */
    const char *due_on, *first_due_on; /* "": none */
    const char *document_title;
    const char *unit_name, *unit_email;
    const char *policy_title, *cycle_on;
    const char *overseer, *overseer_name; /* "": nobody */
    int64_t report_revision;              /* that brought the present progress report; 0: none */
    int64_t reported_at_us;
    const char *reported_through; /* principal */
    int64_t finding_revision;     /* of what says that it is not ours; 0: not said */
};

struct form {
    struct answer_link asked;
    const char *token;
    char id[FORM_ID];
    char csrf[CSRF_TEXT];
    const char *csrf_given;

    struct form_facts facts;
    json_t *image;              /* of the action; ended with the call */
    const PGresult *alternates; /* name, address; valid inside the reply */
    struct form_text draft;     /* what is kept; draft_version 0: nothing */
    int64_t draft_version;
    int64_t draft_saved_us;
    json_t *sent; /* the change of ?sent=; NULL: not recorded */
    int64_t sent_at_us;

    /* of a POST */
    bool posted;
    enum form_deed deed;
    struct form_text text;
    int64_t base;         /* revision of the action that was seen */
    int64_t seen_version; /* of the draft that was seen */
    int64_t seen_finding; /* revision of the finding that was seen */
    const char *delegate; /* address */
    const char *reason;   /* why it is not ours */
    uint8_t message_id[16];

    struct form_error errors[FORM_ERRORS];
    int nerrors;
    const char *notice;  /* above the form; NULL: none */
    bool met_report;     /* somebody reported since */
    bool met_draft;      /* somebody saved something else since */
    bool kept;           /* the text is in a draft */
    bool is_handed_over; /* ingest may have it */
    int status;          /* of the page */
    void (*then)(struct call *call);
};

/* Of a call that ends; NULL: none. */
void form_finish(struct form *form);

void form_open(struct call *call); /* GET /a/TOKEN  */
void form_show(struct call *call); /* GET /form/ID  */
void form_post(struct call *call); /* POST /form/ID */

/* form_text.c: the body of a POST; false: not a form's, or not of the right size. */
MUST_CHECK bool form_read(struct call *call, struct form *form);
/* What keeps it from being submitted, delegated or handed back, as errors of the form. */
void form_check(struct call *call, struct form *form);
void form_add_error(struct form *form, const char *field, const char *text);
/* Is another hold written than the register has? */
bool form_holds_otherwise(const struct form *form);
/* Nothing that is worth keeping. */
bool form_is_blank(const struct form *form);

/* form_load.c: reads all that the page says; then shown with call->form filled. A unit that may not
 * answer has been told. */
void form_load(struct call *call, const char *sent, void (*then)(struct call *call));
/* A member of a group of the action; "": not said. */
const char *form_said(const struct form *form, const char *group, const char *name);
/* Key of the finding that says that the action is not this unit's. NULL: out of memory. */
const char *form_finding_key(struct call *call, const struct form *form);

/* form_send.c: after the checks of a POST. */
void form_do(struct call *call);

/* form_change.c: the change a deed is, packed; NULL: out of memory. */
MUST_CHECK uint8_t *form_change(struct call *call, struct form *form, size_t *len);

/* page_form.c */
void page_form(struct call *call, int status);
/* After a link was followed from another site, whose visit does not show the cookie. */
void page_form_opening(struct call *call);
/* What was written, so that it is not lost with an answer that has no form. */
void page_put_written(struct text_buffer *page, const struct form *form);
/* page_form_parts.c */
void page_put_asked(struct text_buffer *page, const struct call *call, const struct form *form);
void page_put_last(struct text_buffer *page, const struct call *call, const struct form *form);
void page_put_fields(struct text_buffer *page, const struct form *form,
                     const struct form_text *shown);

#endif
