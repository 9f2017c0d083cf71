/* SPDX-License-Identifier: Apache-2.0 */
#include "import/item_groups.h"

#include "base/text.h"

#include <ctype.h>
#include <string.h>

char *lend(const char *text)
{
    return text ? (char *)(uintptr_t)text : (char *)(uintptr_t) "";
}

/* Bytes of the character that begins here. */
static size_t character(const char *at)
{
    size_t len = 1;

    while (((unsigned char)at[len] & 0xC0) == 0x80)
        len++;
    return len;
}

const char *item_line(struct arena *arena, const char *text, size_t most, bool *changed)
{
    size_t len = text ? strlen(text) : 0;
    size_t to = 0;
    struct err err;
    char *line;

    if (changed)
        *changed = false;
    if (len <= most && (len == 0 || text_check_name(text, len, "", &err)))
        return text ? text : "";
    line = arena_alloc(arena, len + 1);
    if (!line)
        return NULL;
    for (size_t at = 0, n; at < len; at += n) {
        n = character(text + at);
        if (to + n > most)
            break;
        if (isspace((unsigned char)text[at])) {
            line[to++] = ' ';
        } else if (text_check_name(text + at, n, "", &err)) {
            memcpy(line + to, text + at, n);
            to += n;
        }
    }
    line[to] = '\0';
    if (changed)
        *changed = true;
    return line;
}

const char *item_text(struct arena *arena, const char *text)
{
    size_t len = ITEM_TEXT_MOST;

    if (!text || strlen(text) <= ITEM_TEXT_MOST)
        return text ? text : "";
    while (len && ((unsigned char)text[len] & 0xC0) == 0x80)
        len--;
    return arena_strndup(arena, text, len);
}

/* "" for no day. */
static const char *day_text(struct arena *arena, struct date date)
{
    char text[DATE_TEXT];

    date_format(date, text);
    return arena_strdup(arena, text);
}

static const char *place_text(struct arena *arena, int line)
{
    return arena_printf(arena, "line %d", line);
}

/* Stores the text; false where there is none for want of memory. */
static bool put(char **field, const char *text)
{
    *field = lend(text);
    return text != NULL;
}

static bool put_name(struct arena *arena, char **field, const char *text)
{
    return put(field, item_line(arena, text, ITEM_NAME_MOST, NULL));
}

bool item_document(struct arena *arena, const struct document *document,
                   Uptake__V1__DocumentIdentity *group)
{
    uptake__v1__document_identity__init(group);
    group->instrument = UPTAKE__V1__INSTRUMENT__INSTRUMENT_EVALUATION;
    group->addressee = UPTAKE__V1__ADDRESSEE__ADDRESSEE_OFFICE;
    group->office_unit = lend(document->office_unit);
    group->language = lend(document->language ? document->language : "en");
    group->source_sha256.data = (uint8_t *)(uintptr_t)document->file->sha256;
    group->source_sha256.len = SHA256_BYTES;
    return put(&group->title, item_line(arena, document->title, ITEM_TITLE_MOST, NULL)) &&
           put_name(arena, &group->office, document->office) &&
           put(&group->dated_on, day_text(arena, document->dated_on)) &&
           put_name(arena, &group->source_name, document->file->name);
}

bool item_response(struct arena *arena, const struct document *document,
                   Uptake__V1__ResponseStatement *group)
{
    uptake__v1__response_statement__init(group);
    group->state = text_equal_fold(document->response_state, "Approved")
                       ? UPTAKE__V1__RESPONSE_STATE__RESPONSE_STATE_APPROVED
                       : UPTAKE__V1__RESPONSE_STATE__RESPONSE_STATE_DRAFT;
    return put(&group->text, item_text(arena, document->response_text)) &&
           put_name(arena, &group->source, document->response_state) &&
           put_name(arena, &group->approver, document->response_approver) &&
           put(&group->approved_on, day_text(arena, document->response_approved_on));
}

bool item_recommendation(struct arena *arena, const char *key, const struct recommendation *record,
                         Uptake__V1__RecommendationText *group)
{
    uptake__v1__recommendation_text__init(group);
    group->code = lend(record->code);
    group->themes = arena_zalloc(arena, (size_t)record->nthemes * sizeof(char *) + 1);
    if (!group->themes || !put(&group->text, item_text(arena, record->text)) ||
        !put(&group->place, place_text(arena, record->line)))
        return false;
    for (int i = 0; i < record->nthemes; i++)
        if (!put_name(arena, &group->themes[group->n_themes++], record->themes[i]))
            return false;
    return !record->parent ||
           put(&group->parent, arena_printf(arena, "%s#%s", key, record->parent));
}

