/* SPDX-License-Identifier: Apache-2.0 */
#include "catalogue.h"

#include "base/log.h"

#include <ctype.h>
#include <dirent.h>
#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    LANGUAGES_MAX = 32,
    LANGUAGE_TEXT = 4, /* ISO 639: two letters or three */
    PATH_TEXT = 4096,
};

static const char locale_name[] = "C.UTF-8";
static const char prefix[] = "mail-";
static const char suffix[] = ".mo";

struct catalogue {
    char language[LANGUAGE_TEXT];
    char domain[sizeof(prefix) + LANGUAGE_TEXT];
    locale_t locale; /* borrowed of the catalogues */
};

struct catalogues {
    locale_t locale;
    struct catalogue list[LANGUAGES_MAX];
    int n;
};

/* Where the programs stand in bin/, the catalogues stand in share/: build folder and package alike.
 */
static bool default_folder(char folder[PATH_TEXT])
{
    ssize_t len = readlink("/proc/self/exe", folder, PATH_TEXT - 1);

    for (int up = 0; up < 2; up++) { /* the program's name, then bin */
        while (len > 0 && folder[len - 1] != '/')
            len--;
        len--;
    }
    if (len < 0)
        return false;
    return snprintf(folder + len, PATH_TEXT - (size_t)len, "/share/uptake/locale") <
           PATH_TEXT - (int)len;
}

/* Takes in "mail-fr.mo"; other names are somebody else's. */
static void add_file(struct catalogues *catalogues, const char *name, const char *folder)
{
    const char *language = name + sizeof(prefix) - 1;
    size_t len = strspn(language, "abcdefghijklmnopqrstuvwxyz");
    struct catalogue *catalogue = &catalogues->list[catalogues->n];

    if (catalogues->n == LANGUAGES_MAX || strncmp(name, prefix, sizeof(prefix) - 1) != 0 ||
        len < 2 || len >= LANGUAGE_TEXT || strcmp(language + len, suffix) != 0)
        return;
    catalogue->locale = catalogues->locale;
    snprintf(catalogue->language, sizeof(catalogue->language), "%.*s", (int)len, language);
    snprintf(catalogue->domain, sizeof(catalogue->domain), "%s%.*s", prefix, (int)len, language);
    if (bindtextdomain(catalogue->domain, folder) &&
        bind_textdomain_codeset(catalogue->domain, "UTF-8"))
        catalogues->n++;
}

static void find_files(struct catalogues *catalogues, const char *folder)
{
    char path[PATH_TEXT + sizeof("/C.UTF-8/LC_MESSAGES")];
    struct dirent *entry;
    DIR *dir;

    snprintf(path, sizeof(path), "%s/%s/LC_MESSAGES", folder, locale_name);
    dir = opendir(path);
    while (dir && (entry = readdir(dir)))
        if (strncmp(entry->d_name, prefix, sizeof(prefix) - 1) == 0)
            add_file(catalogues, entry->d_name, folder);
    if (dir)
        closedir(dir);
}

struct catalogues *catalogues_open(const char *folder, struct err *err)
{
    struct catalogues *catalogues = calloc(1, sizeof(*catalogues));
    char beside[PATH_TEXT] = "";

    if (!catalogues)
        return err_null(err, ERR_FATAL, "OUT_OF_MEMORY", "catalogues", "cannot allocate");
    unsetenv("LANGUAGE");
    if (!folder && default_folder(beside))
        folder = beside;
    catalogues->locale = newlocale(LC_CTYPE_MASK | LC_MESSAGES_MASK, locale_name, (locale_t)0);
    if (catalogues->locale && folder)
        find_files(catalogues, folder);
    if (catalogues->n == 0)
        log_event(LOG_WARN, "catalogues_missing", "folder", folder, "locale",
                  catalogues->locale ? "" : "C.UTF-8 is not installed", "remedy",
                  "every mail is written in English until they stand there", NULL);
    return catalogues;
}

void catalogues_close(struct catalogues *catalogues)
{
    if (catalogues && catalogues->locale)
        freelocale(catalogues->locale);
    free(catalogues);
}

const struct catalogue *catalogue_for(const struct catalogues *catalogues, const char *language)
{
    for (int i = 0; catalogues && i < catalogues->n; i++) {
        const char *own = catalogues->list[i].language;
        size_t at = 0;
        while (own[at] && tolower((unsigned char)language[at]) == own[at])
            at++;
        if (!own[at] && !isalnum((unsigned char)language[at]))
            return &catalogues->list[i];
    }
    return NULL;
}

const char *catalogue_language(const struct catalogue *catalogue)
{
    return catalogue ? catalogue->language : "en";
}

const char *catalogue_text(const struct catalogue *catalogue, const char *english)
{
    locale_t before;
    const char *text;

    if (!catalogue)
        return english;
    before = uselocale(catalogue->locale);
    text = dgettext(catalogue->domain, english);
    uselocale(before);
    return text;
}

const char *catalogue_plural(const struct catalogue *catalogue, const char *one, const char *many,
                             int n)
{
    locale_t before;
    const char *text;

    if (!catalogue)
        return n == 1 ? one : many;
    before = uselocale(catalogue->locale);
    text = dngettext(catalogue->domain, one, many, (unsigned long)n);
    uselocale(before);
    return text;
}
