/* SPDX-License-Identifier: Apache-2.0 */
#include "import/responsible.h"

#include "base/text.h"
#include "import/post_words.h"
#include "import/turn.h"

#include <ctype.h>
#include <string.h>

enum { LAST_WORD_BYTES = 48 };

/* Bytes of a word that joins names; 0 if there is none. */
static size_t joint_len(const char *text)
{
    static const char *const joints[] = {"and", "et", "y", "e", "&"};

    for (size_t i = 0; i < sizeof(joints) / sizeof(joints[0]); i++) {
        size_t len = turn_words(text, joints[i]);
        if (len)
            return len;
    }
    return 0;
}

/* Bytes of a separator at text: a mark, or a word that joins; 0 if there is none. */
static size_t separator(const char *text, enum role *role)
{
    size_t len;

    if (isspace((unsigned char)*text) || strchr(",;/()", *text) ||
        (*text == '.' && (!text[1] || isspace((unsigned char)text[1]))))
        return 1;
    len = turn_find(text, role);
    if (!len)
        len = joint_len(text);
    return len ? len : turn_words(text, "-");
}

/* Bytes up to the next separator other than a blank, or the next known name. */
static size_t name_part(const struct directory *directory, const char *text)
{
    size_t len = 0;
    size_t known;
    enum role role;

    while (text[len] && !strchr(",;/()", text[len])) {
        size_t word = strcspn(text + len, " ,;/()");
        if (len && (directory_match(directory, text + len, &known) || separator(text + len, &role)))
            break;
        len += word;
        len += strspn(text + len, " ");
    }
    while (len > 1 && strchr(" .", text[len - 1]))
        len--;
    return len;
}

/* How a name is built: its words, and where the noun of a post stands among them. */
struct build {
    int words;
    bool first_is_noun, last_is_noun, any_noun;
    bool linked; /* "Director of ...": the noun and a small word behind it */
    bool code;   /* a word of it is in capitals */
};

static struct build build_of(const char *text, size_t len)
{
    struct build build = {0};

    for (size_t at = 0; at < len;) {
        size_t word = strcspn(text + at, " ");
        size_t small = 0;
        bool noun;
        word = word < len - at ? word : len - at;
        noun = post_noun(text + at, word);
        for (size_t i = 0; i < word; i++)
            small += islower((unsigned char)text[at + i]) || (text[at + i] & 0x80);
        build.first_is_noun |= noun && !build.words;
        build.any_noun |= noun;
        build.last_is_noun = noun;
        build.linked |= build.words == 1 && islower((unsigned char)text[at]);
        build.code |= small < 2;
        build.words++;
        at += word;
        at += strspn(text + at, " ");
    }
    return build;
}

/* "Monitoring and Evaluation Officer", "Jefa de Monitoreo y Evaluación": one post, not two. */
static bool are_one_name(const char *left, size_t left_len, const char *right, size_t right_len)
{
    struct build first = build_of(left, left_len);
    struct build second = build_of(right, right_len);

    if (second.code || first.code)
        return false;
    if (first.words == 1 && !first.any_noun && second.words > 1 && second.last_is_noun)
        return true;
    return first.words > 1 && first.first_is_noun && (first.linked || !first.last_is_noun) &&
           !second.any_noun && second.words == 1;
}

static size_t unknown_name(const struct directory *directory, const char *text)
{
    size_t len = name_part(directory, text);
    const char *joint = text + len + strspn(text + len, " ");
    size_t joined = joint > text + len ? joint_len(joint) : 0;
    const char *right = joint + joined + strspn(joint + joined, " ");
    size_t known;
    size_t right_len;

    if (!joined || directory_match(directory, right, &known))
        return len;
    right_len = name_part(directory, right);
    return are_one_name(text, len, right, right_len) ? (size_t)(right - text) + right_len : len;
}

static bool is_one_of(const char *name, const char *const *list)
{
    for (; *list; list++)
        if (turn_words(name, *list))
            return true;
    return false;
}

/* "relevant departments", "all offices", "services concernés". */
static bool is_vague(const char *name)
{
    static const char *const first[] = {"relevant", "all",    "various", "concerned", "other",
                                        "tous",     "toutes", "divers",  "diverses",  "autres",
                                        "todos",    "todas",  "varios",  "varias",    "otros",
                                        "otras",    NULL};
    static const char *const last[] = {"concerned",   "concernes",        "concernees",
                                       "pertinents",  "pertinentes",      "competents",
                                       "competentes", "correspondientes", "relevantes",
                                       "concernidos", "involucradas",     NULL};
    const char *word = strrchr(name, ' ');
    char copy[LAST_WORD_BYTES];

    if (is_one_of(name, first))
        return true;
    if (!word || strlen(word) + 1 >= sizeof(copy))
        return false;
    strcpy(copy, word + 1);
    strcat(copy, " ");
    return is_one_of(copy, last);
}

/* The same name above in this row; NULL: none. */
static const struct responsible *named_before(const struct action *action, const char *name)
{
    for (const struct responsible *each = action->responsible; each; each = each->next)
        if (text_equal_fold(each->name, name))
            return each;
    return NULL;
}

static void find_unknown(struct document *document, const struct action *action,
                         const char *subject, const struct responsible *record)
{
    if (record->vague)
        document_find(document, SEVERITY_WARNING, "UNIT_VAGUE", subject, action->line,
                      "say which units are meant; nobody is reminded until then",
                      "\"%s\" names nobody", record->name);
    else if (!record->unit)
        document_find(document, SEVERITY_WARNING, "UNIT_UNKNOWN", subject, action->line,
                      "add the unit or this spelling of it to the directory; nobody is reminded "
                      "until then",
                      "\"%s\" is not in the directory of units", record->name);
}

/* What stands in brackets may be a part of the name in front, or a place. */
static void find_bracketed(struct document *document, const struct action *action,
                           const char *subject, struct responsible *record)
{
    record->ambiguous = true;
    document_find(document, SEVERITY_WARNING, "UNIT_AMBIGUOUS", subject, action->line,
                  "say whether it is responsible, too; nobody is reminded until then",
                  "\"%s\" stands in brackets: it may explain the name in front", record->name);
}

static void add(struct document *document, struct action *action, const char *subject,
                const char *name, const struct directory_name *entry, enum role role,
                bool bracketed)
{
    const struct responsible *before = name ? named_before(action, name) : NULL;
    struct responsible *record;

    if (entry && entry->role != ROLE_LEAD)
        role = entry->role;
    if (!name || (before && before->role == role))
        return;
    record = document_add_responsible(document, action);
    if (!record)
        return;
    record->name = name;
    record->unit = entry ? entry->unit : NULL;
    record->role = role;
    record->vague = !record->unit && is_vague(name);
    if (bracketed && !record->unit)
        find_bracketed(document, action, subject, record);
    else if (!before)
        find_unknown(document, action, subject, record);
}

void responsible_read(struct document *document, const struct directory *directory,
                      struct action *action, const char *subject, const char *list)
{
    enum role role = ROLE_LEAD;
    bool bracketed = false;

    while (*list) {
        const struct directory_name *entry = NULL;
        size_t len = separator(list, &role);

        if (len) {
            bracketed = *list == '(' || (bracketed && *list != ')');
            list += len;
            continue;
        }
        entry = directory_match(directory, list, &len);
        if (!entry)
            len = unknown_name(directory, list);
        if (!len)
            len = 1;
        add(document, action, subject, document_text(document, list, len), entry, role, bracketed);
        list += len;
    }
}
