#include "network/timezone.h"

#include <stddef.h>
#include <string.h>

#include "util/text.h"

// As of tzdata 2025b. One row for each rule that people live by; cities that share one stand in one
// row.
static const struct {
    const char *posix;
    const char *names; // each between blanks
} zones[] = {
    {"UTC0", " UTC Etc/UTC GMT Etc/GMT Africa/Accra Atlantic/Reykjavik "},
    {"GMT0BST,M3.5.0/1,M10.5.0", " Europe/London "},
    {"GMT0IST,M3.5.0/1,M10.5.0", " Europe/Dublin "},
    {"WET0WEST,M3.5.0/1,M10.5.0", " Europe/Lisbon "},
    {"CET-1CEST,M3.5.0,M10.5.0/3",
     " Europe/Prague Europe/Berlin Europe/Vienna Europe/Zurich Europe/Paris Europe/Madrid "
     "Europe/Rome Europe/Amsterdam Europe/Brussels Europe/Copenhagen Europe/Oslo Europe/Stockholm "
     "Europe/Warsaw Europe/Bratislava Europe/Budapest Europe/Ljubljana Europe/Zagreb "
     "Europe/Belgrade Europe/Luxembourg "},
    {"EET-2EEST,M3.5.0/3,M10.5.0/4",
     " Europe/Helsinki Europe/Tallinn Europe/Riga Europe/Vilnius Europe/Kyiv Europe/Kiev "
     "Europe/Bucharest Europe/Sofia Europe/Athens "},
    {"<+03>-3", " Europe/Istanbul Europe/Minsk Asia/Riyadh "},
    {"MSK-3", " Europe/Moscow "},
    {"IST-2IDT,M3.4.4/26,M10.5.0", " Asia/Jerusalem "},
    {"SAST-2", " Africa/Johannesburg "},
    {"WAT-1", " Africa/Lagos "},
    {"EAT-3", " Africa/Nairobi "},
    {"<+04>-4", " Asia/Dubai "},
    {"PKT-5", " Asia/Karachi "},
    {"IST-5:30", " Asia/Kolkata Asia/Calcutta "},
    {"<+07>-7", " Asia/Bangkok Asia/Ho_Chi_Minh "},
    {"WIB-7", " Asia/Jakarta "},
    {"CST-8", " Asia/Shanghai Asia/Taipei "},
    {"HKT-8", " Asia/Hong_Kong "},
    {"<+08>-8", " Asia/Singapore Asia/Kuala_Lumpur "},
    {"PST-8", " Asia/Manila "},
    {"AWST-8", " Australia/Perth "},
    {"JST-9", " Asia/Tokyo "},
    {"KST-9", " Asia/Seoul "},
    {"ACST-9:30ACDT,M10.1.0,M4.1.0/3", " Australia/Adelaide "},
    {"AEST-10", " Australia/Brisbane "},
    {"AEST-10AEDT,M10.1.0,M4.1.0/3", " Australia/Sydney Australia/Melbourne Australia/Hobart "},
    {"NZST-12NZDT,M9.5.0,M4.1.0/3", " Pacific/Auckland "},
    {"<-03>3", " America/Sao_Paulo America/Argentina/Buenos_Aires America/Buenos_Aires "},
    {"NST3:30NDT,M3.2.0,M11.1.0", " America/St_Johns "},
    {"AST4ADT,M3.2.0,M11.1.0", " America/Halifax "},
    {"<-04>4<-03>,M9.1.6/24,M4.1.6/24", " America/Santiago "},
    {"EST5EDT,M3.2.0,M11.1.0", " America/New_York America/Toronto America/Detroit "},
    {"<-05>5", " America/Bogota America/Lima "},
    {"CST6CDT,M3.2.0,M11.1.0", " America/Chicago America/Winnipeg "},
    {"CST6", " America/Mexico_City "},
    {"MST7MDT,M3.2.0,M11.1.0", " America/Denver America/Edmonton "},
    {"MST7", " America/Phoenix "},
    {"PST8PDT,M3.2.0,M11.1.0", " America/Los_Angeles America/Vancouver "},
    {"AKST9AKDT,M3.2.0,M11.1.0", " America/Anchorage "},
    {"HST10", " Pacific/Honolulu "},
};

static const char *listed(const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        const char *at = zones[i].names;
        while (*at) {
            at++; // the blank
            size_t n = strcspn(at, " ");
            if (n == len && n > 0 && cc_text_starts_nocase(at, name))
                return zones[i].posix;
            at += n;
            if (!at[1])
                break;
        }
    }
    return NULL;
}

const char *cc_timezone_posix(const char *name)
{
    const char *posix = listed(name);
    if (posix)
        return posix;
    // A POSIX form has an offset, and a slash only behind a comma; a city has no digit in it.
    const char *digit = strpbrk(name, "0123456789");
    const char *slash = strchr(name, '/');
    return digit && (!slash || digit < slash) ? name : NULL;
}