/* Beside a position that is no full yes, what management says is why. */
static bool is_reason(enum position position)
{
    return position == POSITION_PARTIALLY_ACCEPTED || position == POSITION_NOT_ACCEPTED;
}

bool item_position(struct arena *arena, const struct recommendation *record,
                   Uptake__V1__PositionTaken *group)
{
    uptake__v1__position_taken__init(group);
    group->position = (Uptake__V1__Position)record->position;
    group->comment_progress = arena_zalloc(
        arena, (size_t)record->ncomment_progress * sizeof(*group->comment_progress) + 1);
    if (!group->comment_progress)
        return false;
    for (int i = 0; i < record->ncomment_progress; i++)
        group->comment_progress[group->n_comment_progress++] =
            (Uptake__V1__Progress)record->comment_progress[i];
    return put_name(arena, &group->source, record->position_source) &&
           put(&group->caveat, item_text(arena, record->caveat)) &&
           put(is_reason(record->position) ? &group->reason : &group->comment,
               item_text(arena, record->comment));
}

bool item_wording(struct arena *arena, const struct action *action, char **answered,
                  Uptake__V1__ActionWording *group)
{
    uptake__v1__action_wording__init(group);
    group->code = lend(action->code);
    group->n_recommendations = 1;
    group->recommendations = answered;
    return put(&group->text, item_text(arena, action->text)) &&
           put(&group->place, place_text(arena, action->line));
}

bool item_timeframe(struct arena *arena, const struct action *action, Uptake__V1__Timeframe *group)
{
    uptake__v1__timeframe__init(group);
    group->precision = (Uptake__V1__Precision)action->timeframe.precision;
    group->progressive = action->timeframe.progressive;
    group->open = action->timeframe.open;
    return put_name(arena, &group->source, action->timeframe_source) &&
           put(&group->start_on, day_text(arena, action->timeframe.start_on)) &&
           put(&group->due_on, day_text(arena, action->timeframe.due_on));
}

static bool put_unit(struct arena *arena, const struct responsible *unit, const char *said_by,
                     Uptake__V1__Responsibility *to)
{
    uptake__v1__responsibility__init(to);
    to->unit = lend(unit->unit);
    to->role = (Uptake__V1__Role)unit->role;
    to->said_by = lend(said_by);
    to->vague = unit->vague;
    to->inferred = unit->inferred;
    /* What is no name for sure waits for a person as well. */
    to->ambiguous = unit->ambiguous || unit->damaged;
    return put_name(arena, &to->name, unit->name);
}

bool item_responsibilities(struct arena *arena, const char *source, const struct responsible *list,
                           const char *said_by, Uptake__V1__Responsibilities *group)
{
    size_t n = 0;
    Uptake__V1__Responsibility *units;

    for (const struct responsible *unit = list; unit; unit = unit->next)
        n++;
    uptake__v1__responsibilities__init(group);
    n = n < ITEM_LIST_MOST ? n : ITEM_LIST_MOST;
    units = arena_zalloc(arena, n * sizeof(*units) + 1);
    group->units = arena_zalloc(arena, n * sizeof(*group->units) + 1);
    if (!units || !group->units || !put(&group->source, item_text(arena, source)))
        return false;
    for (const struct responsible *unit = list; unit && group->n_units < n; unit = unit->next) {
        group->units[group->n_units] = &units[group->n_units];
        if (!put_unit(arena, unit, said_by, &units[group->n_units++]))
            return false;
    }
    return true;
}

bool item_progress(struct arena *arena, const struct progress_update *update,
                   Uptake__V1__ProgressReport *group)
{
    uptake__v1__progress_report__init(group);
    group->progress = (Uptake__V1__Progress)update->progress;
    group->precision = (Uptake__V1__Precision)update->precision;
    return put_name(arena, &group->source, update->source) &&
           put(&group->narrative, item_text(arena, update->text)) &&
           put(&group->reported_on, day_text(arena, update->reported_on)) &&
           put(&group->completed_on, day_text(arena, update->completed_on));
}

bool item_indicator(struct arena *arena, const char *key, const struct indicator *indicator,
                    Uptake__V1__IndicatorStated *group)
{
    uptake__v1__indicator_stated__init(group);
    group->about = lend(key);
    group->precision = (Uptake__V1__Precision)indicator->precision;
    group->met = indicator->total ? (uint32_t)indicator->met : 0;
    group->total = (uint32_t)indicator->total;
    group->unit = lend(indicator->total ? NULL : indicator->unit);
    return put_name(arena, &group->name, indicator->name) &&
           put(&group->dated_on, day_text(arena, indicator->dated)) &&
           put(&group->place, place_text(arena, indicator->line)) &&
           put(&group->value, indicator->total ? "" : arena_printf(arena, "%d", indicator->value));
}
