/* SPDX-License-Identifier: Apache-2.0 */
#include "import/completion.h"

#include "base/text.h"

#include <ctype.h>
#include <string.h>

enum { DAY_WORDS = 5, DAY_BYTES = 48 };

/* Without accents and in small letters; what comes behind is the day. */
static const char *const phrases[] = {
    "completed on ", "finalised on ",  "finalized on ",  "finished on ",   "done on ",
    "acheve le ",    "achevee le ",    "termine le ",    "terminee le ",   "realise le ",
    "realisee le ",  "completado el ", "completada el ", "finalizado el ", "finalizada el ",
    "concluido el ", "concluida el ",  "terminado el ",  "terminada el ",
};

/* Behind the phrase that begins here; NULL: another text does. */
static const char *behind(const char *phrase, const char *text)
{
    while (*phrase) {
        unsigned c = text_fold_next(&text);

        if (c == '\n' || c == '\t')
            c = ' ';
        if (c != (unsigned char)*phrase++)
            return NULL;
    }
    return text;
}

/* Behind the next word. */
static const char *word_end(const char *text)
{
    text += strspn(text, " \n\t");
    return text + strcspn(text, " \n\t");
}

/* The longest run of words from here that reads as one day, punctuation behind it aside. */
static struct date read_day(const char *text)
{
    struct date day = {0};
    const char *end = text;

    for (int words = 0; words < DAY_WORDS && *end; words++) {
        struct timeframe read;
        char copy[DAY_BYTES];
        size_t len;

        end = word_end(end);
        len = (size_t)(end - text);
        while (len && strchr(".,;:)", text[len - 1]))
            len--;
        if (len >= sizeof(copy))
            break;
        memcpy(copy, text, len);
        copy[len] = '\0';
        if (timeframe_read(copy, &read) == TIMEFRAME_DATED && read.precision == PRECISION_DAY)
            day = read.due_on;
    }
    return day;
}

struct date completion_day(const char *text)
{
    const struct date none = {0};
    bool begins = true;

    for (; text && *text; text++) {
        for (size_t i = 0; begins && i < sizeof(phrases) / sizeof(phrases[0]); i++) {
            const char *rest = behind(phrases[i], text);
            struct date day = rest ? read_day(rest) : none;
            if (!date_is_none(day))
                return day;
        }
        begins = !isalnum((unsigned char)*text) && (unsigned char)*text < 0x80;
    }
    return none;
}

static void read_update(struct progress_update *update)
{
    if (update->progress != PROGRESS_COMPLETED || !date_is_none(update->completed_on))
        return;
    update->completed_on = completion_day(update->source);
    if (date_is_none(update->completed_on))
        update->completed_on = completion_day(update->text);
}

void completion_read(struct document *document)
{
    for (struct recommendation *each = document->recommendations; each; each = each->next)
        for (struct action *action = each->actions; action; action = action->next)
            for (struct progress_update *update = action->updates; update; update = update->next)
                read_update(update);
}
