/* SPDX-License-Identifier: Apache-2.0 */
#include "mail_settings.h"

#include "digest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

static bool read_tls(const char *word, enum mail_tls *tls)
{
    static const char *const words[] = {[MAIL_TLS_NONE] = "none",
                                        [MAIL_TLS_OPTIONAL] = "optional",
                                        [MAIL_TLS_REQUIRED] = "required"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strcmp(word, words[i]) == 0) {
            *tls = (enum mail_tls)i;
            return true;
        }
    return false;
}

static bool is_smtps(const char *url)
{
    return strncasecmp(url, "smtps://", 8) == 0;
}

static bool is_loopback(const char *url)
{
    static const char *const hosts[] = {"127.0.0.1", "localhost", "[::1]"};
    const char *host = strstr(url, "://") + 3;
    size_t len = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/");

    for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
        if (strlen(hosts[i]) == len && strncasecmp(host, hosts[i], len) == 0)
            return true;
    return false;
}

static bool read_password(const char *path, char password[MAIL_PASSWORD_TEXT], struct err *err)
{
    FILE *file = fopen(path, "re");
    struct stat info;
    size_t len;

    if (!file)
        return err_set(err, ERR_FATAL, "PASSWORD_FILE_MISSING", "smtp_password_file",
                       "%.60s: %s; write the password into it", path, strerror(errno));
    if (fstat(fileno(file), &info) != 0 || (info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        fclose(file);
        return err_set(err, ERR_FATAL, "PASSWORD_FILE_OPEN_TO_OTHERS", "smtp_password_file",
                       "other accounts may use %.60s; chmod 600 it", path);
    }
    len = fread(password, 1, MAIL_PASSWORD_TEXT - 1, file);
    fclose(file);
    password[len] = '\0';
    len = strcspn(password, "\r\n");
    password[len] = '\0';
    if (len == 0 || len == MAIL_PASSWORD_TEXT - 1)
        return err_set(err, ERR_FATAL, "PASSWORD_FILE_MALFORMED", "smtp_password_file",
                       "need the password as the only line of %.60s", path);
    return true;
}

static bool check_url(const char *url, struct err *err)
{
    const char *rest = strncasecmp(url, "smtp://", 7) == 0 ? url + 7
                       : is_smtps(url)                     ? url + 8
                                                           : NULL;

    if (!rest || !*rest)
        return err_set(err, ERR_FATAL, "CONFIG_BAD_VALUE", "smtp_url",
                       "need smtp://HOST:PORT or smtps://HOST:PORT");
    if (strchr(rest, '@'))
        return err_set(err, ERR_FATAL, "CONFIG_BAD_VALUE", "smtp_url",
                       "no account in the address; use smtp_user and smtp_password_file");
    return true;
}

static bool check_login(const struct mail_options *options, const char *password_file,
                        struct err *err)
{
    if (!options->user[0] != !password_file[0])
        return err_set(err, ERR_FATAL, "CONFIG_BAD_VALUE", "smtp_user",
                       "smtp_user and smtp_password_file go together; set both or none");
    if (options->user[0] && options->tls != MAIL_TLS_REQUIRED && !is_smtps(options->url) &&
        !is_loopback(options->url))
        return err_set(err, ERR_FATAL, "PASSWORD_IN_CLEAR", "smtp_tls",
                       "the password could be read on its way; set smtp_tls = required");
    return true;
}

bool mail_settings(const struct config *config, char password[MAIL_PASSWORD_TEXT],
                   struct mail_options *options, struct err *err)
{
    const char *password_file = config_text(config, "smtp_password_file");

    options->url = config_text(config, "smtp_url");
    options->from = config_text(config, "mail_from");
    options->ca_file = config_text(config, "smtp_ca_file");
    options->user = config_text(config, "smtp_user");
    options->connections = (int)config_int(config, "smtp_connections");
    options->password = password;
    password[0] = '\0';
    if (!digest_address_check(options->from, err))
        return err_set(err, ERR_FATAL, "BAD_EMAIL", "mail_from", "need name@domain");
    if (!read_tls(config_text(config, "smtp_tls"), &options->tls))
        return err_set(err, ERR_FATAL, "CONFIG_BAD_VALUE", "smtp_tls",
                       "need none, optional or required");
    return check_url(options->url, err) && check_login(options, password_file, err) &&
           (!password_file[0] || read_password(password_file, password, err));
}

/* "example.org" is that domain alone, ".example.org" every one below it. */
static bool is_within(const char *domain, const char *entry, size_t len)
{
    size_t domain_len = strlen(domain);

    if (len == 0 || domain_len < len)
        return false;
    if (entry[0] == '.')
        return domain_len > len && strncasecmp(domain + domain_len - len, entry, len) == 0;
    return domain_len == len && strncasecmp(domain, entry, len) == 0;
}

bool mail_domain_check(const char *domains, const char *address, struct err *err)
{
    const char *at = strrchr(address, '@');
    bool is_named = false;

    for (const char *entry = domains; *entry;) {
        size_t len = strcspn(entry, ", ");
        is_named = is_named || len > 0;
        if (at && is_within(at + 1, entry, len))
            return true;
        entry += len + (entry[len] != '\0');
    }
    return !is_named || err_set(err, ERR_REJECT, "RECIPIENT_NOT_ALLOWED", "address",
                                "not in mail_domains; correct the unit's "
                                "e-mail or add its domain");
}
